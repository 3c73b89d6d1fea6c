"""What an application does with a sign-in: codes, tokens, userinfo, introspection, revocation, pushed requests, signing
out. Numbered tests are lines of the security catalogue."""
import concurrent.futures
import urllib.parse

import pytest

from support import jwt
from support.http import basic, form
from support.sign_in import CALLBACK, Application, Browser, location, parameters, pkce, reason, sign_in
from support.tenant import api_client, unique

SIGNED_OUT = "https://app.example.test/bye"
ALL = "openid profile email offline_access"
AT_ONCE = 100


@pytest.fixture
def application(server, api):
    return Application(server, api)


@pytest.fixture
def login(server, application):
    """The answer to a code: the tokens of a whole sign-in through the simulator."""
    def through(application=application, email="ann@example.com", redeemed=None, **asked):
        callback = location(sign_in(Browser(server), application.url(
            organization_id=server.credentials["test_organization_id"], scope=ALL, **asked), email))
        return application.redeem(parameters(callback)["code"], **(redeemed or {})).expect(200).json()

    return through


def code_of(server, application, **asked):
    asked.setdefault("organization_id", server.credentials["test_organization_id"])
    return parameters(location(sign_in(Browser(server), application.url(**asked))))["code"]


def post(server, path, application, fields, **headers):
    sent = form({"client_id": application.id, "client_secret": application.secret, **fields})
    sent["headers"].update(headers)
    return server.client().post(path, **sent)


def refresh(server, application, token, **more):
    return post(server, "/oauth/token", application, {"grant_type": "refresh_token", "refresh_token": token, **more})


def user_info(server, token):
    return server.client().get("/userinfo", headers={"Authorization": f"Bearer {token}"})


def error(answer, status=400):
    return answer.expect(status).json()["error"]


def test_the_tokens_verify_by_the_published_keys(server, application, login):
    answer = login(nonce="n-7")
    keys = server.client().get("/keys").expect(200).json()
    claims = jwt.verify(answer["id_token"], keys)
    base = server.credentials["environment_url"]
    assert claims["iss"] == base and claims["aud"] == [application.id] and claims["azp"] == application.id
    assert claims["nonce"] == "n-7" and claims["oid"] == server.credentials["test_organization_id"]
    assert claims["amr"] == [server.credentials["test_connection_id"]]
    assert claims["sub"].startswith(server.credentials["test_connection_id"] + ";")
    assert claims["sid"].startswith("ses_") and claims["email"] == "ann@example.com"
    assert claims["exp"] - claims["iat"] == 259200
    access = jwt.verify(answer["access_token"], keys)
    assert access["sub"] == claims["sub"] and access["aud"] == [application.id]
    assert access["exp"] - access["iat"] == 900 and answer["expires_in"] == 899
    assert jwt.parts(answer["access_token"])[0]["typ"] == "at+jwt"


# Exactly these, whatever a provider or an administrator adds: applications and SDKs read them by name.
IDENTITY_CLAIMS = {"iss", "sub", "aud", "azp", "client_id", "iat", "exp", "jti", "auth_time", "nonce", "amr", "oid", "sid",
                   "xoid", "at_hash", "c_hash", "token_use", "email", "email_verified", "name", "given_name",
                   "family_name", "preferred_username", "identities"}
ACCESS_CLAIMS = {"iss", "sub", "aud", "client_id", "iat", "nbf", "exp", "jti", "scope", "token_use", "grant_id"}


def test_the_tokens_say_this_and_nothing_else(server, api, application):
    browser = Browser(server)
    organization = server.credentials["test_organization_id"]
    api.patch(f"/api/v1/organizations/{organization}", {"external_id": unique("ext")}).expect(200)
    person = {"given_name": "Ann", "family_name": "Ames", "groups": "staff", "attributes": '{"department": "Sales"}'}
    back = location(sign_in(browser, application.url(organization_id=organization, scope=ALL), "ann@example.com", **person))
    answer = application.redeem(parameters(back)["code"]).expect(200).json()
    assert set(answer) == {"access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token"}
    assert set(jwt.parts(answer["id_token"])[1]) == IDENTITY_CLAIMS
    assert set(jwt.parts(answer["access_token"])[1]) == ACCESS_CLAIMS
    again = refresh(server, application, answer["refresh_token"]).expect(200).json()
    assert set(jwt.parts(again["id_token"])[1]) == IDENTITY_CLAIMS - {"nonce", "c_hash"}
    assert set(jwt.parts(again["access_token"])[1]) == ACCESS_CLAIMS


def test_userinfo_tells_of_the_person_of_the_token(server, login):
    answer = login()
    person = user_info(server, answer["access_token"]).expect(200).json()
    assert person["sub"] == jwt.parts(answer["id_token"])[1]["sub"] and person["email"] == "ann@example.com"


def test_P18_an_id_token_opens_nothing(server, api, login):
    answer = login()
    assert error(user_info(server, answer["id_token"]), 401) == "invalid_token"
    for token in (answer["id_token"], answer["access_token"]):
        bearer = {"Authorization": f"Bearer {token}"}
        server.client().get("/api/v1/organizations", headers=bearer).refuses(401, "WRONG_TOKEN_CLASS")


def test_P06_a_code_is_good_once(server, application):
    code = code_of(server, application, scope=ALL)
    answer = application.redeem(code).expect(200).json()
    assert error(application.redeem(code)) == "invalid_grant"
    assert error(user_info(server, answer["access_token"]), 401) == "invalid_token", "the whole login is revoked"
    assert error(refresh(server, application, answer["refresh_token"])) == "invalid_grant"


def at_once(ask):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return [future.result() for future in [pool.submit(ask) for _ in range(AT_ONCE)]]


def test_P07_of_a_hundred_exchanges_of_one_code_one_succeeds(server, application):
    code = code_of(server, application)
    answers = at_once(lambda: application.redeem(code))
    assert sorted({answer.status for answer in answers}) == [200, 400]
    assert [answer.status for answer in answers].count(200) == 1
    assert {answer.json()["error"] for answer in answers if answer.status == 400} == {"invalid_grant"}


def test_P15_of_a_hundred_uses_of_one_refresh_token_one_succeeds(server, application, login):
    token = login()["refresh_token"]
    answers = at_once(lambda: refresh(server, application, token))
    assert [answer.status for answer in answers].count(200) == 1
    assert {answer.json()["error"] for answer in answers if answer.status != 200} == {"invalid_grant"}


def test_P08_P10_a_code_is_bound(server, api, application):
    verifier, challenge = pkce()
    code = code_of(server, application, code_challenge=challenge, code_challenge_method="S256")
    other = Application(server, api)
    assert error(other.redeem(code, code_verifier=verifier)) == "invalid_grant"
    assert error(application.redeem(code, code_verifier=verifier, redirect_uri=None)) == "invalid_grant"
    assert error(application.redeem(code, code_verifier=verifier, redirect_uri=CALLBACK + "/")) == "invalid_grant"
    assert error(application.redeem(code)) == "invalid_grant"
    assert error(application.redeem(code, code_verifier=verifier[::-1])) == "invalid_grant"
    application.redeem(code, code_verifier=verifier).expect(200)


def test_a_public_client_signs_in_without_a_secret(server, api):
    spa = Application(server, api, "SPA")
    verifier, challenge = pkce()
    code = code_of(server, spa, code_challenge=challenge, code_challenge_method="S256")
    answer = spa.redeem(code, code_verifier=verifier).expect(200).json()
    assert jwt.parts(answer["id_token"])[1]["aud"] == [spa.id]


def test_P15_refresh_tokens_rotate_and_reuse_revokes(server, application, login):
    first = login()
    second = refresh(server, application, first["refresh_token"]).expect(200).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert jwt.parts(second["id_token"])[1]["sid"] == jwt.parts(first["id_token"])[1]["sid"]
    assert error(refresh(server, application, first["refresh_token"])) == "invalid_grant"
    assert error(refresh(server, application, second["refresh_token"])) == "invalid_grant"


def test_P16_a_scope_is_never_widened(server, application, login):
    token = login()["refresh_token"]
    assert error(refresh(server, application, token, scope=ALL + " admin")) == "invalid_scope"
    answer = refresh(server, application, token, scope="openid").expect(200).json()
    assert answer["scope"] == "openid" and "name" not in jwt.parts(answer["id_token"])[1]


def test_P19_introspection_and_revocation_are_for_the_clients_own_tokens(server, api, application, login):
    other = Application(server, api)
    answer = login()
    for token in (answer["access_token"], answer["refresh_token"]):
        described = post(server, "/oauth/introspect", application, {"token": token}).expect(200).json()
        assert described["active"] and described["client_id"] == application.id
        assert post(server, "/oauth/introspect", other, {"token": token}).expect(200).json() == {"active": False}
        post(server, "/oauth/revoke", other, {"token": token}).expect(200)
    assert error(server.client().post("/oauth/introspect", **form({"token": "x"})), 401) == "invalid_client"
    user_info(server, answer["access_token"]).expect(200)
    post(server, "/oauth/revoke", application, {"token": answer["refresh_token"]}).expect(200)
    assert error(user_info(server, answer["access_token"]), 401) == "invalid_token"
    assert post(server, "/oauth/introspect", application,
                {"token": answer["access_token"]}).expect(200).json() == {"active": False}


def test_P20_a_pushed_request_signs_in_once_and_for_its_client(server, api, application):
    pushed = post(server, "/oauth/par", application,
                  {"response_type": "code", "redirect_uri": CALLBACK, "scope": "openid", "state": "pushed",
                   "organization_id": server.credentials["test_organization_id"]}).expect(201).json()
    assert pushed["expires_in"] == 60
    browser = Browser(server)
    query = urllib.parse.urlencode({"client_id": application.id, "request_uri": pushed["request_uri"], "state": "other"})
    other = Application(server, api)
    foreign = urllib.parse.urlencode({"client_id": other.id, "request_uri": pushed["request_uri"]})
    assert reason(browser.open("/oauth/authorize?" + foreign)) == "invalid_request_uri"
    callback = parameters(location(sign_in(browser, "/oauth/authorize?" + query, "ann@example.com")))
    assert callback["state"] == "pushed", "parameters beside the request are ignored"
    application.redeem(callback["code"]).expect(200)
    assert reason(browser.open("/oauth/authorize?" + query)) == "invalid_request_uri"
    assert error(post(server, "/oauth/par", application, {"response_type": "code", "redirect_uri": "https://evil.test/"})) \
        == "invalid_request"


def sign_out(server, **query):
    return Browser(server).open("/oidc/logout?" + urllib.parse.urlencode(query))


def test_P36_signing_out_ends_the_login(server, api):
    application = Application(server, api, post_logout_redirect_uris=[SIGNED_OUT])
    callback = location(sign_in(Browser(server), application.url(
        organization_id=server.credentials["test_organization_id"], scope=ALL), "ann@example.com"))
    answer = application.redeem(parameters(callback)["code"]).expect(200).json()
    there = location(sign_out(server, id_token_hint=answer["id_token"], post_logout_redirect_uri=SIGNED_OUT, state="s"))
    assert there == SIGNED_OUT + "?state=s"
    assert error(refresh(server, application, answer["refresh_token"])) == "invalid_grant"
    assert error(user_info(server, answer["access_token"]), 401) == "invalid_token"


def test_P30_nobody_is_sent_to_an_address_that_is_not_registered(server, api):
    application = Application(server, api, post_logout_redirect_uris=[SIGNED_OUT])
    code = code_of(server, application)
    id_token = application.redeem(code).expect(200).json()["id_token"]
    for wrong in ("https://evil.test/", SIGNED_OUT + "/", CALLBACK):
        assert reason(sign_out(server, id_token_hint=id_token, post_logout_redirect_uri=wrong)) \
            == "invalid_post_logout_redirect_uri"
    page = sign_out(server, post_logout_redirect_uri=SIGNED_OUT, client_id=application.id).expect(200)
    assert f'href="{SIGNED_OUT}"'.encode() in page.body, "without a hint a page offers the way back"
    location(sign_out(server, id_token_hint=id_token, post_logout_redirect_uri=SIGNED_OUT))


def test_both_metadata_documents_name_endpoints_that_answer(server):
    base = server.credentials["environment_url"]
    document = server.client().get("/.well-known/openid-configuration").expect(200).json()
    assert server.client().get("/.well-known/oauth-authorization-server").expect(200).json() == document
    for name in [name for name in document if name.endswith("_endpoint") or name == "jwks_uri"]:
        assert document[name].startswith(base + "/"), name
        assert server.client().get(document[name][len(base):]).status != 404, name
    assert document["authorization_response_iss_parameter_supported"] is True


def test_a_client_may_prove_itself_by_basic_at_every_endpoint(server, application, login):
    answer = login(redeemed={"client_secret": None, "client": server.client().with_headers(
        Authorization=basic(application.id, application.secret))})
    sent = form({"token": answer["access_token"]})
    sent["headers"]["Authorization"] = basic(application.id, application.secret)
    assert server.client().post("/oauth/introspect", **sent).expect(200).json()["active"]


def test_P28_scripts_of_a_registered_origin_may_redeem(server, api):
    Application(server, api, "SPA", post_login_uris=["https://spa.example.test/callback"])
    client = server.client()
    asked = {"Access-Control-Request-Method": "POST"}

    def allowed(origin):
        answer = client.request("OPTIONS", "/oauth/token", headers={"Origin": origin, **asked})
        return answer.headers.get("access-control-allow-origin")

    assert allowed("https://spa.example.test") == "https://spa.example.test"
    assert allowed("https://evil.test") is None


def test_P27_G01_no_code_token_or_secret_is_in_the_log(new_server):
    server = new_server("--log-level", "debug").start()
    application = Application(server, api_client(server))
    state = "st" + pkce()[0]
    callback = parameters(location(sign_in(Browser(server), application.url(
        organization_id=server.credentials["test_organization_id"], scope=ALL, state=state), "ann@example.com")))
    answer = application.redeem(callback["code"]).expect(200).json()
    refresh(server, application, answer["refresh_token"]).expect(200)
    assert error(refresh(server, application, answer["refresh_token"])) == "invalid_grant"
    assert error(application.redeem(callback["code"])) == "invalid_grant"
    log = server.log()
    assert "token.refused" in log and "refresh_reuse" in log and "code_reuse" in log
    for secret in (callback["code"], state, application.secret, answer["refresh_token"], answer["access_token"],
                   answer["id_token"], answer["access_token"].rsplit(".", 1)[1]):
        assert secret not in log
