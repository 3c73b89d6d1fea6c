"""What a connection's settings do to logins, what ends with it, and whom it can speak for: through connections of
organizations of their own to the simulator. Numbered tests are lines of the security catalogue."""
import re
import urllib.parse

import pytest

from support import jwt
from support.http import form
from support.sign_in import Application, Browser, parameters, sign_in
from support.tenant import Tenant, unique


class Connection:
    """To the simulator, enabled."""

    def __init__(self, tenant):
        self.api = tenant.api
        self.path = f"/api/v1/organizations/{tenant.organization_id}/connections"
        made = self.api.post(self.path, {"type": "OIDC", "provider": "IDP_SIMULATOR"}).expect(201).json()["connection"]
        self.id = made["id"]
        self.path += "/" + self.id
        self.settings_path = f"/doorward/v1/organizations/{tenant.organization_id}/connections/{self.id}/settings"
        self.test_path = urllib.parse.urlsplit(made["test_connection_uri"]).path
        self.api.patch(self.path + ":enable").expect(200)

    def settings(self):
        return self.api.get(self.settings_path).expect(200).json()["settings"]


@pytest.fixture
def application(server, api):
    return Application(server, api)


@pytest.fixture
def connection(tenant):
    return Connection(tenant)


@pytest.fixture
def browser(server):
    return Browser(server)


def tokens(application, browser, connection, email=None, **fields):
    """All that a login through the connection gives."""
    url = application.url(connection_id=connection.id, scope="openid profile email offline_access")
    back = sign_in(browser, url, email, **fields)
    return application.redeem(parameters(back.headers["location"])["code"]).expect(200).json()


def refused(application, browser, connection, **fields):
    back = sign_in(browser, application.url(connection_id=connection.id), **fields)
    return parameters(back.headers["location"])["error"]


def claims(token):
    return jwt.parts(token)[1]


def refresh(application, token):
    fields = {"grant_type": "refresh_token", "refresh_token": token, "client_id": application.id,
              "client_secret": application.secret}
    return application.server.client().post("/oauth/token", **form(fields))


def disable(connection, _):
    connection.api.patch(connection.path + ":disable").expect(200)


def delete(connection, _):
    connection.api.delete(connection.path).expect(200)


def delete_organization(connection, tenant):
    connection.api.delete(f"/api/v1/organizations/{tenant.organization_id}").expect(200)


@pytest.mark.parametrize("end", [disable, delete, delete_organization])
def test_sessions_end_with_their_connection(application, browser, connection, tenant, server, end):
    kept = Connection(Tenant(server, tenant.api))
    ours, theirs = (tokens(application, browser, one) for one in (connection, kept))
    me = server.client().with_headers(authorization=f"Bearer {ours['access_token']}")
    me.get("/userinfo").expect(200)
    end(connection, tenant)
    me.get("/userinfo").expect(401)
    assert refresh(application, ours["refresh_token"]).expect(400).json()["error"] == "invalid_grant"
    refresh(application, theirs["refresh_token"]).expect(200)


def test_another_title_ends_nothing(application, browser, connection):
    ours = tokens(application, browser, connection)
    connection.api.patch(connection.path, {"ui_button_title": "Acme"}).expect(200)
    refresh(application, ours["refresh_token"]).expect(200)


def test_a_code_of_a_connection_that_was_disabled_meanwhile_is_worth_nothing(application, browser, connection):
    back = sign_in(browser, application.url(connection_id=connection.id))
    disable(connection, None)
    code = parameters(back.headers["location"])["code"]
    assert application.redeem(code).expect(400).json()["error"] == "invalid_grant"


def test_L10_D23_a_connection_with_people_keeps_its_issuer(application, browser, connection, server):
    """Subject 7 of another issuer must not be who subject 7 was."""
    home = server.credentials["environment_url"]
    there = {"configuration_type": "MANUAL", "oidc_config": {"issuer": "https://idp.example"}}
    back = {"oidc_config": {"issuer": home + "/simulator"}}
    connection.api.patch(connection.path, there).expect(200)
    connection.api.patch(connection.path, back).expect(200)
    ours = tokens(application, browser, connection, subject="7")
    for issuer in ("https://idp.example", ""):
        refusal = connection.api.patch(connection.path, {"configuration_type": "MANUAL", "oidc_config": {"issuer": issuer}})
        violation, = refusal.expect(400).json()["validation_error_info"]["field_violations"]
        assert violation["field"] == "issuer" and "Make a new connection" in violation["description"]
    refresh(application, ours["refresh_token"]).expect(200)
    again = claims(tokens(application, browser, connection, subject="7")["id_token"])
    assert again["sub"] == claims(ours["id_token"])["sub"] == f"{connection.id};7"


def test_L10_an_administrator_may_say_that_another_issuer_names_the_same_people(application, browser, connection, server):
    home = server.credentials["environment_url"]
    ours = tokens(application, browser, connection, subject="7")
    accept = lambda issuer: connection.api.patch(connection.settings_path, {"accepted_issuer": issuer})  # noqa: E731
    move = lambda issuer: connection.api.patch(  # noqa: E731
        connection.path, {"configuration_type": "MANUAL", "oidc_config": {"issuer": issuer}})
    accept("not an address").expect(400)
    accept("https://idp.example").expect(200)
    assert connection.settings()["accepted_issuer"] == "https://idp.example"
    move("https://other.example").expect(400)
    move("https://idp.example").expect(200)
    assert connection.settings()["accepted_issuer"] == "", "used up"
    assert refresh(application, ours["refresh_token"]).expect(400).json()["error"] == "invalid_grant"
    move(home + "/simulator").expect(400)
    accept(home + "/simulator").expect(200)
    move(home + "/simulator").expect(200)
    assert claims(tokens(application, browser, connection, subject="7")["id_token"])["sub"] == f"{connection.id};7"


def test_why_discovery_failed_is_told(connection, server):
    issuer = server.credentials["environment_url"]
    refusal = connection.api.patch(connection.path, {"oidc_config": {"issuer": issuer + "/nobody"}}).refuses(
        400, "DISCOVERY_FAILED")
    assert refusal["localized_message_info"]["message"].endswith("could not be read: status 404.")
    named = connection.api.patch(connection.path, {"oidc_config": {"issuer": "http://localhost:1"}}).refuses(
        400, "DISCOVERY_FAILED")
    assert named["localized_message_info"]["message"].endswith("could not be reached: target_unreachable.")


def test_a_test_that_cannot_begin_has_failed(browser, tenant):
    path = f"/api/v1/organizations/{tenant.organization_id}/connections"
    draft = tenant.api.post(path, {"type": "OIDC", "provider": "CUSTOM"}).expect(201).json()["connection"]
    page = browser.open(f"/sso/v1/oidc/{draft['id']}/test").expect(200).body.decode()
    test = re.search(r"test_[0-9]+", page).group()
    result = tenant.api.get(f"/api/v1/connections/{draft['id']}/test-requests/{test}").expect(200).json()
    assert result["status"] == "FAILURE" and "lacks an address" in result["error_description"]
    assert result["error_details"].startswith("connection_incomplete at redirect")
    logged = tenant.api.get(f"/doorward/v1/auth_requests?organization_id={tenant.organization_id}").expect(200).json()
    assert [one["reason"] for one in logged["auth_requests"]] == ["connection_incomplete"]


def test_acr_values_are_held_and_shown(application, browser, connection):
    url = application.url(connection_id=connection.id, acr_values="gold")
    back = parameters(sign_in(browser, url).headers["location"])
    assert back["error"] == "invalid_id_token", "the provider said nothing of it"
    back = sign_in(browser, url, attributes='{"acr": "gold"}')
    tokens_ = application.redeem(parameters(back.headers["location"])["code"]).expect(200).json()
    assert claims(tokens_["id_token"])["acr"] == "gold"


def test_L04_the_same_address_at_two_providers_is_two_people(application, browser, connection, tenant):
    other = Connection(tenant)
    first, second = (claims(tokens(application, browser, one, "ann@example.com", subject="7")["id_token"])
                     for one in (connection, other))
    assert first["email"] == second["email"]
    assert (first["sub"], second["sub"]) == (f"{connection.id};7", f"{other.id};7")


def test_L03_L05_a_provider_speaks_for_its_own_organization_only(application, browser, connection, tenant, server, api):
    victim, name = Tenant(server, api), unique("victim") + ".example"
    api.post(f"/api/v1/organizations/{victim.organization_id}/domains", {"domain": name}).expect(200)
    found = claims(tokens(application, browser, connection, f"ceo@{name}")["id_token"])
    assert (found["oid"], found["amr"]) == (tenant.organization_id, [connection.id])
    assert found["sub"].startswith(connection.id + ";") and found.get("email_verified", False) is False
    api.post(f"/api/v1/organizations/{tenant.organization_id}/domains", {"domain": "own-" + name}).expect(200)
    own = claims(tokens(application, browser, connection, f"ann@own-{name}")["id_token"])
    assert own["email_verified"] is True


def test_L14_a_provider_gives_no_roles(application, browser, connection):
    given = {"groups": "admins,staff", "attributes": '{"roles": ["admin"], "permissions": ["all"], "role": "admin"}'}
    found = claims(tokens(application, browser, connection, **given)["id_token"])
    assert not {"roles", "permissions", "role", "groups"} & set(found)
    connection.api.patch(connection.path, {"attribute_mapping": {"groups": "groups"}}).expect(200)
    assert claims(tokens(application, browser, connection, **given)["id_token"])["groups"] == ["admins", "staff"]
    for name in ("roles", "permissions"):
        refusal = connection.api.patch(connection.path, {"attribute_mapping": {name: "roles"}}).expect(400).json()
        assert refusal["validation_error_info"]["field_violations"][0]["field"] == f"attribute_mapping[{name}]"


def test_a_mapping_says_where_an_attribute_comes_from(application, browser, connection):
    connection.api.patch(connection.path, {"attribute_mapping": {"given_name": "org.nick"}}).expect(200)
    found = claims(tokens(application, browser, connection, given_name="Ann", attributes='{"org": {"nick": "Annie"}}')["id_token"])
    assert found["given_name"] == "Annie"
    connection.api.patch(connection.settings_path, {"attribute_mapping": {}}).expect(200)
    assert claims(tokens(application, browser, connection, given_name="Ann")["id_token"])["given_name"] == "Ann"


def test_custom_attributes_reach_the_id_token(application, browser, connection, api):
    key = unique("attr").replace("-", "_")[:25]
    path = f"/api/v1/sso-user-attributes/{key}"
    api.post("/api/v1/sso-user-attributes", {"key": key, "label": "Department", "datatype": "STRING", "enabled": True,
                                             "sso_addition_info": {"default_oidc_mapping": "org.department"}}).expect(200)
    try:
        given = {"attributes": '{"org": {"department": "R&D"}}'}
        assert claims(tokens(application, browser, connection, **given)["id_token"])[key] == "R&D"
        assert key not in claims(tokens(application, browser, connection, attributes='{"org": {"department": 7}}')["id_token"])
        api.patch(path, {"enabled": False}).expect(200)
        assert key not in claims(tokens(application, browser, connection, **given)["id_token"])
        api.patch(path, {"enabled": True, "required": True}).expect(200)
        assert key in claims(tokens(application, browser, connection, **given)["id_token"])
        assert refused(application, browser, connection) == "mandatory_attribute_missing"
    finally:
        api.delete(path).expect(200)


def test_a_test_speaks_for_the_settings_it_was_made_with(browser, connection):
    assert connection.settings()["tested"] is False
    at_provider = browser.follow(connection.test_path)
    browser.open(browser.follow(at_provider, {"email": "ann@example.com"})).expect(200)
    assert connection.settings()["tested"] is True
    connection.api.patch(connection.path, {"ui_button_title": "Acme"}).expect(200)
    assert connection.settings()["tested"] is True
    connection.api.patch(connection.path, {"attribute_mapping": {"name": "nickname"}}).expect(200)
    assert connection.settings()["tested"] is False
