"""The authorization server's first part: client credentials, keys, discovery."""
import time

import pytest

from support import jwt
from support.http import basic, form
from support.tenant import token

ATTEMPTS_BEFORE_LIMIT = 2000  # a limit that lets through more wrong secrets than this is none


def credentials(server, **changes):
    return {"grant_type": "client_credentials", "client_id": server.credentials["client_id"],
            "client_secret": server.credentials["client_secret"], **changes}


def ask(server, fields, client=None, **headers):
    request = form(fields)
    request["headers"].update(headers)
    return (client or server.client()).post("/oauth/token", **request)


def test_client_credentials_in_the_body(server):
    answer = ask(server, credentials(server)).expect(200)
    assert answer.headers["cache-control"] == "no-store"  # RFC 6749 section 5.1
    document = answer.json()
    assert document["token_type"] == "Bearer" and document["expires_in"] > 0
    claims = jwt.verify(document["access_token"], server.client().get("/keys").expect(200).json())
    assert claims["iss"] == server.credentials["environment_url"]
    assert claims["client_id"] == server.credentials["client_id"]
    assert claims["exp"] - claims["iat"] in (document["expires_in"], document["expires_in"] + 1)
    assert abs(claims["iat"] - time.time()) < 60 and claims["jti"]


def test_client_credentials_by_basic(server):
    answer = ask(server, {"grant_type": "client_credentials"},
                 Authorization=basic(server.credentials["client_id"], server.credentials["client_secret"])).expect(200)
    assert jwt.parts(answer.json()["access_token"])[1]["client_id"] == server.credentials["client_id"]


def test_scope_of_the_sdk_samples_is_accepted(server):
    ask(server, credentials(server, scope="openid profile email")).expect(200)


def test_a_stale_bearer_at_the_token_endpoint_is_ignored(server):
    for stale in ("Bearer not.a.token", "Bearer " + token(server)[:-4] + "AAAA"):
        ask(server, credentials(server), Authorization=stale).expect(200)
        assert server.client().get("/keys", headers={"Authorization": stale}).status == 200


def test_a_doubled_leading_slash_is_forgiven(server):
    server.client().post("//oauth/token", **form(credentials(server))).expect(200)


def test_wrong_basic_credentials_name_the_scheme(server):
    answer = ask(server, {"grant_type": "client_credentials"}, Authorization=basic("skc_1", "wrong")).expect(401)
    assert answer.json()["error"] == "invalid_client"
    assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize("changes, error", [
    ({"grant_type": "password"}, "unsupported_grant_type"), ({"grant_type": ""}, "invalid_request")])
def test_other_grants_are_refused(server, changes, error):
    assert ask(server, credentials(server, **changes)).expect(400).json()["error"] == error


def test_a_repeated_parameter_is_refused(server):  # RFC 6749 section 3.2
    request = form(credentials(server))
    request["body"] += b"&grant_type=client_credentials"
    assert server.client().post("/oauth/token", **request).expect(400).json()["error"] == "invalid_request"


def test_get_is_not_a_token_request(server):
    assert server.client().get("/oauth/token").status == 405


def test_issuer_and_discovery_never_follow_the_host_header(server):
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = ask(server, credentials(server), **evil).expect(200)
    assert jwt.parts(answer.json()["access_token"])[1]["iss"] == server.credentials["environment_url"]
    discovery = server.client().get("/.well-known/openid-configuration", headers=evil).expect(200)
    assert b"evil.example" not in discovery.body


def test_discovery_names_what_exists(server):
    base = server.credentials["environment_url"]
    discovery = server.client().get("/.well-known/openid-configuration").expect(200).json()
    assert discovery["issuer"] == base
    assert discovery["token_endpoint"] == base + "/oauth/token"
    assert discovery["jwks_uri"] == base + "/keys"
    assert "client_credentials" in discovery["grant_types_supported"]


def test_P31_keys_are_rs256_and_es256_and_public_only(server):
    members = {"RS256": ("RSA", {"n", "e"}), "ES256": ("EC", {"crv", "x", "y"})}
    keys = server.client().get("/keys").expect(200).json()["keys"]
    for key in keys:
        kind, numbers = members[key["alg"]]
        assert (key["kty"], key["use"]) == (kind, "sig") and key["kid"].startswith("snk_")
        assert set(key) == {"kty", "use", "alg", "kid"} | numbers
    assert {key["alg"] for key in keys} == set(members)


def test_base_url_decides_the_issuer(new_server):
    server = new_server("--base-url", "http://sso.example.test:8080").start()
    answer = ask(server, credentials(server)).expect(200)
    assert jwt.parts(answer.json()["access_token"])[1]["iss"] == "http://sso.example.test:8080"


@pytest.mark.parametrize("damage", ["signature", "claims", "alg none", "expired shape"])
def test_a_damaged_token_does_not_pass(server, damage):
    header, claims, signature = token(server).split(".")
    if damage == "signature":
        signature = signature[:-6] + ("AAAAAA" if signature[-6:] != "AAAAAA" else "BBBBBB")
    elif damage == "claims":
        claims = claims[:-2]
    elif damage == "alg none":
        header, signature = "eyJhbGciOiJub25lIn0", ""
    else:
        header, claims, signature = "a", "b", "c"
    answer = server.client().get("/api/v1/organizations", headers={"Authorization": f"Bearer {header}.{claims}.{signature}"})
    answer.refuses(401, "INVALID_TOKEN")


def test_a_directory_secret_is_no_api_token_and_the_reverse(server, tenant):
    server.client().get("/api/v1/organizations", headers={"Authorization": f"Bearer {tenant.secret}"}).refuses(401, "INVALID_TOKEN")
    tenant.scim_client(token(server)).send("GET", "/Users").expect(401)


def test_failed_authentication_is_limited_per_source(new_server):
    server = new_server().start()
    client = server.client()
    wrong = credentials(server, client_secret="wrong")
    statuses = []
    while len(statuses) < ATTEMPTS_BEFORE_LIMIT and 429 not in statuses:
        limited = ask(server, wrong, client)
        statuses.append(limited.status)
    assert statuses[-1] == 429 and set(statuses[:-1]) == {401}
    assert int(limited.headers["retry-after"]) >= 1

    ask(server, credentials(server)).expect(200)  # another source is not affected
