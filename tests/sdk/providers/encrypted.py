"""Encrypted assertions in the forms that providers have a browser post."""
import base64

from support.saml import posted_message, NAMESPACES

ENC = "http://www.w3.org/2001/04/xmlenc#"
ENC11 = "http://www.w3.org/2009/xmlenc11#"
SHA1 = NAMESPACES["ds"] + "sha1"
KNOWN = {**NAMESPACES, "xenc": ENC, "xenc11": ENC11}
DATA = "saml:EncryptedAssertion/xenc:EncryptedData"
KEY = DATA + "/ds:KeyInfo/xenc:EncryptedKey"


def algorithms(form):
    """Of the content, of the transport of its key, and of that one's digest and mask; None for what is not named."""
    response = posted_message(form[1]["SAMLResponse"])
    assert response.find("saml:Assertion", KNOWN) is None, "an assertion that anybody can read"
    transport = KEY + "/xenc:EncryptionMethod"
    paths = (DATA + "/xenc:EncryptionMethod", transport, transport + "/ds:DigestMethod", transport + "/xenc11:MGF")
    found = [response.find(path, KNOWN) for path in paths]
    return tuple(None if element is None else element.get("Algorithm") for element in found)


def flipped(form, part, at):
    """The form with one bit of what is encrypted in DATA or KEY changed on the way, in the octet `at`."""
    action, fields = form
    value = posted_message(fields["SAMLResponse"]).find(part + "/xenc:CipherData/xenc:CipherValue", KNOWN).text
    octets = bytearray(base64.b64decode(value))
    octets[at] ^= 1
    message = base64.b64decode(fields["SAMLResponse"]).decode()
    assert message.count(value) == 1
    message = message.replace(value, base64.b64encode(octets).decode())
    return action, {**fields, "SAMLResponse": base64.b64encode(message.encode()).decode()}
