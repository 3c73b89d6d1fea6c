"""Tokens of a sign-in before what an application of the Go and of the Java SDK does with them: the published keys, the
types that those SDKs read claims into, the end of their time."""
import pytest

from caller import Refused
from support.sign_in import Application, Browser, location, parameters, sign_in
from support.tenant import api_client, unique

SUBJECT = {"given_name": "Ann", "family_name": "Ames", "groups": "staff", "attributes": '{"department": "Sales"}'}


@pytest.fixture
def application(server):
    return Application(server, api_client(server), initiate_login_uri=f"https://app.example.test/login/{unique('app')}")


@pytest.fixture
def browser(server):
    return Browser(server)


def refused(api, token, kind, later=0):
    with pytest.raises(Refused) as refusal:
        api.verify(token, kind, later)
    assert refusal.value.code == "INVALID_TOKEN"
    return refusal.value.message


def test_an_id_token(api, server, application, browser):
    url = application.url(organization_id=server.credentials["test_organization_id"])
    told = parameters(location(sign_in(browser, url, "ann@example.com", **SUBJECT)))
    token = application.redeem(told["code"]).expect(200).json()["id_token"]
    claims = api.verify(token, "id_token")
    assert (claims["email"], claims["given_name"], claims["family_name"]) == ("ann@example.com", "Ann", "Ames")
    assert claims["email_verified"] is True, "the Test Organization has verified example.com"
    assert (claims["iss"], claims["aud"]) == (server.credentials["environment_url"], [application.id])
    assert claims["sub"].startswith(server.credentials["test_connection_id"] + ";")
    identity, = claims["identities"]
    assert identity["connection_id"] == server.credentials["test_connection_id"]
    assert identity["organization_id"] == server.credentials["test_organization_id"]
    assert (identity["connection_type"], identity["social"]) == ("OIDC", False)
    assert '"department":"Sales"' in identity["provider_raw_attributes"].replace(" ", "")
    life = claims["exp"] - claims["iat"]
    api.verify(token, "id_token", later=life - 60)
    assert "expired" in refused(api, token, "id_token", later=life + 1)
    head, payload, signature = token.split(".")
    refused(api, f"{head}.{payload}.{signature[:-8]}{'A' * 8}", "id_token")


def test_a_login_that_begins_at_the_provider(api, server, application, browser):
    connection = server.credentials["test_connection_id"]
    with application.bound_to(connection):
        at_provider = browser.follow(application.url(connection_id=connection))
        dashboard = browser.follow(at_provider, {"email": "ann@example.com", "outcome": "idp_initiated"})
        target = location(browser.open(dashboard))
    assert target.startswith(application.initiate_login_uri + "?")
    token = parameters(target)["idp_initiated_login"]
    claims = api.verify(token, "idp_initiated_login")
    assert claims["iss"] == server.credentials["environment_url"]
    assert claims["connection_id"] == connection and claims["login_hint"] == "ann@example.com"
    assert claims["organization_id"] == server.credentials["test_organization_id"]
    assert "expired" in refused(api, token, "idp_initiated_login", later=301)
