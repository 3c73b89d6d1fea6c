"""Logouts at the provider and from there. Numbered tests are lines of the security catalogue."""
import re
import urllib.parse

import pytest

from support.sign_in import Browser, location, parameters
from support.waiting import wait_until

SIGNED_OUT = "https://app.example.test/out"
SCOPE = "openid profile email offline_access"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(request, start_server):
    """What a login leaves behind is the database's; the rest of the way to a provider is not."""
    return start_server(request.param)


@pytest.fixture
def application(application):
    application.change(post_logout_redirect_uris=[SIGNED_OUT])
    return application


def refreshed(application, tokens):
    return application.redeem(None, grant_type="refresh_token", refresh_token=tokens["refresh_token"], redirect_uri=None)


def at_provider(connection, browser, url):
    """The person confirms the logout at the provider; where it sends the browser then."""
    page = browser.open(url).expect(200).body.decode()
    fields = dict(re.findall(r'name="(xsrf|logout)" value="([^"]*)"', page))
    action = re.search(r'action="([^"]+)"', page).group(1)
    return location(browser.open(urllib.parse.urljoin(url, action), {**fields, "logout": "yes"}))


def test_a_logout_goes_on_at_the_provider_and_comes_back(connect, application, browser):
    connection = connect()
    connection.api.patch(connection.path, {"oidc_config": {"idp_logout_required": True}}).expect(200)
    tokens = connection.log_in(browser, application, scope=SCOPE)
    refreshable = refreshed(application, tokens).expect(200).json()
    to_provider = browser.follow("/oidc/logout?" + urllib.parse.urlencode(
        {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": SIGNED_OUT, "state": "s"}))
    assert to_provider.startswith(connection.provider.issuer + "/session/end?")
    assert parameters(to_provider)["post_logout_redirect_uri"] == connection.addresses["post_logout_redirect_uri"]
    back = at_provider(connection, browser, to_provider)
    assert location(browser.open(back)) == SIGNED_OUT + "?state=s"
    assert refreshed(application, refreshable).expect(400).json()["error"] == "invalid_grant"
    assert "/interaction/" in connection.provider.visit(browser, connection.begin(browser, application))


def test_D29_a_logout_at_the_provider_ends_the_session_here(connect, application, browser):
    connection = connect()
    tokens = connection.log_in(browser, application, scope=SCOPE)
    other = connection.log_in(Browser(application.server), application, name="bob", scope=SCOPE)
    at_provider(connection, browser, connection.provider.issuer + "/session/end")
    wait_until(lambda: "logged out ann" in connection.provider.program.lines, "the provider's logout token to be accepted")
    assert refreshed(application, tokens).expect(400).json()["error"] == "invalid_grant"
    refreshed(application, other).expect(200)


