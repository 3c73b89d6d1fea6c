"""The identity provider of development: a fresh start can try every way of signing in, and every way that fails, and the
authentication log tells each of them."""
import re
import time
import urllib.parse

import pytest

from support.http import form
from support.sign_in import CALLBACK, Application, Browser, location, parameters, reason, sign_in
from support.tenant import unique
from support import jwt

INITIATE = "https://app.example.test/login"
# What an application adds to its request so that its people sign in at the Test Organization.
SELECTORS = {"login_hint .com": lambda ids: {"login_hint": "ann@example.com"},
             "login_hint .org": lambda ids: {"login_hint": "ann@example.org"},
             "organization": lambda ids: {"organization_id": ids["test_organization_id"]},
             "connection": lambda ids: {"connection_id": ids["test_connection_id"]}}
# What the log says of each outcome: the step, the reason, who can mend it.
FAILURES = {"access_denied": ("callback", "authentication_not_completed", "SIDE_PERSON"),
            "expired": ("id_token", "time_window", "SIDE_IDENTITY_PROVIDER"),
            "wrong_audience": ("id_token", "audience", "SIDE_IDENTITY_PROVIDER"),
            "bad_signature": ("id_token", "signature_invalid", "SIDE_IDENTITY_PROVIDER"),
            "replay": ("id_token", "nonce", "SIDE_IDENTITY_PROVIDER"),
            "clock_skew": ("id_token", "time_window", "SIDE_IDENTITY_PROVIDER"),
            "missing_email": ("profile", "mandatory_attribute_missing", "SIDE_IDENTITY_PROVIDER")}


@pytest.fixture
def browser(server):
    return Browser(server)


@pytest.fixture
def application(server, api):
    return Application(server, api, initiate_login_uri=f"{INITIATE}/{unique('app')}")


@pytest.fixture
def initiated(application, server):
    """Where logins of the test connection that begin at the provider go: to this application."""
    with application.bound_to(server.credentials["test_connection_id"]):
        yield application.initiate_login_uri


@pytest.fixture(params=SELECTORS)
def selector(request, server):
    return SELECTORS[request.param](server.credentials)


def log_of(api, **narrowed):
    """The public list of attempts."""
    return api.get("/api/v1/logs/authentication/requests?" + urllib.parse.urlencode(narrowed, doseq=True)).expect(200).json()


def attempt(api, application):
    """The newest of an application, with its steps."""
    newest = log_of(api, client_id=application.id)["authRequests"][0]["auth_request_id"]
    return api.get(f"/doorward/v1/auth_requests/{newest}").expect(200).json()["auth_request"]


# -- a fresh start: each of the three ways with each of the three ends

def test_success(application, browser, server, api, selector):
    told = parameters(location(sign_in(browser, application.url(**selector), "Ann@example.com", given_name="Ann",
                                       family_name="Ames", groups="staff, admins", attributes='{"department":"Sales"}')))
    assert told["state"] == "st"
    entry = attempt(api, application)
    assert entry["status"] == "AUTH_REQUEST_PENDING", "the code is not exchanged yet"
    tokens = application.redeem(told["code"]).expect(200).json()
    claims = jwt.verify(tokens["id_token"], browser.client.get("/keys").json())
    assert claims["email"].lower() == "ann@example.com" and claims["given_name"] == "Ann"
    entry = attempt(api, application)
    assert entry["status"] == "AUTH_REQUEST_SUCCESS" and entry["reason"] == ""
    assert entry["workflow"] == "LOGIN_SP_INITIATED" and entry["email"].lower() == "ann@example.com"
    assert entry["organization_id"] == server.credentials["test_organization_id"]
    assert entry["connection_id"] == server.credentials["test_connection_id"]
    names = [step["name"] for step in entry["steps"]]
    assert names[0] == "authorize" and names[-1] == "code_exchange" and all(step["ok"] for step in entry["steps"]), names
    assert names.index("redirect") < names.index("callback") < names.index("token_exchange") < names.index("id_token")


def test_idp_initiated(application, browser, server, initiated, selector):
    dashboard = browser.follow(browser.follow(application.url(**selector)),
                               {"email": "ann@example.com", "outcome": "idp_initiated"})
    target = location(browser.open(dashboard))
    assert target.startswith(initiated + "?idp_initiated_login="), target
    claims = jwt.verify(parameters(target)["idp_initiated_login"], browser.client.get("/keys").json())
    assert claims["connection_id"] == server.credentials["test_connection_id"]
    told = parameters(location(sign_in(browser, application.url(connection_id=claims["connection_id"],
                                                                login_hint=claims["login_hint"]))))
    assert "id_token" in application.redeem(told["code"]).expect(200).json()


def test_error(application, browser, api, selector):
    told = parameters(location(sign_in(browser, application.url(**selector), outcome="access_denied")))
    assert told["error"] == "authentication_not_completed" and "code" not in told and told["state"] == "st"
    assert attempt(api, application)["status"] == "AUTH_REQUEST_FAILURE"


# -- what goes wrong

@pytest.mark.parametrize("outcome", FAILURES)
def test_each_failure_is_refused_for_its_reason_and_logged(application, browser, server, api, outcome):
    step, why, side = FAILURES[outcome]
    location(sign_in(browser, application.url(connection_id=server.credentials["test_connection_id"]), outcome=outcome))
    entry = attempt(api, application)
    assert (entry["status"], entry["reason"], entry["responsible_side"]) == ("AUTH_REQUEST_FAILURE", why, side)
    failed = [one for one in entry["steps"] if not one["ok"]]
    assert [(one["name"], one["reason"]) for one in failed] == [(step, why)], entry["steps"]
    public = log_of(api, client_id=application.id)["authRequests"][0]
    assert public["status"] == "FAILURE" and public["auth_request_id"] == entry["id"]


def test_what_was_expected_and_what_came_is_told(application, browser, server, api):
    location(sign_in(browser, application.url(connection_id=server.credentials["test_connection_id"]),
                     outcome="wrong_audience"))
    failed = attempt(api, application)["steps"][-1]
    assert failed["expected"] == "doorward" and failed["received"] == "somebody-else"


# -- the provider

def test_the_page_is_a_form_that_a_person_can_fill_in(application, browser):
    at_provider = browser.follow(application.url(login_hint="ann@example.com"))
    page = browser.open(at_provider).expect(200)
    text = page.body.decode()
    assert 'name="email" type="email" value="ann@example.com"' in text
    for field in ("given_name", "family_name", "name", "subject", "groups", "attributes", "email_verified"):
        assert f'name="{field}"' in text, field
    assert set(re.findall(r'name="outcome" value="([a-z_]+)"', text)) == {"success", "idp_initiated", *FAILURES}
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store" and "<script" not in text


def test_what_is_wrong_with_the_form_is_said_and_what_was_typed_stays(application, browser):
    at_provider = browser.follow(application.url(login_hint="ann@example.com"))
    page = browser.open(at_provider, {"email": "ann@example.com", "name": '"><b>', "attributes": "[1]"}).expect(400)
    text = page.body.decode()
    assert "attributes: A JSON object" in text and "&quot;&gt;&lt;b&gt;" in text and '"><b>' not in text
    assert "code=" in browser.follow(at_provider, {"email": "ann@example.com"})


def test_the_dashboard_starts_a_login_of_the_test_connection(browser, server):
    page = browser.open("/simulator").expect(200).body.decode()
    connection = server.credentials["test_connection_id"]
    assert f'value="{connection}"' in page
    target = browser.follow("/simulator/initiate", {"connection_id": connection, "email": "ann@example.com"})
    assert target.startswith(f"{browser.home}/sso/v1/oidc/{connection}/initiate?iss=")


def test_it_is_an_openid_provider_by_its_own_documents(browser):
    issuer = browser.home + "/simulator"
    document = browser.open("/simulator/.well-known/openid-configuration").expect(200).json()
    assert document["issuer"] == issuer and document["authorization_response_iss_parameter_supported"] is True
    for endpoint in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"):
        assert document[endpoint].startswith(issuer + "/"), endpoint
    (key,) = browser.open("/simulator/keys").expect(200).json()["keys"]
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig") and "d" not in key
    assert key["kid"] not in {one["kid"] for one in browser.open("/keys").json()["keys"]}, "a key of its own"


def test_it_answers_nobody_elses_callback(browser):
    asked = {"response_type": "code", "client_id": "x", "scope": "openid", "redirect_uri": "https://evil.test/cb"}
    answer = browser.open("/simulator/authorize?" + urllib.parse.urlencode(asked))
    assert reason(answer) == "invalid_redirect_uri" and "location" not in answer.headers


def test_its_codes_are_redeemed_once(application, browser, server):
    at_provider = browser.follow(application.url(login_hint="ann@example.com"))
    back = browser.follow(at_provider, {"email": "ann@example.com"})
    exchange = form({"grant_type": "authorization_code", "client_id": "doorward", "client_secret": "any",
                     "redirect_uri": back.partition("?")[0], "code": parameters(back)["code"], "code_verifier": "x" * 43})
    refused = browser.client.post("/simulator/token", **exchange).expect(400).json()
    assert refused["error"] == "invalid_grant", "PKCE binds the code to Doorward's login"
    assert "code=" in location(browser.open(back)), "a refused exchange does not use the code up"


# -- the log

def test_the_log_is_narrowed_and_paged(application, browser, server, api):
    began = time.time()
    address = unique("ann") + "@example.com"
    ids = {"connection_id": server.credentials["test_connection_id"]}
    for outcome in ("success", "expired", "success"):
        browser.open(browser.follow(browser.follow(application.url(**ids, login_hint=address)),
                                    {"email": address, "outcome": outcome}))
    browser.follow(application.url(**ids, login_hint=address))
    everything = log_of(api, client_id=application.id)
    assert [one["status"] for one in everything["authRequests"]] == ["INITIATED", "PENDING", "FAILURE", "PENDING"]
    assert everything["total_size"] == 4 and everything["next_page_token"] == everything["prev_page_token"] == ""
    one = everything["authRequests"][1]
    assert one["auth_request_id"].startswith("ar_") and one["environment_id"] == server.credentials["environment_id"]
    assert (one["connection_type"], one["connection_provider"]) == ("OIDC", "IDP_SIMULATOR")
    assert one["connection_details"] == [{"connection_id": ids["connection_id"], "connection_type": "OIDC",
                                          "organization_id": server.credentials["test_organization_id"],
                                          "connection_provider": "IDP_SIMULATOR"}]
    assert one["workflow"] == "SP_INITIATED" and one["client_type"] == "WEB_APP" and one["client_name"]

    assert log_of(api, email=address.upper())["total_size"] == 4
    assert log_of(api, email="nobody@example.com")["authRequests"] == []
    assert log_of(api, client_id=application.id, status=["failed"])["total_size"] == 1
    assert log_of(api, client_id=application.id, status=["Pending", "INITIATED"])["total_size"] == 3
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began - 5))
    assert log_of(api, client_id=application.id, start_time=at)["total_size"] == 4
    assert log_of(api, client_id=application.id, end_time=at)["total_size"] == 0
    assert log_of(api, client_id=application.id, resource_id="res_1")["total_size"] == 0
    assert log_of(api, client_id=application.id, connected_account_identifier="acc_1")["total_size"] == 0, "there are none"

    first = log_of(api, client_id=application.id, page_size=3)
    second = log_of(api, client_id=application.id, page_size=3, page_token=first["next_page_token"])
    both = [one["auth_request_id"] for one in first["authRequests"] + second["authRequests"]]
    assert both == [one["auth_request_id"] for one in everything["authRequests"]]
    assert log_of(api, client_id=application.id, page_size=3, page_token=second["prev_page_token"]) | {
        "next_page_token": ""} == first | {"next_page_token": ""}

    own = api.get(f"/doorward/v1/auth_requests?organization_id={server.credentials['test_organization_id']}"
                  f"&client_id={application.id}&statuses=AUTH_REQUEST_FAILURE").expect(200).json()
    assert own["total_size"] == 1 and own["auth_requests"][0]["reason"] == "time_window"


def test_the_log_refuses_what_it_does_not_know(api):
    requests = "/api/v1/logs/authentication/requests"
    api.get(requests + "?status=GONE").refuses(400, "INVALID_ARGUMENT")
    api.get(requests + "?page_token=made-up").refuses(400, "INVALID_PAGE_TOKEN")
    api.get("/doorward/v1/auth_requests?page_token=made-up").refuses(400, "INVALID_PAGE_TOKEN")
    api.get("/doorward/v1/auth_requests/ar_1").refuses(404, "AUTH_REQUEST_NOT_FOUND")


def test_requests_that_are_refused_at_the_door_are_logged_to_a_bound(application, browser, server, api):
    """Of one address: a stranger cannot fill the log."""
    for _ in range(70):
        browser.open(application.url(redirect_uri="https://evil.test/"))
    kept = log_of(api, client_id=application.id)
    assert 60 <= kept["total_size"] < 70
    entry = attempt(api, application)
    assert (entry["reason"], entry["responsible_side"]) == ("invalid_redirect_uri", "SIDE_APPLICATION")
    assert entry["steps"][-1]["name"] == "authorize"


def test_no_secret_reaches_the_log(application, browser, server, api):
    at_provider = browser.follow(application.url(login_hint="ann@example.com", state="canary-state", nonce="canary-nonce"))
    back = browser.follow(at_provider, {"email": "ann@example.com", "outcome": "bad_signature"})
    browser.open(back)
    text = str(attempt(api, application)) + str(log_of(api, client_id=application.id))
    asked = parameters(at_provider)
    for secret in ("canary-state", "canary-nonce", asked["state"], asked["nonce"], parameters(back)["code"],
                   *browser.cookies.values()):
        assert secret not in text
