"""Sign-ins by SAML through Keycloak, whose library is none of those that the other providers have."""
import pytest

from conftest import read_metadata
from support import jwt
from support.saml import posted_form, posted_message, NAMESPACES, SamlConnection
from support.sign_in import location, parameters


@pytest.fixture
def connect(server, api, keycloak):
    """Makes the connection, and the client on the other side of it. Importing our metadata turns encryption on, which is by
    AES-CBC there."""
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


def test_S62_an_encrypted_assertion_where_the_connection_allows_its_cipher(connect, keycloak, application, browser,
                                                                           last_attempt):
    connection = connect({"saml_server_signature": "true", "saml_encrypt": "true"}, idp_name_id_format="EMAIL")
    form = begun(connection, browser, application, keycloak)
    method = posted_message(form[1]["SAMLResponse"]).find(
        "saml:EncryptedAssertion/{*}EncryptedData/{*}EncryptionMethod", NAMESPACES)
    assert method.get("Algorithm").endswith("-cbc")
    assert "error" in parameters(location(browser.open(*form)))
    assert last_attempt(application)["reason"] == "enc_alg_forbidden"
    connection.change(allow_cbc=True)
    claims = claims_of(browser, application, begun(connection, browser, application, keycloak))
    assert claims["email"] == "ann@corp.test"
