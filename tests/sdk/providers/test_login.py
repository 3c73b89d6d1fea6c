"""Sign-ins through a certified OpenID provider. Numbered tests are lines of the security catalogue."""
import urllib.parse

import pytest

from support import jwt
from support.sign_in import Browser, location, parameters


def claims_of(tokens):
    return jwt.parts(tokens["id_token"])[1]


@pytest.mark.parametrize("method, algorithm", [
    ("client_secret_basic", "RS256"), ("client_secret_post", "ES256"), ("client_secret_jwt", "RS256"),
    ("private_key_jwt", "ES256"), ("none", "RS256")])
def test_a_login_by_every_way_of_client_authentication(connect, application, browser, method, algorithm):
    connection = connect(method=method, algorithm=algorithm, settings={"id_token_signed_response_alg": algorithm})
    claims = claims_of(connection.log_in(browser, application))
    assert claims["sub"] == f"{connection.id};ann" and claims["oid"] == connection.organization_id
    assert claims["email"] == "ann@corp.test"
    assert claims["email_verified"] is False, "the organization has not verified corp.test, whatever the provider says"
    assert (claims["given_name"], claims["family_name"], claims["locale"]) == ("User", "ann", "de")
    assert claims["amr"] == [connection.id] and "groups" not in claims
    assert connection.provider.asked("/me", "GET") == 0, "the ID token said enough"


def test_a_profile_from_userinfo_with_mapped_claims(connect, application, browser):
    connection = connect(user_info_only=True, settings={"scopes": ["openid", "email", "profile", "groups"]},
                         mapping={"groups": "groups", "preferred_username": "email"})
    claims = claims_of(connection.log_in(browser, application))
    assert claims["email"] == claims["preferred_username"] == "ann@corp.test"
    assert claims["groups"] == ["engineering", "admins"]
    assert connection.provider.asked("/me", "GET") == 1


def test_D02_and_D03_every_login_has_its_own_nonce_state_and_challenge(connect, application, browser):
    connection = connect()
    asked = [parameters(connection.begin(browser, application)) for _ in range(5)]
    for name in ("state", "nonce", "code_challenge"):
        assert len({one[name] for one in asked}) == 5, name
        assert all(len(one[name]) >= 43 for one in asked), name
    assert {one["code_challenge_method"] for one in asked} == {"S256"}


def test_D03_a_code_of_another_challenge_is_refused_by_the_provider(connect, application, browser, server, last_attempt):
    connection = connect()
    stolen = parameters(connection.provider.sign_in(browser, connection.begin(browser, application), "ann"))["code"]
    attacker = Browser(server)
    own = parameters(connection.begin(attacker, application))
    told = parameters(location(attacker.open(f"/sso/v1/oidc/{connection.id}/callback?" + urllib.parse.urlencode(
        {"code": stolen, "state": own["state"], "iss": connection.provider.issuer}))))
    assert "code" not in told
    attempt = last_attempt(application)
    assert attempt["reason"] == "token_exchange"
    assert "invalid_grant" in attempt["steps"][-1]["received"]


def test_D04_an_answer_of_another_provider_is_exchanged_nowhere(connect, application, browser, last_attempt):
    honest, other = connect(), connect()
    answer = parameters(other.provider.sign_in(Browser(application.server), other.begin(browser, application), "ann"))
    begun = honest.begin(browser, application)
    mixed = f"/sso/v1/oidc/{honest.id}/callback?" + urllib.parse.urlencode({**answer, "state": parameters(begun)["state"]})
    told = parameters(location(browser.open(mixed)))
    assert "code" not in told
    attempt = last_attempt(application)
    assert attempt["reason"] == "issuer_mismatch"
    assert attempt["steps"][-1]["expected"] == honest.provider.issuer
    assert attempt["steps"][-1]["received"] == other.provider.issuer
    assert honest.provider.asked("/token") == other.provider.asked("/token") == 0


def test_D05_a_promised_issuer_that_is_missing(connect, application, browser, last_attempt):
    connection = connect()
    back = connection.provider.sign_in(browser, connection.begin(browser, application), "ann")
    answer = parameters(back)
    assert answer["iss"] == connection.provider.issuer
    for iss in (None, answer["iss"] + "/"):
        begun = parameters(connection.begin(browser, application))
        changed = {"code": answer["code"], "state": begun["state"], **({"iss": iss} if iss else {})}
        location(browser.open(back.partition("?")[0] + "?" + urllib.parse.urlencode(changed)))
        assert last_attempt(application)["reason"] == "issuer_mismatch"
    assert connection.provider.asked("/token") == 0


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_D14_keys_that_change_without_notice(connect, application, browser, server, algorithm):
    connection = connect(algorithm=algorithm)
    before = claims_of(connection.log_in(browser, application))
    connection.provider.rotate_keys()
    after = claims_of(connection.log_in(Browser(server), application))
    assert before["sub"] == after["sub"]
    assert connection.provider.asked("/jwks", "GET") == 1, "of the new process: one early look for the new key"


def test_D07_an_algorithm_that_is_not_the_pinned_one(connect, application, browser, last_attempt):
    connection = connect(algorithm="RS256", settings={"id_token_signed_response_alg": "ES256"})
    back = connection.provider.sign_in(browser, connection.begin(browser, application), "ann")
    assert parameters(location(browser.open(back)))["error"] == "invalid_id_token"
    assert last_attempt(application)["reason"] == "alg_forbidden"


def test_D20_a_fresh_login_is_made_fresh_at_the_provider(connect, application, browser):
    connection = connect()
    connection.log_in(browser, application)
    again = connection.provider.visit(browser, connection.begin(browser, application))
    assert "code=" in again, "the provider knows the browser by now"
    fresh = connection.begin(browser, application, prompt="login")
    assert parameters(fresh)["max_age"] == "0"
    assert "/interaction/" in connection.provider.visit(browser, fresh)
    assert claims_of(connection.log_in(browser, application, prompt="login"))["sub"].endswith(";ann")


def test_a_person_who_gives_up(connect, application, browser, last_attempt):
    connection = connect()
    back = connection.provider.give_up(browser, connection.begin(browser, application))
    assert parameters(location(browser.open(back)))["error"] == "authentication_not_completed"
    assert last_attempt(application)["reason"] == "authentication_not_completed"


def test_L01_an_address_that_nobody_verified_is_told_as_such(connect, application, browser):
    connection = connect(claims={"email": "ceo@victim.test", "email_verified": "true"})
    claims = claims_of(connection.log_in(browser, application))
    assert claims["email"] == "ceo@victim.test" and claims["email_verified"] is False


def test_a_profile_without_address(connect, application, browser, last_attempt):
    connection = connect(claims={"email": None})
    back = connection.provider.sign_in(browser, connection.begin(browser, application), "ann")
    assert parameters(location(browser.open(back)))["error"] == "mandatory_attribute_missing"
    assert last_attempt(application)["reason"] == "mandatory_attribute_missing"


def test_a_provider_that_is_down(connect, application, browser, last_attempt):
    connection = connect()
    back = connection.provider.sign_in(browser, connection.begin(browser, application), "ann")
    connection.provider.close()
    assert "error" in parameters(location(browser.open(back)))
    attempt = last_attempt(application)
    assert attempt["reason"] == "token_exchange"
    assert attempt["steps"][-1]["received"] == "target_unreachable"
