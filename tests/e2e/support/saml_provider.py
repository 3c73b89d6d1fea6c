"""A SAML provider whose answers say what a test wants, signed correctly around the fault. RSA is done with integers and
the canonical form by Python's own parser: no code is shared with what checks them."""
import base64
import datetime
import functools
import hashlib
import re
import secrets
import xml.etree.ElementTree

from .jwt import SHA256_PREFIX
from .saml import NAMESPACES, attempt, redirected_message
from .sign_in import Browser, location, parameters

# A key of nobody, since it stands here.
P = int("f4e16ce3d13fe650d6c6b13a4c420503e66b528d48fb3440651e32fb3dc8566a57e15e2fca196f840c60a41974330b6e2195ed7d"
        "b9f61fccc57ec171444f24bca005f2281a0642666da9d8af2bc5068dd30e1f9056eb7fba3df16cdd13d507f6204f25f94f65a2e5"
        "d0ce02ebe75cdefb2e517ab45521b8ff94b50758705f2b8d", 16)
Q = int("ca9ce6a4876172d6bdbb740a2880b1f63cf86e2045b998645b0ce2b75007d3afd7cd82a4e05bbcb3d56d9002f6bd15f9253d4b2e"
        "b94aaf4a01a10802425fed32146f36b07b55474aed0f5f539f4e1bbf61446cc1018a30767c972def231766e4a6b19976d7c35519"
        "d25988d96c477a78d204b77a00186570f948ce5e20c77945", 16)
E, N = 65537, P * Q
D = pow(E, -1, (P - 1) * (Q - 1))

DS, XENC = NAMESPACES["ds"], "http://www.w3.org/2001/04/xmlenc#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
TRANSFORMS = f'<ds:Transform Algorithm="{DS}enveloped-signature"/><ds:Transform Algorithm="{EXCLUSIVE}"/>'
# By which hash, under which names in SignatureMethod and DigestMethod, and in which DigestInfo (RFC 8017 section 9.2).
SHA256 = (hashlib.sha256, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", XENC + "sha256", SHA256_PREFIX)
SHA1 = (hashlib.sha1, DS + "rsa-sha1", DS + "sha1", bytes.fromhex("3021300906052b0e03021a05000414"))


def rsa_sign(octets, algorithm=SHA256):
    size, (digest, _, _, prefix) = (N.bit_length() + 7) // 8, algorithm
    info = prefix + digest(octets).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    return pow(int.from_bytes(padded, "big"), D, N).to_bytes(size, "big")


def der(tag, *parts):
    body = b"".join(parts)
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (length if len(body) < 128 else bytes([0x80 | len(length)]) + length) + body


def certificate(begin="20260101000000Z", end="21260101000000Z"):
    """Of the key, signed by itself, in PEM: X.509 of version 1 (RFC 5280 section 4.1)."""
    integer = lambda n: der(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))  # noqa: E731
    algorithm = lambda oid: der(0x30, der(6, bytes.fromhex(oid)), der(5))  # noqa: E731
    name = der(0x30, der(0x31, der(0x30, der(6, b"\x55\x04\x03"), der(12, b"idp.example.test"))))
    key = der(0x30, algorithm("2a864886f70d010101"), der(3, b"\x00", der(0x30, integer(N), integer(E))))
    validity = der(0x30, der(0x18, begin.encode()), der(0x18, end.encode()))
    signed = der(0x30, integer(1), algorithm("2a864886f70d01010b"), name, validity, name, key)
    whole = der(0x30, signed, algorithm("2a864886f70d01010b"), der(3, b"\x00", rsa_sign(signed)))
    return f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(whole).decode()}-----END CERTIFICATE-----\n"


def sign(text, element, algorithm=SHA256, uri=None, transforms=TRANSFORMS, key_info=""):
    """The message with the outermost `element` of it signed, behind its Issuer. What the arguments say stands in the
    signature as it is; digested is the element in any case."""
    begin, end = text.index(f"<{element} "), text.rindex(f"</{element}>") + len(element) + 3
    inner = text[begin:end]
    digest, signature_uri, digest_uri, _ = algorithm
    uri = "#" + re.search(r' ID="([^"]+)"', inner)[1] if uri is None else uri
    told = lambda octets: base64.b64encode(octets).decode()  # noqa: E731
    canonical = lambda xml_text: xml.etree.ElementTree.canonicalize(xml_text).encode()  # noqa: E731
    info = (f'<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
            f'<ds:SignatureMethod Algorithm="{signature_uri}"/><ds:Reference URI="{uri}"><ds:Transforms>{transforms}'
            f'</ds:Transforms><ds:DigestMethod Algorithm="{digest_uri}"/><ds:DigestValue>'
            f"{told(digest(canonical(inner)).digest())}</ds:DigestValue></ds:Reference></ds:SignedInfo>")
    signature = (f'<ds:Signature xmlns:ds="{DS}">{info}<ds:SignatureValue>'
                 f"{told(rsa_sign(canonical(info), algorithm))}</ds:SignatureValue>{key_info}</ds:Signature>")
    return text[:begin] + inner.replace("</saml:Issuer>", "</saml:Issuer>" + signature, 1) + text[end:]


class SamlProvider:
    """What answers for one connection, which it configures and enables."""
    entity_id = "https://idp.example.test/saml"

    def __init__(self, connection, pinned=None):
        self.connection = connection
        connection.configure("MANUAL", idp_entity_id=self.entity_id, idp_sso_url="https://idp.example.test/sso",
                             idp_certificate=pinned or certificate())
        connection.enable()

    def ask(self, application):
        """A login that has come as far as the provider."""
        return AskedLogin(self, application)

    def response(self, request_id, assertion=None, **changes):
        """Not signed yet; `assertion` stands where the honest one would."""
        content = self.assertion(request_id, **changes) if assertion is None else assertion
        return (f'<samlp:Response xmlns:samlp="{NAMESPACES["samlp"]}" xmlns:saml="{NAMESPACES["saml"]}" '
                f'ID="_{secrets.token_hex(16)}" Version="2.0" IssueInstant="{self.time()}" InResponseTo="{request_id}" '
                f'Destination="{self.connection.acs_url}"><saml:Issuer>{self.entity_id}</saml:Issuer><samlp:Status>'
                '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/><samlp:StatusMessage>ok'
                f"</samlp:StatusMessage></samlp:Status>{content}</samlp:Response>")

    def assertion(self, request_id, name_id="user-1", email="ann@example.com", advice=""):
        soon = self.time(5)
        return (f'<saml:Assertion xmlns:saml="{NAMESPACES["saml"]}" ID="_{secrets.token_hex(16)}" Version="2.0" '
                f'IssueInstant="{self.time()}"><saml:Issuer>{self.entity_id}</saml:Issuer><saml:Subject><saml:NameID '
                f'Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{name_id}</saml:NameID>'
                '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
                f'<saml:SubjectConfirmationData InResponseTo="{request_id}" NotOnOrAfter="{soon}" '
                f'Recipient="{self.connection.acs_url}"/></saml:SubjectConfirmation></saml:Subject>'
                f'<saml:Conditions NotBefore="{self.time(-5)}" NotOnOrAfter="{soon}">'
                f"<saml:AudienceRestriction><saml:Audience>{self.connection.entity_id}"
                f"</saml:Audience></saml:AudienceRestriction></saml:Conditions>{advice}<saml:AuthnStatement "
                f'AuthnInstant="{self.time()}" SessionIndex="s1"><saml:AuthnContext><saml:AuthnContextClassRef>'
                "urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>"
                '</saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>'
                f"{email}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>")

    @staticmethod
    def time(minutes=0):
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
        return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class AskedLogin:
    """One login, by a browser of its own, that waits for the provider's answer."""

    def __init__(self, provider, application):
        self.provider, self.browser = provider, Browser(provider.connection.server)
        url = self.browser.follow(application.url(connection_id=provider.connection.id))
        self.request_id, self.relay_state = redirected_message(url).get("ID"), parameters(url)["RelayState"]

    def end(self, answer):
        """How it ends: "success", or why the authentication log says that it was refused. `answer` gets what makes an
        honest Response, not signed yet, and returns what the browser brings."""
        connection = self.provider.connection
        message = base64.b64encode(answer(functools.partial(self.provider.response, self.request_id)).encode()).decode()
        told = parameters(location(self.browser.open(
            connection.acs_url, {"SAMLResponse": message, "RelayState": self.relay_state})))
        entry = attempt(connection.api, connection=connection)
        assert ("code" in told) == (entry["status"] != "AUTH_REQUEST_FAILURE"), entry
        return "success" if "code" in told else entry["reason"]


def encrypted(algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm", key_info="", in_key="", content=None):
    """An EncryptedAssertion of the right form that no key opens; `content` stands where its octets would."""
    value = lambda size: f"<xenc:CipherValue>{base64.b64encode(bytes(size)).decode()}</xenc:CipherValue>"  # noqa: E731
    return (f'<saml:EncryptedAssertion xmlns:saml="{NAMESPACES["saml"]}"><xenc:EncryptedData xmlns:xenc="{XENC}" '
            f'Type="{XENC}Element"><xenc:EncryptionMethod Algorithm="{algorithm}"/><ds:KeyInfo xmlns:ds="{DS}">'
            f'{key_info}<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="{XENC}rsa-oaep-mgf1p"/>{in_key}'
            f"<xenc:CipherData>{value(256)}</xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData>"
            f"{content or value(64)}</xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>")
