"""What the SDK makes of a sign-in: the authorization URL, the exchange, tokens and their claims, refreshing, signing out."""
import pytest
from scalekit import AuthorizationUrlOptions, CodeAuthenticationOptions
from scalekit.common.scalekit import LogoutUrlOptions, TokenValidationOptions

from support.sign_in import CALLBACK, Application, Browser, location, parameters, sign_in
from support.tenant import api_client

SIGNED_OUT = "https://app.example.test/bye"
SCOPES = ["openid", "profile", "email", "offline_access"]


@pytest.fixture
def application(server):
    return Application(server, api_client(server), post_logout_redirect_uris=[SIGNED_OUT])


@pytest.fixture
def client(new_client, application):
    return new_client(client_id=application.id, client_secret=application.secret)


def path_of(server, url):
    """The SDK knows the server by https; browsers of these tests go by http."""
    return url.removeprefix(server.credentials["environment_url_https"])


@pytest.fixture
def signed_in(server, client):
    """What the SDK returns for the code of a whole sign-in."""
    options = AuthorizationUrlOptions()
    options.scopes, options.state = SCOPES, "st"
    options.organization_id = server.credentials["test_organization_id"]
    url = client.get_authorization_url(CALLBACK, options)
    callback = parameters(location(sign_in(Browser(server), path_of(server, url), "ann@example.com")))
    assert callback["state"] == "st"
    return client.authenticate_with_code(callback["code"], CALLBACK, CodeAuthenticationOptions())


def test_a_code_becomes_a_user_and_tokens(server, application, client, signed_in):
    user = signed_in["user"]
    assert user["email"] == "ann@example.com" and signed_in["expires_in"] == 899
    assert signed_in["connection_id"] == server.credentials["test_connection_id"]
    assert signed_in["organization_id"] == server.credentials["test_organization_id"]
    claims = client.validate_token(signed_in["id_token"], TokenValidationOptions(
        issuer=server.credentials["environment_url"], audience=[application.id]))
    assert claims["sid"].startswith("ses_") and claims["sub"] == user["id"]
    access = client.validate_access_token_and_get_claims(signed_in["access_token"])
    assert access["client_id"] == application.id and access["sub"] == claims["sub"]


def test_a_refresh_token_gives_the_next_ones(client, signed_in):
    following = client.refresh_access_token(signed_in["refresh_token"])
    assert following["refresh_token"] != signed_in["refresh_token"]
    assert client.validate_access_token(following["access_token"])
    with pytest.raises(Exception) as refused:
        client.refresh_access_token(signed_in["refresh_token"])
    assert "used before" in str(refused.value) or "invalid_grant" in str(refused.value)


def test_the_logout_url_ends_the_login(server, client, signed_in):
    url = client.get_logout_url(LogoutUrlOptions(id_token_hint=signed_in["id_token"],
                                                 post_logout_redirect_uri=SIGNED_OUT, state="over"))
    assert location(Browser(server).open(path_of(server, url))) == SIGNED_OUT + "?state=over"
    with pytest.raises(Exception):
        client.refresh_access_token(signed_in["refresh_token"])
