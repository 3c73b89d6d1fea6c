"""The authorization endpoint towards applications. Numbered tests are lines of the security catalogue."""
import html
import urllib.parse

import pytest

from support.sign_in import CALLBACK, Application, Browser, location, logged_reasons, parameters, pkce, reason, sign_in
from support.tenant import unique
from support import jwt


@pytest.fixture
def application(server, api):
    return Application(server, api)


@pytest.fixture
def browser(server):
    return Browser(server)


@pytest.fixture
def organization(server):
    return server.credentials["test_organization_id"]


def refused(browser, url):
    """The error that comes back to the application, checked for what every answer holds."""
    target = browser.follow(url)
    assert target.startswith(CALLBACK + "?"), target
    told = parameters(target)
    assert told["iss"] == browser.home and "code" not in told
    return told


# -- where a person signs in

def test_the_organization_leads_to_its_connection_and_back_with_a_code(application, browser, organization):
    answer = sign_in(browser, application.url(organization_id=organization), "ann@example.com")
    told = parameters(location(answer))
    assert told["state"] == "st" and told["iss"] == browser.home
    tokens = application.redeem(told["code"]).expect(200).json()
    claims = jwt.verify(tokens["id_token"], browser.client.get("/keys").json())
    connection = browser.client and application.server.credentials["test_connection_id"]
    assert claims["email"] == "ann@example.com" and claims["nonce"] == "no" and claims["aud"] == [application.id]
    assert claims["oid"] == organization and claims["amr"] == [connection]
    assert claims["sub"].startswith(connection + ";")


@pytest.mark.parametrize("selector", [
    lambda ids: {"connection_id": ids["test_connection_id"]}, lambda ids: {"organization_id": ids["test_organization_id"]},
    lambda ids: {"domain": "example.com"}, lambda ids: {"domain_hint": "EXAMPLE.org"},
    lambda ids: {"domain": "example.com", "domain_hint": "example.com"},
    lambda ids: {"login_hint": "anybody@example.com"}, lambda ids: {"login_hint": "anybody@Example.Org"}])
def test_each_selector_leads_to_the_simulator(application, browser, server, selector):
    at_provider = browser.follow(application.url(**selector(server.credentials)))
    assert at_provider.startswith(browser.home + "/simulator/authorize?")
    asked = parameters(at_provider)
    assert asked["redirect_uri"] == f"{browser.home}/sso/v1/oidc/{server.credentials['test_connection_id']}/callback"
    assert asked["code_challenge_method"] == "S256" and asked["nonce"] not in ("", "no") and asked["state"] != "st"


def test_the_stronger_selector_wins(application, browser, server, api):
    empty = api.post("/api/v1/organizations", {"display_name": unique("Empty")}).expect(201).json()["organization"]["id"]
    ids = server.credentials
    order = [("provider", "google", "invalid_connection_selector"), ("connection_id", "conn_1", "invalid_connection_id"),
             ("organization_id", empty, "no_configured_connections"), ("domain", "nobody.example.net", "domain_not_found")]
    weaker = {"login_hint": "ann@example.com"}
    for name, value, error in reversed(order):
        weaker = {name: value, **weaker}
        assert refused(browser, application.url(**weaker))["error"] == error, name
    good = {"connection_id": ids["test_connection_id"], "organization_id": empty, "domain": "nobody.example.net"}
    assert browser.follow(application.url(**good)).startswith(browser.home + "/simulator/")


@pytest.mark.parametrize("asked, error", [
    ({}, "invalid_connection_selector"), ({"login_hint": "ann"}, "invalid_connection_selector"),
    ({"login_hint": "ann@nobody.example.net"}, "invalid_user_domain"), ({"organization_id": "org_1"}, "invalid_organization_id"),
    ({"connection_id": "conn_1"}, "invalid_connection_id"), ({"domain_hint": "sub.example.com"}, "domain_not_found"),
    ({"provider": "github"}, "invalid_connection_selector")])
def test_what_leads_nowhere_is_told_to_the_application(application, browser, asked, error):
    assert refused(browser, application.url(**asked))["error"] == error


# -- what may be asked

def test_P01_only_a_registered_redirect_uri_is_used(application, browser, organization):
    wrong = [CALLBACK + "/", CALLBACK + "/x", CALLBACK + "?a=b", CALLBACK + "#a", CALLBACK.upper(), CALLBACK[:-1],
             "https://app.example.test:444/callback", "https://evil.test/callback", "http://app.example.test/callback",
             "https://app.example.test@evil.test/callback", "https://app.example.test.evil.test/callback",
             "https://app.example.test/%2e%2e/callback", "https://sub.app.example.test/callback",
             "https://app.example.test/cal%6Cback", "https://аpp.example.test/callback", "//app.example.test/callback",
             "javascript:alert(1)", "data:text/html,x"]
    for uri in wrong:
        answer = browser.open(application.url(organization_id=organization, redirect_uri=uri))
        assert reason(answer) == "invalid_redirect_uri", uri
        assert "location" not in answer.headers and "set-cookie" not in answer.headers


def test_P03_the_redirect_uri_must_be_there(application, browser, organization):
    application.change(post_login_uris=[CALLBACK, CALLBACK + "2"])
    assert reason(browser.open(application.url(organization_id=organization, redirect_uri=None))) == "invalid_redirect_uri"


def test_P04_no_open_redirector_by_an_error(application, browser, organization):
    bad_client = application.url(client_id="skc_1", scope="nonsense")
    assert reason(browser.open(bad_client)) == "invalid_client"
    assert reason(browser.open(application.url(redirect_uri="https://evil.test/", scope="nonsense"))) == "invalid_redirect_uri"
    told = refused(browser, application.url(organization_id=organization, scope="openid nonsense"))
    assert told["error"] == "invalid_scope" and told["state"] == "st"


def test_P05_nothing_but_the_code_flow(application, browser, organization):
    for response_type in ("token", "id_token", "code id_token", "code token", "none"):
        told = refused(browser, application.url(organization_id=organization, response_type=response_type))
        assert told["error"] == "unsupported_response_type", response_type
    assert refused(browser, application.url(response_type=None))["error"] == "invalid_request"


def test_P09_pkce_is_s256_and_must_be_where_it_must(server, api, browser, organization, application):
    verifier, challenge = pkce()
    plain = application.url(organization_id=organization, code_challenge=verifier, code_challenge_method="plain")
    assert refused(browser, plain)["error"] == "invalid_request"
    public = Application(server, api, client_type="SPA")
    assert refused(browser, public.url(organization_id=organization))["error"] == "invalid_request"
    application.change(enforce_pkce=True)
    assert refused(browser, application.url(organization_id=organization))["error"] == "invalid_request"
    challenged = {"organization_id": organization, "code_challenge": challenge, "code_challenge_method": "S256"}
    told = parameters(location(sign_in(browser, public.url(**challenged))))
    assert "id_token" in public.redeem(told["code"], code_verifier=verifier).expect(200).json()


def test_P21_request_objects_are_refused(application, browser, organization):
    told = refused(browser, application.url(organization_id=organization, request="eyJhbGciOiJub25lIn0.e30."))
    assert told["error"] == "request_not_supported"
    answer = browser.open(application.url(request_uri="https://evil.test/request"))
    assert reason(answer) == "invalid_request_uri"


def test_P22_possession_of_keys_is_not_offered(application, browser, organization):
    metadata = browser.client.get("/.well-known/openid-configuration").json()
    assert not [name for name in metadata if "dpop" in name or "certificate_bound" in name]
    told = parameters(location(sign_in(browser, application.url(organization_id=organization))))
    tokens = application.redeem(told["code"]).expect(200).json()
    assert tokens["token_type"] == "Bearer" and "cnf" not in jwt.parts(tokens["access_token"])[1]
    bound = browser.client.get("/userinfo", headers={"Authorization": f"DPoP {tokens['access_token']}", "DPoP": "a.b.c"})
    assert bound.status == 401, "nor is a token taken as bound that is not"


def test_P23_every_answer_names_the_issuer(application, browser, organization):
    answer = sign_in(browser, application.url(organization_id=organization))
    assert parameters(location(answer))["iss"] == browser.home
    denied = sign_in(browser, application.url(organization_id=organization), outcome="access_denied")
    assert parameters(location(denied))["iss"] == browser.home
    metadata = browser.client.get("/.well-known/openid-configuration").json()
    assert metadata["authorization_response_iss_parameter_supported"] is True


def test_P24_P27_answers_are_not_framed_kept_or_told_of(application, browser, organization):
    page = browser.open(application.url(redirect_uri="https://evil.test/"))
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    for answer in (page, browser.open(application.url(organization_id=organization)), browser.open(application.url())):
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_P25_no_post_is_authorised_by_a_cookie(application, browser, organization, server):
    told = parameters(location(sign_in(browser, application.url(organization_id=organization))))
    token = application.redeem(told["code"]).expect(200).json()["access_token"]
    assert browser.cookies, "what another site's form would bring along"
    strange = {"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"}
    asked = dict(urllib.parse.parse_qsl(application.url(organization_id=organization).partition("?")[2]))
    again = location(browser.open("/oauth/authorize", asked, **strange))
    assert again.startswith(browser.home + "/simulator/"), "the person signs in again, at the provider"
    callback = f"/sso/v1/oidc/{server.credentials['test_connection_id']}/callback"
    assert reason(browser.open(callback, {"code": "c", "state": parameters(again)["state"]}, **strange)) == "malformed_request"
    browser.open("/oidc/logout", {"client_id": application.id}, **strange).expect(200)
    me = browser.client.with_headers(authorization=f"Bearer {token}")
    me.get("/userinfo").expect(200)
    for path in ("/api/v1/organizations", "/oauth/revoke", "/oauth/introspect", "/oauth/par"):
        assert browser.open(path, {"token": token}, **strange).status in (400, 401, 415), path
    me.get("/userinfo").expect(200)


def test_P26_a_post_is_answered_by_303(application, browser, organization):
    asked = dict(urllib.parse.parse_qsl(application.url(organization_id=organization).partition("?")[2]))
    assert browser.open("/oauth/authorize", asked).expect(303).headers["location"].startswith(browser.home + "/simulator/")
    assert browser.client.request("PUT", "/oauth/authorize").expect(405).headers["allow"] == "GET, POST"


def test_P27_codes_and_secrets_of_a_login_stay_out_of_the_log(application, browser, organization, server):
    at_provider = browser.follow(application.url(organization_id=organization, state="canary-state"))
    back = browser.follow(at_provider, {"email": "ann@example.com"})
    told = parameters(location(browser.open(back)))
    application.redeem(told["code"]).expect(200)
    secret_texts = [told["code"], "canary-state", parameters(at_provider)["state"], parameters(back)["code"],
                    *browser.cookies.values()]
    written = server.log()
    assert not [text for text in secret_texts if text in written]


def test_P28_authorize_answers_no_other_origin(application, browser, organization):
    answer = browser.open(application.url(organization_id=organization), Origin="https://evil.test")
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_P29_prompt_none_needs_a_login(application, browser, organization):
    told = refused(browser, application.url(organization_id=organization, prompt="none"))
    assert told["error"] == "login_required" and told["state"] == "st"
    assert refused(browser, application.url(organization_id=organization, prompt="none login"))["error"] == "invalid_request"


def test_P29_hints_are_text(application, browser, organization):
    hint = '"><script>alert(1)</script>@example.com'
    at_provider = browser.follow(application.url(organization_id=organization, login_hint=hint, ui_locales="<b>",
                                                 acr_values="<i>"))
    page = browser.open(at_provider).expect(200).body.decode()
    assert "<script>" not in page and html.escape(hint, quote=True) in page


def test_P32_scopes_that_the_client_may_not_use(application, browser, organization):
    assert refused(browser, application.url(organization_id=organization, scope="openid admin"))["error"] == "invalid_scope"
    application.change(grant_types=["authorization_code"])
    offline = application.url(organization_id=organization, scope="openid offline_access")
    assert refused(browser, offline)["error"] == "invalid_scope"


def test_P33_a_parameter_twice_is_refused(application, browser, organization, server):
    for name in ("client_id", "redirect_uri", "scope", "state", "response_type", "organization_id"):
        url = application.url(organization_id=organization)
        value = dict(urllib.parse.parse_qsl(url.partition("?")[2]))[name]
        answer = browser.open(f"{url}&{name}={urllib.parse.quote(value, safe='')}")
        assert reason(answer) == "invalid_request", name
        assert logged_reasons(server, answer) == ["invalid_request"], name
    broken = browser.open(application.url(organization_id=organization) + "&ui_locales=%zz")
    assert reason(broken) == "invalid_request" and logged_reasons(server, broken) == ["invalid_request"]


def test_P35_what_is_elsewhere_is_like_what_is_not(application, browser):
    # Ids of the right form that belong to nobody here, as those of another environment do.
    answers = [refused(browser, application.url(connection_id=id)) for id in ("conn_1", "conn_99999999999999999")]
    assert answers[0] == answers[1]
    answers = [refused(browser, application.url(organization_id=id)) for id in ("org_1", "org_99999999999999999")]
    assert answers[0] == answers[1]


def test_a_disabled_or_unknown_client_reads_a_page(application, browser, organization):
    assert reason(browser.open(application.url(client_id=None))) == "invalid_request"
    assert reason(browser.open(application.url(client_id="skc_1"))) == "invalid_client"
    application.set(enabled=False)
    answer = browser.open(application.url(organization_id=organization))
    assert reason(answer, 403) == "application_not_active" and "location" not in answer.headers


# -- errors that only a whole way shows

def test_an_application_that_is_switched_off_meanwhile_is_told(application, browser, organization):
    at_provider = browser.follow(application.url(organization_id=organization))
    back = browser.follow(at_provider, {"email": "ann@example.com"})
    application.set(enabled=False)
    told = refused(browser, back)
    assert (told["error"], told["state"]) == ("application_not_active", "st")


def test_an_organization_without_an_enabled_connection(application, browser, tenant):
    path = f"/api/v1/organizations/{tenant.organization_id}/connections"
    tenant.api.post(path, {"type": "OIDC", "provider": "IDP_SIMULATOR"}).expect(201)
    name = unique("nobody") + ".example"
    tenant.api.post(f"/api/v1/organizations/{tenant.organization_id}/domains", {"domain": name}).expect(200)
    for asked in ({"organization_id": tenant.organization_id}, {"domain_hint": name}, {"login_hint": f"ann@{name}"}):
        told = refused(browser, application.url(**asked))
        assert (told["error"], told["state"]) == ("no_active_connections", "st"), asked


def test_a_provider_whose_userinfo_fails(application, browser, tenant):
    path = f"/api/v1/organizations/{tenant.organization_id}/connections"
    made = tenant.api.post(path, {"type": "OIDC", "provider": "IDP_SIMULATOR"}).expect(201).json()["connection"]
    path = f"{path}/{made['id']}"
    tenant.api.patch(path, {"configuration_type": "MANUAL", "attribute_mapping": {"groups": "teams"}, "oidc_config": {
        "user_info_uri": browser.home + "/simulator/nowhere"}}).expect(200)
    tenant.api.patch(path + ":enable").expect(200)
    told = parameters(location(sign_in(browser, application.url(connection_id=made["id"]))))
    assert (told["error"], told["state"]) == ("user_info_retrieve_failed", "st") and "code" not in told


def test_what_the_application_asked_reaches_the_provider(application, browser, organization):
    def asked(**changes):
        return parameters(browser.follow(application.url(organization_id=organization, **changes)))

    assert asked(login_hint="ann@example.com")["login_hint"] == "ann@example.com"
    assert asked(max_age="60")["max_age"] == "60"
    assert asked(prompt="select_account")["prompt"] == "select_account"
    assert asked(prompt="consent select_account")["prompt"] == "select_account consent"
    assert "prompt" not in asked(prompt="create"), "the simulator does not say that it knows it"
    assert asked(acr_values="gold silver")["acr_values"] == "gold silver"
    fresh = asked(prompt="login")
    assert fresh["prompt"] == "login" and fresh["max_age"] == "0", "the provider must say when, and it must be now"


def test_a_clients_default_decides_where_nothing_else_does(application, browser, server, api, organization):
    api.patch(f"/doorward/v1/clients/{application.id}/settings", {"default_organization_id": organization}).expect(200)
    for asked in ({}, {"login_hint": "ann"}, {"login_hint": "ann@nobody.example.net"}):
        assert browser.follow(application.url(**asked)).startswith(browser.home + "/simulator/"), asked
    assert refused(browser, application.url(domain="nobody.example.net"))["error"] == "domain_not_found"


def test_a_redirect_uri_with_placeholders_is_filled_by_the_organization(server, api, browser):
    application = Application(server, api, post_login_uris=["https://app.example.test/{{external_id}}/callback"])
    ids = server.credentials
    external = unique("ext")
    api.patch(f"/api/v1/organizations/{ids['test_organization_id']}", {"external_id": external}).expect(200)
    uri = f"https://app.example.test/{external}/callback"
    answer = sign_in(browser, application.url(organization_id=ids["test_organization_id"], redirect_uri=uri))
    assert location(answer).startswith(uri + "?code=")
    for wrong in (uri.replace(external, "other"), "https://app.example.test/{{external_id}}/callback"):
        assert reason(browser.open(application.url(organization_id=ids["test_organization_id"],
                                                   redirect_uri=wrong))) == "invalid_redirect_uri"
    # An error is not sent to where nobody knows yet that it may be sent.
    assert reason(browser.open(application.url(organization_id="org_1", redirect_uri=uri))) == "invalid_redirect_uri"
