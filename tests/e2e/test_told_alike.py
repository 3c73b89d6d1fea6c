"""P-12 of the security catalogue: a credential that is nearly right, or somebody else's, is refused in the bytes of the
answer to one that never was. Why their time tells no more is shown beside the code: what is compared are keyed hashes.
Only the client that a code or a refresh token was for is told that it was used before."""
import re
import secrets

import pytest

from support.http import basic, form
from support.sign_in import Application, Browser, location, parameters, sign_in
from support.tenant import ERROR_SCHEMA, SCIM_JSON, Tenant

ALL = "openid profile email offline_access"


def bent(secret):
    return ("B" if secret[0] == "A" else "A") + secret[1:]


def unknown():
    """Of the form of codes, tokens and secrets."""
    return secrets.token_urlsafe(32)


def expect_alike(answers):
    """By name; the first is what the others are held against, and is returned."""
    reference, *_ = answers.values()
    for name, answer in answers.items():
        assert answer.but_for_its_id() == reference.but_for_its_id(), name
    return reference


@pytest.fixture
def application(server, api):
    return Application(server, api)


def code(server, application):
    url = application.url(organization_id=server.credentials["test_organization_id"], scope=ALL)
    return parameters(location(sign_in(Browser(server), url)))["code"]


def test_P12_authorization_codes(server, api, application):
    other = Application(server, api)
    mine, others, used = code(server, application), code(server, other), code(server, other)
    other.redeem(used).expect(200)
    told = expect_alike({name: application.redeem(guess).expect(400) for name, guess in {
        "never issued": unknown(), "one character": bent(mine), "another client's": others,
        "another client's, used": used, "no code at all": "x"}.items()})
    assert told.json()["error"] == "invalid_grant"
    application.redeem(mine).expect(200)


def test_P12_refresh_tokens(server, api, application):
    def login(of):
        return of.redeem(code(server, of)).expect(200).json()["refresh_token"]

    def refresh(token, of=application):
        return of.redeem(None, grant_type="refresh_token", refresh_token=token, redirect_uri=None)

    other = Application(server, api)
    mine, revoked, others, used = login(application), login(application), login(other), login(other)
    refresh(used, other).expect(200)
    server.client().post("/oauth/revoke", **form({
        "token": revoked, "client_id": application.id, "client_secret": application.secret})).expect(200)
    told = expect_alike({name: refresh(guess).expect(400) for name, guess in {
        "never issued": unknown(), "one character": bent(mine), "another client's": others,
        "another client's, used": used, "revoked": revoked, "no token at all": "x"}.items()})
    assert told.json()["error"] == "invalid_grant"
    refresh(mine).expect(200)


@pytest.mark.parametrize("endpoint", ["/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/par"])
def test_P12_client_secrets_and_clients(server, api, application, endpoint):
    rest = {"grant_type": "client_credentials", "token": "x"}
    number = int(re.search(r"\d+$", application.id).group())
    guesses = {"unknown client": (f"skc_{number + 1}", application.secret), "no client at all": ("x", unknown()),
               "never issued": (application.id, unknown()), "one character": (application.id, bent(application.secret)),
               "another client's": (Application(server, api).id, application.secret)}

    def in_the_body(client, secret):
        return server.client().post(endpoint, **form({**rest, "client_id": client, "client_secret": secret}))

    def by_basic(client, secret):
        sent = form(rest)
        sent["headers"]["Authorization"] = basic(client, secret)
        return server.client().post(endpoint, **sent)

    for way in (in_the_body, by_basic):
        told = expect_alike({name: way(*guess).expect(401) for name, guess in guesses.items()})
        assert told.json()["error"] == "invalid_client" and told.headers["www-authenticate"].startswith("Basic")


def next_directory(tenant):
    """An id like the tenant's that is nobody's."""
    return f"dir_{int(re.search(r'[0-9]+$', tenant.directory_id).group()) + 1}"


def test_P12_scim_tokens_and_directories(server, tenant):
    other = Tenant(server, tenant.api)
    path = f"/doorward/v1/organizations/{tenant.organization_id}/directories/{tenant.directory_id}/secrets"
    revoked = tenant.api.post(path).expect(201).json()
    tenant.api.delete(f"{path}/{revoked['directory_secret']['id']}").expect(200)
    clients = {
        "never issued": tenant.scim_client(unknown()), "one character": tenant.scim_client(bent(tenant.secret)),
        "no secret at all": tenant.scim_client("x"), "another directory's": tenant.scim_client(other.secret),
        "revoked": tenant.scim_client(revoked["secret"]),
        "unknown directory": tenant.scim_client(tenant.secret, directory_id=next_directory(tenant)),
        "no directory at all": tenant.scim_client(tenant.secret, directory_id="nonsense")}
    told = expect_alike({name: one.send("GET", "/Users").expect(401) for name, one in clients.items()})
    assert told.headers["www-authenticate"].startswith("Bearer") and told.headers["content-type"] == SCIM_JSON
    assert told.json()["schemas"] == [ERROR_SCHEMA] and told.json()["status"] == "401"
    expect_alike({name: one.create_user("nobody").expect(401) for name, one in clients.items()})


def test_P12_oauth_clients_of_a_directory(server, tenant):
    path = f"/doorward/v1/organizations/{tenant.organization_id}/directories/{tenant.directory_id}/oauth_clients"
    made = tenant.api.post(path, {"name": "Entra ID"}).expect(201).json()
    client, secret = made["oauth_client"]["id"], made["secret"]
    other = Tenant(server, tenant.api)

    def buy(directory, client, secret):
        fields = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
        return server.client().post(f"/directory/{directory}/oauth/token", **form(fields)).expect(401)

    here = tenant.directory_id
    told = expect_alike({
        "never issued": buy(here, client, unknown()), "one character": buy(here, client, bent(secret)),
        "no client at all": buy(here, "x", secret), "the directory's own": buy(here, client, tenant.secret),
        "another directory": buy(other.directory_id, client, secret),
        "unknown directory": buy(next_directory(tenant), client, secret),
        "no directory at all": buy("nonsense", client, secret)})
    assert told.json()["error"] == "invalid_client"
