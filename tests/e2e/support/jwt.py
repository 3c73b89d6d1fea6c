"""Reading RS256 tokens with nothing but integers, so that the check shares no code with what it checks, and spoiling
them."""
import base64
import hashlib
import json

# RFC 8017 section 9.2: DigestInfo of SHA-256.
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts(token):
    header, claims, _ = token.split(".")
    return json.loads(decode(header)), json.loads(decode(claims))


def forged(token):
    """The same under another signature: its first letter is changed, since the last may hold bits that mean nothing."""
    signed, _, signature = token.rpartition(".")
    return f"{signed}.{'B' if signature[0] != 'B' else 'A'}{signature[1:]}"


def verify(token, keys):
    """The claims, after the signature was checked against the named key of a JWK set."""
    header, claims = parts(token)
    assert header["alg"] == "RS256", header
    key = next((k for k in keys["keys"] if k["kid"] == header["kid"]), None)
    assert key is not None, f"{header['kid']} is not published"
    modulus, exponent = (int.from_bytes(decode(key[n]), "big") for n in ("n", "e"))
    size = (modulus.bit_length() + 7) // 8
    signed, _, signature = token.rpartition(".")
    padded = pow(int.from_bytes(decode(signature), "big"), exponent, modulus).to_bytes(size, "big")
    digest = SHA256_PREFIX + hashlib.sha256(signed.encode()).digest()
    assert padded == b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest, "the signature does not verify"
    return claims
