"""What comes back from an identity provider: callbacks, tests of connections, logins and logouts that begin there.
Numbered tests are lines of the security catalogue."""
import concurrent.futures
import re
import urllib.parse

import pytest

from support.http import form
from support.sign_in import CALLBACK, Application, Browser, location, logged_reasons, parameters, reason, sign_in
from support.tenant import unique
from support import jwt

INITIATE = "https://app.example.test/login"


@pytest.fixture
def application(server, api):
    return Application(server, api, initiate_login_uri=f"{INITIATE}/{unique('app')}")


@pytest.fixture
def bound(application, connection):
    """Of the applications of the environment the one that the connection's logins are for: its initiate-login URL."""
    with application.bound_to(connection):
        yield application.initiate_login_uri


@pytest.fixture
def browser(server):
    return Browser(server)


@pytest.fixture
def connection(server):
    return server.credentials["test_connection_id"]


@pytest.fixture
def begin(application, connection, browser):
    """Up to the provider's answer, which nobody has opened yet: the callback's URL."""
    def to_callback(with_browser=None, **fields):
        with_browser = with_browser or browser
        at_provider = with_browser.follow(application.url(connection_id=connection))
        return with_browser.follow(at_provider, {"email": "ann@example.com", **fields})

    return to_callback


def attempts(api, application):
    """Of an application, newest first, as its authentication log shows them."""
    return api.get(f"/api/v1/logs/authentication/requests?client_id={application.id}").expect(200).json()["authRequests"]


# -- callbacks

def refusals(api, connection):
    """What came to the connection and was refused, newest first."""
    listed = api.get(f"/doorward/v1/auth_requests?connection_id={connection}&statuses=AUTH_REQUEST_FAILURE")
    return listed.expect(200).json()["auth_requests"]


def test_D01_state_is_there_known_and_used_once(begin, browser, server, api, connection):
    back = begin()
    base, _, query = back.partition("?")
    sent = parameters(back)
    page = browser.open(base + "?" + urllib.parse.urlencode({k: v for k, v in sent.items() if k != "state"}))
    assert reason(page) == "state" and logged_reasons(server, page) == ["state"]
    assert refusals(api, connection)[0]["reason"] == "state"
    foreign = {**sent, "state": sent["state"][::-1]}
    assert reason(browser.open(base + "?" + urllib.parse.urlencode(foreign))) == "state"
    assert "code=" in location(browser.open(back))
    assert reason(browser.open(back)) == "state"


def test_D01_an_answer_belongs_to_the_browser_that_began(begin, browser, server):
    back = begin()
    stranger = Browser(server)
    assert reason(stranger.open(back)) == "browser_binding"
    stranger.cookies = {"doorward_login": "x" * 43}
    assert reason(stranger.open(back)) == "browser_binding"
    assert "code=" in location(browser.open(back)), "the login was left to its own browser"


def test_D01_an_answer_belongs_to_its_connection(begin, browser, connection, api, server):
    back = begin()
    other = api.post(f"/api/v1/organizations/{server.credentials['test_organization_id']}/connections",
                     {"provider": "CUSTOM", "type": "OIDC"}).expect(200, 201).json()["connection"]["id"]
    assert reason(browser.open(back.replace(connection, other))) == "state"
    assert "code=" in location(browser.open(back))
    api.delete(f"/api/v1/organizations/{server.credentials['test_organization_id']}/connections/{other}").expect(200)


def test_D26_what_a_provider_says_of_an_error_is_not_passed_on(begin, application, browser, connection):
    at_provider = browser.follow(application.url(connection_id=connection))
    state = parameters(at_provider)["state"]
    nasty = '<script>alert(1)</script>\r\nset-cookie: a=b' + "x" * 10_000
    back = f"/sso/v1/oidc/{connection}/callback?" + urllib.parse.urlencode(
        {"error": "access_denied", "error_description": nasty, "state": state, "iss": browser.home + "/simulator"})
    target = location(browser.open(back))
    assert target.startswith(CALLBACK) and len(target) < 1000
    told = parameters(target)
    assert told["error"] == "authentication_not_completed" and "alert" not in target and told["state"] == "st"
    stray = browser.open(f"/sso/v1/oidc/{connection}/callback?" + urllib.parse.urlencode(
        {"error": "<b>", "error_description": nasty, "state": "never-given"}))
    assert reason(stray) == "state" and "alert" not in stray.body.decode() and "location" not in stray.headers


def test_D27_a_callback_is_one_answer_by_get(begin, browser, connection, server, api):
    back = begin()
    base, _, query = back.partition("?")
    pages = [browser.open(back + "&error=access_denied"), browser.open(back + "&code=other"),
             browser.open(base, dict(urllib.parse.parse_qsl(query))),
             browser.open(f"/sso/v1/oidc/{connection}/callback?state=a")]
    for page in pages:
        assert reason(page) == "malformed_request" and logged_reasons(server, page) == ["malformed_request"]
    kept = refusals(api, connection)[:len(pages)]
    assert {(entry["reason"], entry["responsible_side"]) for entry in kept} == {
        ("malformed_request", "SIDE_IDENTITY_PROVIDER")}
    assert "code=" in location(browser.open(back)), "none of these used the login up"


def test_D31_a_reloaded_callback_asks_the_provider_no_second_time(begin, browser, application, api):
    back = begin()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: browser.open(back), range(20)))
    won = [answer for answer in answers if answer.status == 302]
    assert len(won) == 1 and "code=" in location(won[0])
    assert {reason(answer) for answer in answers if answer is not won[0]} == {"state"}


@pytest.mark.parametrize("outcome, error", [
    ("access_denied", "authentication_not_completed"), ("expired", "invalid_id_token"),
    ("wrong_audience", "invalid_id_token"), ("bad_signature", "invalid_id_token"), ("replay", "invalid_id_token"),
    ("clock_skew", "invalid_id_token"), ("missing_email", "mandatory_attribute_missing")])
def test_what_goes_wrong_at_the_provider_is_told_to_the_application(begin, browser, outcome, error):
    told = parameters(location(browser.open(begin(outcome=outcome))))
    assert told["error"] == error and told["state"] == "st" and told["iss"] == browser.home and "code" not in told


@pytest.mark.parametrize("outcome, why", [
    ("access_denied", "authentication_not_completed"), ("expired", "time_window"), ("wrong_audience", "audience"),
    ("bad_signature", "signature_invalid"), ("replay", "nonce"), ("clock_skew", "time_window"),
    ("missing_email", "mandatory_attribute_missing")])
def test_the_log_tells_what_the_application_is_not_told(begin, browser, application, api, outcome, why):
    location(browser.open(begin(outcome=outcome)))
    entry = attempts(api, application)[0]
    assert entry["status"] == "FAILURE"
    shown = api.get(f"/doorward/v1/auth_requests/{entry['auth_request_id']}").expect(200).json()["auth_request"]
    assert shown["reason"] == why


def test_a_login_under_way_when_its_connection_is_disabled(begin, browser, api, server, connection):
    organization = server.credentials["test_organization_id"]
    back = begin()
    api.patch(f"/api/v1/organizations/{organization}/connections/{connection}:disable").expect(200)
    try:
        told = parameters(location(browser.open(back)))
    finally:
        api.patch(f"/api/v1/organizations/{organization}/connections/{connection}:enable").expect(200)
    assert told["error"] == "connection_not_active"


def test_paths_that_nobody_serves(browser, connection):
    for path in ("", f"/{connection}", f"/{connection}/", f"/{connection}/other", "/../callback", "/conn%2F1/callback",
                 f"/{'c' * 100}/callback"):
        assert browser.open("/sso/v1/oidc" + path).status == 404, path


def test_two_tabs_of_a_browser_do_not_disturb_each_other(begin, browser):
    first, second = begin(), begin()
    assert "code=" in location(browser.open(first)) and "code=" in location(browser.open(second))


# -- tests of a connection

def test_a_test_of_a_connection_signs_nobody_in(browser, connection, api, server):
    answer = sign_in(browser, f"/sso/v1/oidc/{connection}/test", "ann@example.com", name="<b>Ann</b>")
    page = answer.expect(200).body.decode()
    assert "ann@example.com" in page and "&lt;b&gt;Ann" in page and "<b>Ann" not in page
    test_id = re.search(r"test_[0-9]+", page).group()
    result = api.get(f"/api/v1/connections/{connection}/test-requests/{test_id}").expect(200).json()
    assert result["status"] == "SUCCESS" and "ann@example.com" in result["user_info"]


def test_a_test_tells_what_is_wrong(browser, connection, api):
    answer = sign_in(browser, f"/sso/v1/oidc/{connection}/test", "ann@example.com", outcome="wrong_audience")
    page = answer.expect(200).body.decode()
    test_id = re.search(r"test_[0-9]+", page).group()
    result = api.get(f"/api/v1/connections/{connection}/test-requests/{test_id}").expect(200).json()
    assert result["status"] == "FAILURE" and result["error"] == "invalid_id_token"
    assert "audience" in result["error_details"]


def test_only_a_connection_can_be_tried(browser):
    assert reason(browser.open("/sso/v1/oidc/conn_1/test"), 404) == "connection_not_found"


# -- logins that begin at the provider

def initiate(browser, connection, **changes):
    asked = {"iss": browser.home + "/simulator", "login_hint": "ann@example.com", **changes}
    fields = {k: v for k, v in asked.items() if v is not None}
    return browser.open(f"/sso/v1/oidc/{connection}/initiate?" + urllib.parse.urlencode(fields))


def test_a_login_from_the_provider_becomes_one_of_the_application(application, browser, connection, server, bound):
    at_provider = browser.follow(application.url(connection_id=connection))
    dashboard = browser.follow(at_provider, {"email": "ann@example.com", "outcome": "idp_initiated"})
    target = location(browser.open(dashboard))
    assert target.startswith(bound + "?idp_initiated_login=")
    claims = jwt.verify(parameters(target)["idp_initiated_login"], browser.client.get("/keys").json())
    assert claims["connection_id"] == connection and claims["login_hint"] == "ann@example.com"
    assert claims["organization_id"] == server.credentials["test_organization_id"] and claims["iss"] == browser.home
    assert claims["exp"] - claims["iat"] == 300 and claims["nbf"] == claims["iat"] and "sub" not in claims
    asked = {name: claims[name] for name in ("connection_id", "organization_id", "login_hint")}
    told = parameters(location(sign_in(browser, application.url(**asked), claims["login_hint"])))
    assert "id_token" in application.redeem(told["code"]).expect(200).json()


@pytest.mark.usefixtures("bound")
def test_D30_only_the_connections_own_provider_begins(browser, connection):
    for issuer in (None, "https://evil.test", browser.home + "/simulator/", browser.home):
        answer = initiate(browser, connection, iss=issuer)
        assert reason(answer) == "issuer_mismatch", issuer
        assert "location" not in answer.headers


@pytest.mark.usefixtures("bound")
def test_D30_only_a_registered_target_is_passed_on(browser, connection):
    assert reason(initiate(browser, connection, target_link_uri="https://evil.test/")) == "invalid_redirect_uri"
    target = location(initiate(browser, connection, target_link_uri=CALLBACK))
    claims = jwt.parts(parameters(target)["idp_initiated_login"])[1]
    assert claims["relay_state"] == CALLBACK


def test_S91_a_connection_can_refuse_logins_from_the_provider(browser, connection, api, server, bound):
    settings = f"/doorward/v1/organizations/{server.credentials['test_organization_id']}/connections/{connection}/settings"
    api.patch(settings, {"allow_idp_initiated_login": False}).expect(200)
    try:
        answer = initiate(browser, connection)
        target = location(answer)
        assert target.startswith(bound + "?"), target
        told = parameters(target)
        assert told["error"] == "access_denied" and told["error_description"] and "idp_initiated_login" not in told
        assert logged_reasons(server, answer) == ["unsolicited_disabled"]
        stranger = initiate(browser, connection, iss="https://evil.test")
        assert reason(stranger) == "issuer_mismatch" and "location" not in stranger.headers
    finally:
        api.patch(settings, {"allow_idp_initiated_login": True}).expect(200)


def test_a_login_from_the_provider_through_a_disabled_connection_fails_at_the_application(application, browser, tenant):
    path = f"/api/v1/organizations/{tenant.organization_id}/connections"
    disabled = tenant.api.post(path, {"type": "OIDC", "provider": "IDP_SIMULATOR"}).expect(201).json()["connection"]["id"]
    with application.bound_to(disabled):
        target = location(initiate(browser, disabled))
        assert target.startswith(application.initiate_login_uri + "?"), target
        told = parameters(target)
        assert told["error"] == "connection_not_active" and told["error_description"]
        assert "idp_initiated_login" not in told
        tenant.api.patch(f"{path}/{disabled}:enable").expect(200)
        assert "idp_initiated_login" in parameters(location(initiate(browser, disabled)))


# -- logouts that begin at the provider

def test_D29_a_logout_token_that_is_none(browser, connection):
    path = f"/sso/v1/oidc/{connection}/backchannel-logout"
    for token in ("x", "e30.e30.", "eyJhbGciOiJub25lIn0.e30."):
        answer = browser.client.post(path, **form({"logout_token": token})).expect(400)
        assert answer.json()["error"] == "invalid_request" and answer.headers["cache-control"] == "no-store"
    assert browser.client.post(path, **form({})).expect(400).json()["error"] == "invalid_request"
    assert browser.client.get(path).expect(405).headers["allow"] == "POST"
    assert browser.client.post(path, {"logout_token": "x"}).status == 415
    assert browser.client.post("/sso/v1/oidc/conn_1/backchannel-logout", **form({"logout_token": "x"})).status == 404
