"""A stand-in for Doorward as an application meets it, which signs whatever a test wants it to sign."""
import base64
import http.server
import json
import threading
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT_ID = "skc_1"
RSA_BITS, RSA_EXPONENT = 2048, 65537


def new_key():
    return rsa.generate_private_key(RSA_EXPONENT, RSA_BITS)


def encoded(octets):
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def part(value):
    return encoded(json.dumps(value).encode())


class StandIn:
    """It answers every code with `id_token`."""

    def __init__(self):
        self.key, self.id_token = new_key(), ""
        stand_in = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(stand_in.key_set() if self.path == "/keys" else None)

            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                self.answer({"id_token": stand_in.id_token} if self.path == "/oauth/token" else None)

            def answer(self, document):
                body = json.dumps(document).encode()
                self.send_response(404 if document is None else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def key_set(self):
        numbers = self.key.public_key().public_numbers()
        modulus, exponent = numbers.n.to_bytes(RSA_BITS // 8, "big"), numbers.e.to_bytes(3, "big")
        return {"keys": [{"kty": "EC", "kid": "k0", "crv": "P-256", "x": "AA", "y": "AA", "alg": "ES256", "use": "sig"},
                         {"kty": "RSA", "kid": "k1", "n": encoded(modulus), "e": encoded(exponent), "alg": "RS256",
                          "use": "sig"}]}

    def claims(self, **changes):
        """Of an ID token that is right; None leaves a claim out."""
        now = int(time.time())
        right = {"iss": self.url, "aud": [CLIENT_ID], "iat": now, "exp": now + 600, "sub": "conn_1;ann",
                 "email": "ann@example.com", "token_use": "id", **changes}
        return {name: value for name, value in right.items() if value is not None}

    def sign(self, claims, key=None, **header):
        """By RS256, whatever the header says."""
        signed = f"{part({'alg': 'RS256', 'kid': 'k1', 'typ': 'JWT', **header})}.{part(claims)}"
        return f"{signed}.{encoded((key or self.key).sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def altered(token, **changes):
    """The same with other claims, under the signature of what it said."""
    header, claims, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    return f"{header}.{part({**said, **changes})}.{signature}"
