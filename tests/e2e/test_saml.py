"""What a SAML connection's addresses take and refuse, from outside. Numbered tests are lines of the security catalogue."""
import base64
import re
import threading
import urllib.parse
import xml.etree.ElementTree
import zlib

import pytest

from support.http import form
from support.saml import NAMESPACES, SamlConnection, at_simulator, posted_form, sign_in_by_saml
from support.sign_in import Application, Browser, location, parameters, reason
from support.tenant import unique

INITIATE = "https://app.example.test/login"


@pytest.fixture
def browser(server):
    return Browser(server)


@pytest.fixture
def application(server, api):
    return Application(server, api, initiate_login_uri=INITIATE)


@pytest.fixture
def connection(server, api):
    return SamlConnection(server, api, provider="IDP_SIMULATOR")


@pytest.fixture
def answer(browser, application, connection):
    """The form that the provider has the browser post: where, and its fields."""
    return at_simulator(browser, browser.follow(application.url(connection_id=connection.id)), "ann@example.com")


def path_of(url):
    return urllib.parse.urlsplit(url).path


def post(server, browser, url, body, content_type="application/x-www-form-urlencoded"):
    """Fields as text, for what no form would send."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return server.client().post(url, body=body, headers={"Content-Type": content_type, "Cookie": cookies})


def newest(api, application):
    listed = api.get(f"/api/v1/logs/authentication/requests?client_id={application.id}").expect(200).json()
    return listed["authRequests"][0]["auth_request_id"]


def refusals(api, connection):
    """Why attempts at a connection have failed (G-04: each refusal is one entry)."""
    listed = api.get(f"/doorward/v1/auth_requests?connection_id={connection.id}&statuses=AUTH_REQUEST_FAILURE")
    return [one["reason"] for one in listed.expect(200).json().get("auth_requests", [])]


# -- the assertion consumer service

def test_S01_what_is_too_large_is_refused_at_once(server, browser, answer, connection, api):
    url, _ = answer
    post(server, browser, path_of(url), "SAMLResponse=" + "A" * 3_000_000).expect(413)  # by the server, unread
    assert reason(post(server, browser, path_of(url), "SAMLResponse=" + "A" * 900_000), 413) == "too_large"
    assert refusals(api, connection) == ["too_large"]


def test_S03_answers_come_by_post_only(browser, answer):
    url, fields = answer
    refusal = browser.open(url + "?" + urllib.parse.urlencode(fields))
    assert reason(refusal, 405) == "method_not_allowed" and refusal.headers["allow"] == "POST"


def test_S04_dirty_base64(server, browser, answer):
    url, fields = answer
    for dirty in (fields["SAMLResponse"].replace("A", "-", 1), fields["SAMLResponse"] + "!", fields["SAMLResponse"][:-1]):
        assert reason(browser.open(url, {**fields, "SAMLResponse": dirty})) == "bad_base64"
    spread = "\r\n".join(fields["SAMLResponse"][at:at + 76] for at in range(0, len(fields["SAMLResponse"]), 76))
    assert "code" in parameters(location(browser.open(url, {**fields, "SAMLResponse": spread})))


def test_S05_no_field_comes_twice(server, browser, answer, connection, api):
    url, fields = answer
    body = form(fields)["body"]
    body = body.decode() if isinstance(body, bytes) else body
    twice = "SAMLResponse=" + urllib.parse.quote(fields["SAMLResponse"], safe="")
    assert reason(post(server, browser, path_of(url), body + "&" + twice)) == "duplicate_param"
    assert reason(post(server, browser, path_of(url) + "?" + twice, body)) == "duplicate_param"
    assert refusals(api, connection) == ["duplicate_param", "duplicate_param"]
    assert "code" in parameters(location(browser.open(url, fields))), "and the login is still under way"


def test_S06_S95_rubbish_ends_no_login(browser, answer, application, api):
    url, fields = answer
    for text, why in ((b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "dtd_forbidden"),
                      (b"<x>", "not_wellformed"), (b"<x/>", "wrong_root"), (b"\xff\xfe<x/>", "not_utf8"),
                      (b"<x>" * 5000 + b"</x>" * 5000, "too_deep")):
        told = parameters(location(browser.open(url, {**fields, "SAMLResponse": base64.b64encode(text).decode()})))
        assert "code" not in told and told["error"] == "malformed_saml_response" and told["state"] == "st"
        entry = api.get(f"/doorward/v1/auth_requests/{newest(api, application)}").expect(200).json()["auth_request"]
        assert entry["reason"] == why, "the login's own attempt says it"
    assert "code" in parameters(location(browser.open(url, fields)))
    assert newest(api, application) == entry["id"]


def test_S90_only_in_the_browser_that_began(server, answer, browser):
    url, fields = answer
    assert reason(Browser(server).open(url, fields)) == "browser_binding"
    assert "code" in parameters(location(browser.open(url, fields)))


def test_S90_the_cookie_comes_along_from_another_site_over_tls_only(server, application, connection):
    path = application.url(connection_id=connection.id)
    plain, = server.client().get(path).expect(302, 200).headers.get_all("set-cookie")
    assert plain.startswith("doorward_login=") and "SameSite=Lax" in plain and "HttpOnly" in plain


def test_S97_artifacts_are_not_offered(server, browser, connection):
    path = path_of(connection.acs_url)
    assert reason(post(server, browser, path, "SAMLart=AAQAAMFbLinlXaCM")) == "malformed_request"
    assert reason(browser.open(path.replace("/callback", "/artifact")), 404) == "route_not_found"


def test_H10_what_is_no_form_is_none(server, browser, answer, connection, api):
    url, _ = answer
    assert reason(post(server, browser, path_of(url), "{}", "application/json")) == "malformed_request"
    assert refusals(api, connection) == ["malformed_request"]


def test_addresses_of_no_connection(browser, connection):
    other = connection.acs_url.replace(connection.id, "conn_1")
    assert reason(browser.open(other, {"SAMLResponse": base64.b64encode(b"<x/>").decode()}), 400, 404) in (
        "wrong_root", "connection_not_found")
    assert reason(browser.open(path_of(connection.metadata_url).replace(connection.id, "conn_1")), 404) == "connection_not_found"
    assert reason(browser.open("/sso/v1/saml/%2e%2e/callback"), 404) == "route_not_found"


def test_S79_one_of_many_at_a_time_wins(server, browser, answer):
    url, fields = answer
    outcomes = []

    def bring():
        fresh = Browser(server)
        fresh.cookies = dict(browser.cookies)
        answered = fresh.open(url, fields)
        told = parameters(answered.headers["location"]) if "location" in answered.headers else {"error": reason(answered)}
        outcomes.append("code" if "code" in told else told["error"])

    threads = [threading.Thread(target=bring) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("code") == 1
    assert set(outcomes) <= {"code", "replay", "invalid_saml_response"}


# -- addresses of the product of before

def alias_of(connection, url):
    connection.change(acs_aliases={"urls": [url]})


def test_an_alias_on_our_host_is_the_connections_own(browser, application, connection):
    alias = f"{browser.home}/{unique('old')}/acs?tenant=7"
    alias_of(connection, alias)
    url, fields = at_simulator(browser, browser.follow(application.url(connection_id=connection.id)), "ann@example.com")
    assert url == alias, "which is what the provider was asked to answer at"
    assert "code" in parameters(location(browser.open(url, fields)))


def test_an_alias_of_another_host_is_sent_on_by_the_browser(browser, application, connection):
    path = f"/{unique('old')}/saml/consume"
    before = "https://localhost:4433"  # the simulator answers to this machine only
    alias_of(connection, before + path)
    url, fields = at_simulator(browser, browser.follow(application.url(connection_id=connection.id)), "ann@example.com")
    assert url == before + path
    on, again = posted_form(browser.open(path, fields))
    assert path_of(on) == f"/sso/v1/saml/{connection.id}/callback" and again == fields
    assert "code" in parameters(location(browser.open(on, again)))


def test_what_is_no_alias_is_no_page(browser):
    browser.open("/" + unique("nowhere"), {"SAMLResponse": "PHgvPg=="}).expect(404)


# -- metadata

def test_metadata_says_where_answers_go(browser, connection):
    document = browser.open(path_of(connection.metadata_url)).expect(200)
    assert document.headers["content-type"] == "application/samlmetadata+xml"
    assert document.headers["x-content-type-options"] == "nosniff"
    root = xml.etree.ElementTree.fromstring(document.body)
    assert root.get("entityID") == connection.entity_id
    consumers = root.findall(".//md:AssertionConsumerService", NAMESPACES)
    assert [one.get("Location") for one in consumers] == [connection.acs_url]
    assert {one.get("Location") for one in root.findall(".//md:SingleLogoutService", NAMESPACES)} == {connection.slo_url}
    assert root.findall(".//ds:X509Certificate", NAMESPACES)
    assert reason(browser.open(path_of(connection.metadata_url), {"a": "b"}), 405) == "method_not_allowed"


# -- logout

def test_S99_a_logout_answer_that_nobody_waits_for(browser, connection):
    slo = path_of(connection.slo_url)
    lone = base64.b64encode(b'<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" '
                            b'InResponseTo="_' + b"A" * 43 + b'"/>').decode()
    assert reason(browser.open(slo, {"SAMLResponse": lone})) == "in_response_to"


def test_S99_G04_the_log_of_the_server_says_why_a_logout_was_refused(server, browser, connection, api):
    """As docs/saml.md has it: each refusal once, with all that it names."""
    slo = path_of(connection.slo_url)
    unsigned = (f'<p:LogoutRequest xmlns:p="{NAMESPACES["samlp"]}" xmlns:a="{NAMESPACES["saml"]}" ID="_1" Version="2.0" '
                'IssueInstant="2026-01-01T00:00:00Z"><a:Issuer>https://evil.test</a:Issuer><a:NameID>ann</a:NameID>'
                "</p:LogoutRequest>").encode()
    page = browser.open(f"{slo}?SAMLRequest=!")
    assert reason(page) == "bad_base64"
    assert reason(browser.open(slo, {"SAMLRequest": base64.b64encode(b"<x").decode()})) == "not_wellformed"
    assert reason(post(server, browser, slo, "{}", "application/json")) == "malformed_request"
    browser.open(slo, {"SAMLRequest": base64.b64encode(unsigned).decode()}).expect(200, 302, 303)
    lines = [line for line in server.log().splitlines() if " single_logout.refused " in line and connection.id in line]
    assert [re.search(r"\breason=(\w+)", line)[1] for line in lines] == [
        "bad_base64", "not_wellformed", "malformed_request", "unsigned"]
    for line in lines:
        for field in ("reason", "connection_id", "source", "request_id", "detail"):
            assert f" {field}=" in line, line
    assert page.headers["x-request-id"] in lines[0]
    logged = api.get(f"/doorward/v1/auth_requests?connection_id={connection.id}").expect(200).json()
    assert not logged.get("auth_requests"), "it was no attempt to sign in"


def test_S02_S98_broken_logout_queries(browser, connection):
    slo = path_of(connection.slo_url)
    for query, why in (("SAMLRequest=!", "bad_base64"), ("SAMLRequest=AAAA", "not_wellformed"),
                       ("SAMLRequest=AAAA&SAMLRequest=AAAA", "duplicate_param"), ("", "malformed_request")):
        assert reason(browser.open(f"{slo}?{query}")) == why
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = base64.b64encode(deflate.compress(b"<" + b"a" * 8_000_000) + deflate.flush()).decode()
    assert reason(browser.open(f"{slo}?SAMLRequest={urllib.parse.quote(bomb, safe='')}"), 413, 400) == "too_large"


# -- the bundle

def test_a_bundle_says_what_happened_and_names_nobody(browser, application, connection, api):
    email = f"{unique('ann')}@example.com"
    refusal = sign_in_by_saml(browser, application.url(connection_id=connection.id), email, given_name="Annabella",
                              outcome="wrong_audience")
    assert parameters(location(refusal))["error"] == "invalid_saml_response"
    attempt = newest(api, application)
    bundle = api.get(f"/doorward/v1/auth_requests/{attempt}/bundle").expect(200).json()
    assert bundle["auth_request"]["reason"] == "audience"
    assert bundle["auth_request"]["responsible_side"] == "SIDE_IDENTITY_PROVIDER"
    failed = [step for step in bundle["auth_request"]["steps"] if not step["ok"]]
    assert [step["name"] for step in failed] == ["audience"] and failed[0]["expected"] == connection.entity_id
    assert bundle["connection"]["id"] == connection.id
    message, = bundle["messages"]
    assert message["name"] == "response" and "<saml:Audience>" in message["text"]
    for gone in (email, "Annabella"):
        assert gone not in message["text"]
    api.get("/doorward/v1/auth_requests/ar_1/bundle").refuses(404, "AUTH_REQUEST_NOT_FOUND")


def test_G01_the_log_of_the_server_has_nothing_of_an_answer(server, browser, answer):
    url, fields = answer
    location(browser.open(url, fields))
    written = server.log()
    for secret in (fields["SAMLResponse"][:60], fields["RelayState"], "ann@example.com"):
        assert secret not in written
