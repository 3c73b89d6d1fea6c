"""The SAML provider of development: a connection is made by naming it, and every way that an answer can be wrong is
refused for its own reason, which the authentication log tells."""
import base64
import re

import pytest

from support import jwt
from support.saml import (at_simulator, attempt, posted_form, posted_message, redirected_message, SamlConnection,
                          sign_in_by_saml, NAMESPACES)
from support.sign_in import Application, Browser, location, parameters, reason

INITIATE = "https://app.example.test/login"
SIGNED_OUT = "https://app.example.test/out"
# What the log says of each outcome that is refused; the others sign somebody in, or begin a login.
FAILURES = {"access_denied": "status_not_success", "expired": "time_window", "wrong_audience": "audience",
            "bad_signature": "signature_invalid", "replay": "replay", "clock_skew": "time_window",
            "missing_email": "mandatory_attribute_missing", "unsigned": "unsigned", "other_key": "signature_invalid",
            "no_status": "status_not_success", "wrong_version": "bad_version", "wrong_issuer": "issuer_mismatch",
            "no_issuer": "issuer_mismatch", "two_issuers": "issuer_mismatch", "wrong_destination": "destination",
            "empty_destination": "destination", "empty_audience": "audience", "endless_confirmation": "subject_confirmation",
            "early_confirmation": "subject_confirmation", "no_confirmation_data": "subject_confirmation",
            "sender_vouches": "subject_confirmation", "empty_window": "time_window", "long_name_id": "nameid_invalid",
            "entity_name_id": "nameid_invalid", "large_value": "too_many_attribute_values",
            "wrong_in_response_to": "in_response_to",
            "two_requests": "in_response_to", "no_audience": "audience", "two_audiences": "audience",
            "wrong_recipient": "subject_confirmation", "late_confirmation": "subject_confirmation",
            "holder_of_key": "subject_confirmation", "bad_time": "bad_time", "unknown_condition": "unknown_condition",
            "no_authn_statement": "no_authn_statement", "session_expired": "session_expired",
            "wrong_authn_context": "authn_context", "stale_authn": "stale_authn", "empty_name_id": "nameid_invalid",
            "strange_name_id": "nameid_invalid", "transient_name_id": "nameid_invalid",
            "foreign_name_id": "nameid_invalid", "too_many_values": "too_many_attribute_values"}
SUCCESSES = ("success", "one_time_use", "proxy_restriction", "short_session", "padded_name_id", "repeated_attribute",
             "nil_value")
CONTEXT = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"


@pytest.fixture
def browser(server):
    return Browser(server)


@pytest.fixture
def application(server, api):
    return Application(server, api, initiate_login_uri=INITIATE, post_logout_redirect_uris=[SIGNED_OUT])


@pytest.fixture
def connection(server, api):
    return SamlConnection(server, api, provider="IDP_SIMULATOR")


def claims_of(application, answer):
    told = parameters(location(answer))
    assert "error" not in told, told
    return jwt.parts(application.redeem(told["code"]).expect(200).json()["id_token"])[1]


def test_a_connection_to_it_needs_no_settings(connection, application, browser, api):
    made = api.get(connection.path).expect(200).json()["connection"]
    assert (made["status"], made["enabled"]) == ("COMPLETED", True)
    assert made["saml_config"]["idp_entity_id"] == browser.home + "/simulator/saml"
    claims = claims_of(application, sign_in_by_saml(browser, application.url(connection_id=connection.id),
                                                    "Ann@example.com", given_name="Ann", family_name="Ames"))
    assert claims["sub"].startswith(connection.id + ";sim-") and claims["email"].lower() == "ann@example.com"
    assert (claims["given_name"], claims["family_name"], claims["name"]) == ("Ann", "Ames", "Ann Ames")
    entry = attempt(api, application)
    assert entry["status"] == "AUTH_REQUEST_SUCCESS" and all(step["ok"] for step in entry["steps"])


@pytest.mark.parametrize("outcome", SUCCESSES[1:])
def test_S81_S82_S85_S86_what_is_unusual_and_right(connection, application, browser, outcome):
    url = application.url(connection_id=connection.id)
    plain = claims_of(application, sign_in_by_saml(browser, url, "ann@example.com"))
    assert claims_of(application, sign_in_by_saml(browser, url, "ann@example.com", outcome=outcome))["sub"] == plain["sub"]


@pytest.mark.parametrize("signed", ["assertion", "response", "both"])
def test_S55_whichever_part_is_signed(connection, application, browser, signed):
    claims_of(application, sign_in_by_saml(browser, application.url(connection_id=connection.id), signed=signed))


@pytest.mark.parametrize("outcome", FAILURES)
def test_each_fault_is_refused_for_its_reason_and_logged(connection, application, browser, api, outcome):
    connection.change(authn_context_class_refs={"class_refs": [CONTEXT]})
    url = application.url(connection_id=connection.id, prompt="login")
    if outcome == "replay":
        claims_of(application, sign_in_by_saml(browser, url, outcome=outcome))
    answer = sign_in_by_saml(browser, url, outcome=outcome)
    if outcome == "wrong_in_response_to":
        assert reason(answer) == FAILURES[outcome], "nobody asked: there is no application to tell"
        entry = attempt(api, connection=connection)
    else:
        told = parameters(location(answer))
        assert "code" not in told and told["error"] and told["state"] == "st"
        entry = attempt(api, application)
    assert (entry["status"], entry["reason"]) == ("AUTH_REQUEST_FAILURE", FAILURES[outcome])
    failed = [one for one in entry["steps"] if not one["ok"]]
    assert len(failed) == 1 and failed[0]["reason"] == FAILURES[outcome], entry["steps"]


@pytest.mark.parametrize("signed", ["assertion", "response", "both"])
def test_S73_an_empty_destination_whatever_is_signed(connection, application, browser, api, signed):
    location(sign_in_by_saml(browser, application.url(connection_id=connection.id), outcome="empty_destination",
                             signed=signed))
    assert attempt(api, application)["reason"] == "destination"


def test_what_was_expected_and_what_came_is_told(connection, application, browser, api):
    location(sign_in_by_saml(browser, application.url(connection_id=connection.id), outcome="wrong_audience"))
    failed = attempt(api, application)["steps"][-1]
    assert failed["expected"] == connection.entity_id and failed["received"] == "https://somebody-else.example/saml"


def test_S80_the_same_assertion_in_another_response(connection, application, browser, api):
    url = application.url(connection_id=connection.id)
    first = at_simulator(browser, browser.follow(url), outcome="replay")
    claims_of(application, browser.open(*first))
    second = at_simulator(browser, browser.follow(url), outcome="replay")
    ids = [posted_message(form[1]["SAMLResponse"]) for form in (first, second)]
    assert ids[0].get("ID") != ids[1].get("ID")
    assert ids[0].find("saml:Assertion", NAMESPACES).get("ID") == ids[1].find("saml:Assertion", NAMESPACES).get("ID")
    location(browser.open(*second))
    assert attempt(api, application)["reason"] == "replay"


def test_S91_a_login_that_begins_at_the_provider(connection, application, browser, api):
    application.set(default_connection_id=connection.id)
    form = posted_form(browser.open("/simulator/saml/initiate",
                                    {"connection_id": connection.id, "email": "ann@example.com"}))
    target = location(browser.open(*form))
    assert target.startswith(INITIATE + "?idp_initiated_login="), target
    told = jwt.verify(parameters(target)["idp_initiated_login"], browser.client.get("/keys").json())
    assert told["connection_id"] == connection.id
    dropped = sign_in_by_saml(browser, application.url(connection_id=connection.id), "ann@example.com",
                              outcome="idp_initiated")
    assert "?idp_initiated_login=" in location(dropped)


def test_the_page_is_a_form_that_a_person_can_fill_in(connection, application, browser):
    at_provider = browser.follow(application.url(connection_id=connection.id, login_hint="ann@example.com"))
    assert at_provider.startswith(browser.home + "/simulator/saml/sso?SAMLRequest=")
    page = browser.open(at_provider).expect(200)
    text = page.body.decode()
    for field in ("email", "given_name", "family_name", "name", "subject", "groups", "attributes", "signed"):
        assert f'name="{field}"' in text, field
    offered = set(re.findall(r'name="outcome" value="([a-z_]+)"', text))
    assert offered == {*SUCCESSES, "idp_initiated", *FAILURES}
    assert "<script" not in text and "frame-ancestors 'none'" in page.headers["content-security-policy"]
    wrong = browser.open(at_provider, {"email": "ann@example.com", "attributes": "[1]"}).expect(400).body.decode()
    assert "attributes: A JSON object" in wrong and 'value="ann@example.com"' in wrong


def test_it_takes_requests_by_form_and_signed(connection, application, browser, api):
    known = api.get(connection.path).expect(200).json()["connection"]["saml_config"]
    api.patch(connection.path, {"saml_config": {
        "idp_metadata_url": known["idp_metadata_url"], "idp_sso_request_binding": "HTTP_POST", "want_request_signed": True,
        "force_authn": True}}).expect(200)
    action, fields = posted_form(connection.begin(browser, application))
    request = posted_message(fields["SAMLRequest"])
    assert request.find("ds:Signature", NAMESPACES) is not None and request.get("ForceAuthn") == "true"
    at_provider = browser.follow(action, fields)
    assert redirected_message(at_provider).get("ID") == request.get("ID")
    claims_of(application, browser.open(*at_simulator(browser, at_provider)))


def test_it_answers_nobody_elses_address(browser, application, connection):
    request = (f'<p:AuthnRequest xmlns:p="{NAMESPACES["samlp"]}" xmlns:a="{NAMESPACES["saml"]}" ID="_1" Version="2.0" '
               'IssueInstant="2026-01-01T00:00:00Z" AssertionConsumerServiceURL="https://evil.test/acs">'
               "<a:Issuer>https://evil.test</a:Issuer></p:AuthnRequest>")
    at_provider = browser.follow("/simulator/saml/sso", {"SAMLRequest": base64.b64encode(request.encode()).decode()})
    answer = browser.open(at_provider)
    assert reason(answer) == "invalid_redirect_uri" and "location" not in answer.headers


def tokens_of(browser, application, connection, email):
    url = application.url(connection_id=connection.id, scope="openid email offline_access")
    return application.redeem(parameters(location(sign_in_by_saml(browser, url, email)))["code"]).expect(200).json()


def refreshed(application, tokens):
    return application.redeem(None, grant_type="refresh_token", refresh_token=tokens["refresh_token"], redirect_uri=None)


def test_S100_a_logout_at_the_provider_ends_every_session_of_the_person(connection, application, browser, server):
    ann = [tokens_of(Browser(server), application, connection, "ann@example.com") for _ in range(2)]
    ben = tokens_of(browser, application, connection, "ben@example.com")
    to_us = browser.follow("/simulator/saml/logout", {"connection_id": connection.id, "email": "ann@example.com"})
    assert to_us.startswith(connection.slo_url + "?SAMLRequest=")
    back = browser.follow(to_us)
    assert back.startswith(browser.home + "/simulator/saml/slo?") and "Signature=" in back
    assert "You are signed out" in browser.open(back).expect(200).body.decode()
    for tokens in ann:
        assert refreshed(application, tokens).expect(400).json()["error"] == "invalid_grant"
    refreshed(application, ben).expect(200)


def test_a_logout_of_the_application_goes_on_at_the_provider(connection, application, browser, api):
    api.patch(connection.path, {"saml_config": {"idp_slo_required": True}}).expect(200)
    tokens = tokens_of(browser, application, connection, "ann@example.com")
    to_provider = browser.follow("/oidc/logout?id_token_hint=" + tokens["id_token"] +
                                 "&post_logout_redirect_uri=" + SIGNED_OUT + "&state=s")
    assert to_provider.startswith(browser.home + "/simulator/saml/slo?SAMLRequest=")
    back = browser.follow(to_provider)
    assert back.startswith(connection.slo_url + "?SAMLResponse=")
    assert location(browser.open(back)) == SIGNED_OUT + "?state=s"
    assert refreshed(application, tokens).expect(400).json()["error"] == "invalid_grant"
