"""Single logout with SimpleSAMLphp. Numbered tests are lines of the security catalogue."""
import urllib.parse

import pytest

from support.saml import redirected_message
from support.sign_in import Browser, location, parameters

SIGNED_OUT = "https://app.example.test/out"
SCOPE = "openid profile email offline_access"


@pytest.fixture
def application(application):
    application.change(post_logout_redirect_uris=[SIGNED_OUT])
    return application


def log_in(browser, application, connection, ssp, name="ann"):
    form = ssp.sign_in(browser, location(connection.begin(browser, application, scope=SCOPE)), name)
    return application.redeem(parameters(location(browser.open(*form)))["code"]).expect(200).json()


def refreshed(application, tokens):
    return application.redeem(None, grant_type="refresh_token", refresh_token=tokens["refresh_token"], redirect_uri=None)


def test_a_logout_goes_on_at_the_provider_and_comes_back(connect_ssp, ssp, application, browser):
    connection = connect_ssp(idp_slo_required=True)
    tokens = log_in(browser, application, connection, ssp)
    to_provider = browser.follow("/oidc/logout?" + urllib.parse.urlencode(
        {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": SIGNED_OUT, "state": "s"}))
    assert to_provider.startswith(ssp.home + "/") and "Signature=" in to_provider
    request = redirected_message(to_provider)
    assert request.find("{*}NameID").text == "ann@corp.test" and request.find("{*}SessionIndex") is not None
    _, answer = ssp.visit(browser, to_provider)
    back = location(answer)
    assert back.startswith(connection.slo_url), "the provider takes our signature"
    assert location(browser.open(back)) == SIGNED_OUT + "?state=s"
    assert refreshed(application, tokens).expect(400).json()["error"] == "invalid_grant"
    _, again = ssp.visit(browser, location(connection.begin(browser, application)))
    assert 'name="password"' in again.body.decode(), "nobody is signed in at the provider"


def test_S99_a_logout_at_the_provider_ends_the_session_here(connect_ssp, ssp, application, browser, server):
    connection = connect_ssp()
    tokens = log_in(browser, application, connection, ssp)
    other = log_in(Browser(server), application, connection, ssp, name="bob")
    started = f"{ssp.home}/saml2/idp/SingleLogoutService.php?" + urllib.parse.urlencode({"ReturnTo": ssp.home + "/done"})
    _, answer = ssp.visit(browser, started)
    request = location(answer)
    assert request.startswith(connection.slo_url + "?SAMLRequest=")
    response = browser.follow(request)
    assert response.startswith(ssp.home + "/") and "SAMLResponse=" in response and "Signature=" in response
    status = redirected_message(response, "SAMLResponse").find("{*}Status/{*}StatusCode").get("Value")
    assert status == "urn:oasis:names:tc:SAML:2.0:status:Success"
    url = response
    for _ in range(10):
        answer = browser.open(url)
        if answer.status not in (302, 303) or url.startswith(ssp.home + "/done"):
            break
        url = urllib.parse.urljoin(url, location(answer))
    assert url.startswith(ssp.home + "/done"), "the provider takes our answer"
    assert refreshed(application, tokens).expect(400).json()["error"] == "invalid_grant"
    refreshed(application, other).expect(200)


def test_S99_a_logout_that_nobody_signed(connect_ssp, ssp, application, browser):
    connection = connect_ssp()
    ssp.hosted["sign.logout"] = False
    ssp.write_metadata()
    tokens = log_in(browser, application, connection, ssp)
    _, answer = ssp.visit(browser, f"{ssp.home}/saml2/idp/SingleLogoutService.php?ReturnTo={ssp.home}/done")
    request = location(answer)
    assert request.startswith(connection.slo_url) and "Signature=" not in request
    browser.open(request)
    refreshed(application, tokens).expect(200)
