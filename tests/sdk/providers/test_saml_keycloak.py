"""Sign-ins by SAML through Keycloak, whose library is none of those that the other providers have. Numbered tests are
lines of the security catalogue."""
import pytest

from conftest import read_metadata
from encrypted import algorithms, flipped, DATA, ENC, ENC11, SHA1
from support import jwt
from support.saml import posted_form, posted_message, NAMESPACES, SamlConnection
from support.sign_in import location, parameters


@pytest.fixture
def connect(server, api, keycloak):
    """Makes the connection, and the client on the other side of it. Importing our metadata turns encryption on."""
    def make(attributes=None, **saml):
        connection = SamlConnection(server, api)
        connection.configure(idp_metadata_url=keycloak.metadata_url, **saml)
        connection.enable()
        connection.client = read_metadata(keycloak, server, connection, **{"saml_encrypt": "false", **(attributes or {})})
        return connection

    return make


def begun(connection, browser, application, keycloak, **asked):
    answer = connection.begin(browser, application, **asked)
    if answer.status == 200:
        action, fields = posted_form(answer)
        return keycloak.sign_in(browser, action, fields=fields)
    return keycloak.sign_in(browser, location(answer))


def claims_of(browser, application, form):
    told = parameters(location(browser.open(*form)))
    assert "error" not in told, told
    return jwt.parts(application.redeem(told["code"]).expect(200).json()["id_token"])[1]


@pytest.mark.parametrize("signed", [("true", "false"), ("false", "true"), ("true", "true")],
                         ids=["response", "assertion", "both"])
def test_S55_whichever_part_is_signed(connect, keycloak, application, browser, signed):
    connection = connect({"saml_server_signature": signed[0], "saml_assertion_signature": signed[1],
                          "saml_signature_algorithm": "RSA_SHA256"}, idp_name_id_format="PERSISTENT")
    form = begun(connection, browser, application, keycloak)
    response = posted_message(form[1]["SAMLResponse"])
    found = [response.find(path, NAMESPACES) is not None for path in ("ds:Signature", "saml:Assertion/ds:Signature")]
    assert found == [one == "true" for one in signed]
    claims = claims_of(browser, application, form)
    name_id = response.find("saml:Assertion/saml:Subject/saml:NameID", NAMESPACES)
    assert claims["sub"] == f"{connection.id};{name_id.text}" and name_id.get("Format").endswith(":persistent")
    assert (claims["email"], claims["given_name"], claims["family_name"]) == ("ann@corp.test", "Ann", "Adams")


@pytest.mark.parametrize("binding", ["HTTP_REDIRECT", "HTTP_POST"])
def test_it_checks_our_signatures(connect, keycloak, application, browser, binding):
    connection = connect({"saml_client_signature": "true", "saml_server_signature": "true"}, want_request_signed=True,
                         idp_sso_request_binding=binding, idp_name_id_format="EMAIL")
    claims = claims_of(browser, application, begun(connection, browser, application, keycloak))
    assert claims["sub"] == f"{connection.id};ann@corp.test"


def encrypting(content=None, transport=None, digest=None, mask=None):
    """What is chosen in a client beside Encrypt assertions; None leaves it to Keycloak."""
    chosen = {"algorithm": content, "keyAlgorithm": transport, "digestMethod": digest, "maskGenerationFunction": mask}
    return {"saml_encrypt": "true", **{f"saml_encryption_{name}": value for name, value in chosen.items() if value}}


@pytest.mark.parametrize("chosen, used", [
    ((), (ENC11 + "aes256-gcm", ENC11 + "rsa-oaep", ENC + "sha256", ENC11 + "mgf1sha256")),
    ((ENC11 + "aes128-gcm", ENC + "rsa-oaep-mgf1p"),
     (ENC11 + "aes128-gcm", ENC + "rsa-oaep-mgf1p", ENC + "sha256", None)),
    ((ENC11 + "aes256-gcm", ENC + "rsa-oaep-mgf1p", SHA1),
     (ENC11 + "aes256-gcm", ENC + "rsa-oaep-mgf1p", None, None)),
    ((ENC11 + "aes192-gcm", ENC11 + "rsa-oaep", ENC + "sha512", ENC11 + "mgf1sha1"),
     (ENC11 + "aes192-gcm", ENC11 + "rsa-oaep", ENC + "sha512", ENC11 + "mgf1sha1")),
], ids=["by itself", "aes128", "no digest named", "aes192, sha512, mgf1sha1"])
def test_S62_it_encrypts_by_aes_gcm(connect, keycloak, application, browser, chosen, used):
    connection = connect({"saml_assertion_signature": "true", "saml_server_signature": "false", **encrypting(*chosen)},
                         idp_name_id_format="EMAIL", assertion_encrypted=True)
    form = begun(connection, browser, application, keycloak)
    assert algorithms(form) == used
    assert claims_of(browser, application, form)["email"] == "ann@corp.test"


def test_S61_what_it_encrypted_by_aes_gcm_is_changed_on_the_way(connect, keycloak, application, browser, last_attempt):
    connection = connect({"saml_assertion_signature": "true", "saml_server_signature": "false", **encrypting()},
                         idp_name_id_format="EMAIL")
    form = begun(connection, browser, application, keycloak)
    assert parameters(location(browser.open(*flipped(form, DATA, -1))))["error"] == "invalid_saml_response"
    assert last_attempt(application)["reason"] == "decrypt_failed"
    assert claims_of(browser, application, form)["email"] == "ann@corp.test", "and what Keycloak sent is taken still"


@pytest.mark.parametrize("chosen, allowed", [((ENC + "aes128-cbc", ENC + "rsa-oaep-mgf1p", SHA1), True),
                                             ((ENC + "aes256-cbc", ENC11 + "rsa-oaep"), True),
                                             ((ENC11 + "aes256-gcm", ENC + "rsa-1_5"), False)],
                         ids=["aes128-cbc", "aes256-cbc", "rsa-1_5"])
def test_S62_algorithms_of_before_are_for_connections_that_allow_cbc(connect, keycloak, application, browser,
                                                                     last_attempt, chosen, allowed):
    """The first is how versions before 26.4 encrypt, and clients that an upgrade took along."""
    connection = connect({"saml_server_signature": "true", **encrypting(*chosen)}, idp_name_id_format="EMAIL")

    def answered():
        form = begun(connection, browser, application, keycloak)
        assert algorithms(form)[:2] == chosen[:2]
        return form

    def is_forbidden():
        assert "error" in parameters(location(browser.open(*answered())))
        return last_attempt(application)["reason"] == "enc_alg_forbidden"

    assert is_forbidden()
    connection.change(allow_cbc=True)
    if allowed:
        assert claims_of(browser, application, answered())["email"] == "ann@corp.test"
    else:
        assert is_forbidden()
