"""Sign-ins by SAML through SimpleSAMLphp and npm samlp. Numbered tests are lines of the security catalogue."""
import datetime

import pytest

from conftest import read_metadata
from encrypted import algorithms, flipped, DATA, ENC, ENC11, KEY, SHA1
from support import jwt
from support.saml import posted_form, posted_message, NAMESPACES, SamlConnection
from support.sign_in import Browser, location, logged_reasons, parameters, reason
from support.waiting import wait_until

INITIATE = "https://app.example.test/login"
EMAIL = "ann@corp.test"


def claims_of(tokens):
    return jwt.parts(tokens["id_token"])[1]


def redeemed(browser, application, form):
    """The claims that come of the provider's answer."""
    told = parameters(location(browser.open(*form)))
    assert "error" not in told, told
    return claims_of(application.redeem(told["code"]).expect(200).json())


def log_in(browser, application, connection, ssp, name="ann", **asked):
    return redeemed(browser, application, ssp.sign_in(browser, location(connection.begin(browser, application, **asked)), name))


def refused(browser, form, application, last_attempt):
    """Nobody is signed in; why."""
    told = parameters(location(browser.open(*form)))
    assert "code" not in told and told["error"], told
    return last_attempt(application)["reason"]


def signatures(form):
    """Of response and assertion."""
    response = posted_message(form[1]["SAMLResponse"])
    return (response.find("ds:Signature", NAMESPACES) is not None,
            response.find("saml:Assertion/ds:Signature", NAMESPACES) is not None)


# -- SimpleSAMLphp

@pytest.mark.parametrize("signed", [(True, False), (False, True), (True, True)],
                         ids=["response", "assertion", "both"])
def test_S55_whichever_part_is_signed(connect_ssp, ssp, application, browser, signed):
    connection = connect_ssp()
    ssp.change(saml20_sign_response=signed[0], saml20_sign_assertion=signed[1])
    form = ssp.sign_in(browser, location(connection.begin(browser, application)))
    assert form[0] == connection.acs_url and signatures(form) == signed
    claims = redeemed(browser, application, form)
    assert claims["sub"] == f"{connection.id};{EMAIL}" and claims["oid"] == connection.organization_id
    assert (claims["email"], claims["given_name"], claims["family_name"]) == (EMAIL, "Ann", "Adams")
    assert claims["email_verified"] is False, "the organization has not verified corp.test"
    assert claims["amr"] == [connection.id]


def test_S40_an_answer_that_nobody_signed(connect_ssp, ssp, application, browser, last_attempt):
    connection = connect_ssp()
    ssp.change(saml20_sign_response=False, saml20_sign_assertion=False)
    form = ssp.sign_in(browser, location(connection.begin(browser, application)))
    assert signatures(form) == (False, False)
    assert refused(browser, form, application, last_attempt) == "unsigned"


@pytest.mark.parametrize("option, signed, why", [
    ("SAML_ONLY_RESPONSE_SIGNING", (False, True), "unsigned"), ("SAML_ONLY_ASSERTION_SIGNING", (True, False), "unsigned"),
    ("SAML_RESPONSE_ASSERTION_SIGNING", (True, False), "unsigned")])
def test_S55_a_connection_that_wants_more_signed_than_comes(connect_ssp, ssp, application, browser, last_attempt, option,
                                                            signed, why):
    connection = connect_ssp(saml_signing_option=option)
    ssp.change(saml20_sign_response=signed[0], saml20_sign_assertion=signed[1])
    form = ssp.sign_in(browser, location(connection.begin(browser, application)))
    assert refused(browser, form, application, last_attempt) == why


@pytest.mark.parametrize("algorithm, accepted", [("rsa-sha384", True), ("rsa-sha512", True), ("rsa-sha1", False)])
def test_S42_and_S44_signature_algorithms(connect_ssp, ssp, application, browser, last_attempt, algorithm, accepted):
    connection = connect_ssp()
    folder = "2000/09/xmldsig#" if algorithm == "rsa-sha1" else "2001/04/xmldsig-more#"
    ssp.change(signature_algorithm=f"http://www.w3.org/{folder}{algorithm}")
    form = ssp.sign_in(browser, location(connection.begin(browser, application)))
    if accepted:
        assert redeemed(browser, application, form)["email"] == EMAIL
        return
    assert refused(browser, form, application, last_attempt) == "alg_forbidden"
    connection.change(allow_sha1=True)
    assert log_in(Browser(application.server), application, connection, ssp)["email"] == EMAIL


def test_S62_an_encrypted_assertion_where_the_connection_allows_its_cipher(connect_ssp, ssp, application, browser,
                                                                           last_attempt):
    connection = connect_ssp()
    ssp.change(assertion_encryption=True)
    form = ssp.sign_in(browser, location(connection.begin(browser, application)))
    # To a certificate it uses no other, although its library has AES-GCM.
    assert algorithms(form)[:2] == (ENC + "aes128-cbc", ENC + "rsa-oaep-mgf1p")
    assert refused(browser, form, application, last_attempt) == "enc_alg_forbidden"
    connection.change(allow_cbc=True)
    claims = log_in(Browser(application.server), application, connection, ssp)
    assert claims["sub"] == f"{connection.id};{EMAIL}" and claims["given_name"] == "Ann"


def test_a_connection_that_wants_assertions_encrypted(connect_ssp, ssp, application, browser, last_attempt):
    connection = connect_ssp(assertion_encrypted=True)
    form = ssp.sign_in(browser, location(connection.begin(browser, application)))
    assert refused(browser, form, application, last_attempt) == "not_encrypted"


def test_S66_and_K08_our_own_keys_roll_over(connect_ssp, ssp, application, browser, server, api, last_attempt):
    """The provider encrypts to the key that it was given, until it is given another."""
    connection = connect_ssp()
    connection.change(allow_cbc=True)
    # Requests are signed by the new pair before the provider knows that one.
    ssp.change(assertion_encryption=True, validate_authnrequest=False)

    def sign_in():
        one = Browser(server)
        form = ssp.sign_in(one, location(connection.begin(one, application)))
        assert posted_message(form[1]["SAMLResponse"]).find("saml:EncryptedAssertion", NAMESPACES) is not None
        return one, form

    def signs_in():
        one, form = sign_in()
        return redeemed(one, application, form)["email"] == EMAIL

    old = api.get(connection.path).expect(200).json()["connection"]["saml_config"]["certificate_id"]
    new = api.post("/doorward/v1/saml_keys:roll_over", {}).expect(201).json()["key"]["id"]
    assert signs_in(), "the connection has the old pair still"
    connection.configure(certificate_id=new)
    assert signs_in(), "a retired pair decrypts what is encrypted to it"
    until = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(seconds=2)
    api.patch(f"/doorward/v1/saml_keys/{old}", {"decrypt_until": until.strftime("%Y-%m-%dT%H:%M:%SZ")}).expect(200)
    wait_until(lambda: datetime.datetime.now(datetime.timezone.utc) > until, lambda: f"it is not {until} yet")
    assert refused(*sign_in(), application, last_attempt) == "decrypt_failed", "until its day has come"
    read_metadata(ssp, server, connection)
    ssp.change(assertion_encryption=True)
    assert signs_in(), "and to the new pair, once the provider has it"


@pytest.mark.parametrize("binding", ["HTTP_REDIRECT", "HTTP_POST"])
def test_requests_that_are_signed_in_either_binding(connect_ssp, ssp, application, browser, server, binding):
    """The provider takes none that is not."""
    ssp.offer(binding)
    connection = connect_ssp(want_request_signed=True, idp_sso_request_binding=binding)
    imported = read_metadata(ssp, server, connection)
    assert imported["validate.authnrequest"] is True, "our metadata says that we sign"
    ssp.change(validate_authnrequest=True)
    begun = connection.begin(browser, application)
    if binding == "HTTP_POST":
        action, fields = posted_form(begun)
        form = ssp.sign_in(browser, action, fields=fields)
    else:
        form = ssp.sign_in(browser, location(begun))
    assert redeemed(browser, application, form)["email"] == EMAIL


def test_S104_a_request_that_was_changed_on_the_way_is_refused_there(connect_ssp, ssp, application, browser):
    connection = connect_ssp(want_request_signed=True)
    ssp.change(validate_authnrequest=True)
    url = location(connection.begin(browser, application))
    _, answer = ssp.visit(browser, url.replace("RelayState=", "RelayState=x"))
    assert "Unhandled exception" in answer.body.decode(), "it checks what we sign"


def test_S91_a_login_that_begins_at_the_provider(connect_ssp, ssp, application, browser, server):
    application.change(initiate_login_uri=INITIATE)
    connection = connect_ssp()
    application.set(default_connection_id=connection.id)
    form = ssp.sign_in(browser, ssp.unsolicited())
    assert "InResponseTo" not in posted_message(form[1]["SAMLResponse"]).attrib
    target = location(browser.open(*form))
    assert target.startswith(INITIATE + "?idp_initiated_login="), target
    told = jwt.verify(parameters(target)["idp_initiated_login"], browser.client.get("/keys").json())
    assert told["connection_id"] == connection.id and told["organization_id"] == connection.organization_id
    # The application begins a login of its own, for which the person is signed in at the provider already.
    _, answer = ssp.visit(browser, location(connection.begin(browser, application)))
    assert redeemed(browser, application, posted_form(answer))["email"] == EMAIL


def test_S91_and_where_the_connection_allows_none(connect_ssp, ssp, application, browser, server):
    application.change(initiate_login_uri=INITIATE)
    connection = connect_ssp()
    connection.api.patch(connection.settings_path, {"allow_idp_initiated_login": False}).expect(200)
    with application.bound_to(connection.id):
        answer = browser.open(*ssp.sign_in(browser, ssp.unsolicited()))
    target = location(answer)
    assert target.startswith(INITIATE + "?"), target
    assert parameters(target)["error"] == "access_denied" and "idp_initiated_login" not in parameters(target)
    assert logged_reasons(server, answer) == ["unsolicited_disabled"]


def test_S83_a_fresh_login_is_made_fresh_at_the_provider(connect_ssp, ssp, application, browser):
    connection = connect_ssp()
    log_in(browser, application, connection, ssp)
    _, known = ssp.visit(browser, location(connection.begin(browser, application)))
    posted_form(known)  # the provider knows the browser by now
    fresh = location(connection.begin(browser, application, prompt="login"))
    _, asked = ssp.visit(browser, fresh)
    assert 'name="password"' in asked.expect(200).body.decode()
    assert log_in(browser, application, connection, ssp, prompt="login")["email"] == EMAIL


def test_S103_a_key_rollover(server, api, ssp, application, browser, last_attempt):
    connection = SamlConnection(server, api)
    ssp.make_key("next")
    manual = {"idp_entity_id": ssp.entity_id, "idp_sso_url": ssp.sso_url, "idp_sso_request_binding": "HTTP_REDIRECT"}
    connection.configure("MANUAL", **manual, idp_certificate=ssp.certificate())
    connection.enable()
    read_metadata(ssp, server, connection)

    def sign_in():
        one = Browser(server)
        return one, ssp.sign_in(one, location(connection.begin(one, application)))

    def accepted(attempt):
        return redeemed(attempt[0], application, attempt[1])["email"] == EMAIL

    old, another_old = sign_in(), sign_in()
    ssp.use_key("next")
    assert refused(*sign_in(), application, last_attempt) == "signature_invalid", "the new key is not pinned yet"
    connection.configure("MANUAL", idp_certificate=ssp.certificate() + ssp.certificate("next"))
    assert accepted(old) and accepted(sign_in()), "both are trusted for a while"
    connection.configure("MANUAL", idp_certificate=ssp.certificate("next"))
    assert accepted(sign_in())
    told = parameters(location(another_old[0].open(*another_old[1])))
    assert told["error"] == "signature_validation_failed", "the old key is trusted no more"


def test_S103_a_key_that_the_metadata_announces_first(connect_ssp, ssp, application, browser, server):
    ssp.add_key("next")
    connection = connect_ssp()
    assert log_in(browser, application, connection, ssp)["email"] == EMAIL
    ssp.use_key("next")
    assert log_in(Browser(server), application, connection, ssp)["email"] == EMAIL


def test_groups_that_are_mapped(connect_ssp, ssp, application, browser):
    connection = connect_ssp()
    connection.api.patch(connection.settings_path, {"attribute_mapping": {"claims": {"groups": "groups"}}}).expect(200)
    assert log_in(browser, application, connection, ssp)["groups"] == ["engineering", "admins"]


def test_S79_an_answer_is_good_for_one_login(connect_ssp, ssp, application, browser):
    connection = connect_ssp()
    form = ssp.sign_in(browser, location(connection.begin(browser, application)))
    redeemed(browser, application, form)
    assert reason(browser.open(*form)) == "replay"


def test_S90_an_answer_in_another_browser(connect_ssp, ssp, application, browser, server):
    connection = connect_ssp()
    form = ssp.sign_in(browser, location(connection.begin(browser, application)))
    assert reason(Browser(server).open(*form)) == "browser_binding"
    assert redeemed(browser, application, form)["email"] == EMAIL, "the login itself goes on"


# -- samlp

@pytest.mark.parametrize("sign_response", [False, True])
def test_samlp_signs_people_in(connect_samlp, application, browser, sign_response):
    connection, samlp = connect_samlp(signResponse=sign_response)
    form = samlp.sign_in(browser, location(connection.begin(browser, application)))
    claims = redeemed(browser, application, form)
    assert claims["sub"] == f"{connection.id};ann" and claims["email"] == EMAIL
    assert (claims["name"], claims["given_name"], claims["family_name"]) == ("Ann Adams", "Ann", "Adams")


@pytest.mark.parametrize("asked, cipher", [({}, "aes256-gcm"),
                                           ({"encryptionAlgorithm": ENC11 + "aes128-gcm"}, "aes128-gcm")],
                         ids=["by itself", "aes128-gcm"])
def test_S62_samlp_encrypts_by_aes_gcm(connect_samlp, application, browser, asked, cipher):
    connection, samlp = connect_samlp(encrypts=True, **asked)
    connection.configure(assertion_encrypted=True)
    form = samlp.sign_in(browser, location(connection.begin(browser, application)))
    assert algorithms(form) == (ENC11 + cipher, ENC + "rsa-oaep-mgf1p", SHA1, None)
    claims = redeemed(browser, application, form)
    assert (claims["sub"], claims["email"], claims["name"]) == (f"{connection.id};ann", EMAIL, "Ann Adams")


def test_S61_what_samlp_encrypted_is_changed_on_the_way(connect_samlp, application, browser, last_attempt):
    """Whatever was changed, the browser learns the same, and nothing of what was read before it showed."""
    connection, samlp = connect_samlp(encrypts=True)
    form = samlp.sign_in(browser, location(connection.begin(browser, application)))
    vector, text, end_of_text, tag = (DATA, 0), (DATA, 12), (DATA, -17), (DATA, -1)
    answers = set()
    for part, at in (vector, text, end_of_text, tag, (KEY, 0), (KEY, -1)):
        answer = browser.open(*flipped(form, part, at))
        answers.add((answer.status, location(answer), answer.body))
        attempt = last_attempt(application)
        assert (attempt["status"], attempt["reason"]) == ("AUTH_REQUEST_FAILURE", "decrypt_failed"), (part, at)
        assert [step["name"] for step in attempt["steps"] if not step["ok"]] == ["response"] * len(attempt["steps"][2:])
        assert attempt["steps"][-1]["received"] == ""
    [(_, told, body)] = answers
    assert parameters(told).keys() == {"error", "error_description", "state", "iss"} and not body
    assert parameters(told)["error"] == "invalid_saml_response"
    assert redeemed(browser, application, form)["email"] == EMAIL, "and what samlp sent is taken still"


def test_S72_samlp_answers_somebody_else(connect_samlp, application, browser, last_attempt):
    connection, samlp = connect_samlp(audience="https://somebody-else.test")
    form = samlp.sign_in(browser, location(connection.begin(browser, application)))
    assert refused(browser, form, application, last_attempt) == "audience"
    step = last_attempt(application)["steps"][-1]
    assert step["expected"] == connection.entity_id and step["received"] == "https://somebody-else.test"


def test_samlp_knows_no_address(connect_samlp, application, browser, last_attempt):
    connection, samlp = connect_samlp(person={"id": "ann", "displayName": "Ann", "name": {}, "emails": []})
    form = samlp.sign_in(browser, location(connection.begin(browser, application)))
    assert refused(browser, form, application, last_attempt) == "mandatory_attribute_missing"
