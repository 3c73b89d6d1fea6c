"""A SAML provider's metadata on a free port of loopback, as a test wants it at that moment; certificates to pin."""
import http.server
import threading
import xml.sax.saxutils

# Of P-256 keys that nobody has any more. They end in the year 2126.
CERTIFICATES = {
    "one":
        "MIIBczCCARmgAwIBAgIUQTTm+H9SWUHqTJdl8iRU01Ko+sswCgYIKoZIzj0EAwIwDjEMMAoGA1UEAwwDb25lMCAXDTI2MTEzMDA1"
        "MzAyMloYDzIxMjYxMTA2MDUzMDIyWjAOMQwwCgYDVQQDDANvbmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT6P34MRAZ3pq5g"
        "JD/zIUipUWlRYV5092U0qRFLxBI1wiHR43fsjxbJRIU+JrO2gZ3yNvflYZxneH1vCucZ+VnPo1MwUTAdBgNVHQ4EFgQUW37yLHjK"
        "SZfXbVrydSNsnayOiw0wHwYDVR0jBBgwFoAUW37yLHjKSZfXbVrydSNsnayOiw0wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQD"
        "AgNIADBFAiBI1ES9P/XU9SWXg3bZksdszfgcTVoUlRzNXuyViUfwTQIhAIxqToyyztzVhKSMfuqTw+BkeYY0xOA8yxsymmNxzXPl",
    "two":
        "MIIBdDCCARmgAwIBAgIURka2t0ju8vq2+DzI641sRQZY5WAwCgYIKoZIzj0EAwIwDjEMMAoGA1UEAwwDdHdvMCAXDTI2MTEzMDA1"
        "MzAyMloYDzIxMjYxMTA2MDUzMDIyWjAOMQwwCgYDVQQDDAN0d28wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQgHjnIlxguIOHo"
        "Jb54qbJiLYscVwZ092ZTkY/5QsoUwcD9Y+WTZ27Y+d+155d8aSu6PrMj1ejAbnpWVUtWzmqXo1MwUTAdBgNVHQ4EFgQUKyLDn70W"
        "pKuqTA/9PHhLjLi5gQ4wHwYDVR0jBBgwFoAUKyLDn70WpKuqTA/9PHhLjLi5gQ4wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQD"
        "AgNJADBGAiEAj65sPEh29+wu9RXwdJ5kXOj+ISFqrsHHwIRT5p1o14QCIQCJ/TsskXojkR7GIoKDSDSa+zuH27FWz9XvRBfzQyEh"
        "Xg==",
    "three":
        "MIIBdzCCAR2gAwIBAgIUbADgAwfxK6McLDWgwUX9PHmAnP8wCgYIKoZIzj0EAwIwEDEOMAwGA1UEAwwFdGhyZWUwIBcNMjYxMTMw"
        "MDUzMDIyWhgPMjEyNjExMDYwNTMwMjJaMBAxDjAMBgNVBAMMBXRocmVlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEReGlIU4Q"
        "wwXgidABYDCttSSPkVjFODzOe+wJgo8VX0lI+Gr3aYLffkgEqEe/tAmCY2jFp3MLTZq774UYwuiUbKNTMFEwHQYDVR0OBBYEFAS7"
        "OTh0kIpSsEetXtEbuM123QKOMB8GA1UdIwQYMBaAFAS7OTh0kIpSsEetXtEbuM123QKOMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI"
        "zj0EAwIDSAAwRQIgY2/TsDZ0YptVjZHmDrcJEYbqHh1rZ0yiUgjCeb3HKScCIQDjLj4TE4HkYomcJAOMoeB2c0N5AqETM6Dmxtzv"
        "NPVhhQ==",
}
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-"


def pem(name):
    text = CERTIFICATES[name]
    lines = "".join(text[i:i + 64] + "\n" for i in range(0, len(text), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n"


def document(entity_id, base, certificates=("one",), redirect="/sso", post="/sso", logout=None, valid_until=None):
    """Metadata of an identity provider whose endpoints are below `base`."""
    quote = xml.sax.saxutils.quoteattr
    keys = "".join('<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
                   f"{CERTIFICATES[name]}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
                   for name in certificates)
    endpoints = (("SingleLogout", "Redirect", logout), ("SingleSignOn", "Redirect", redirect),
                 ("SingleSignOn", "POST", post))
    services = "".join(f"<md:{kind}Service Binding={quote(BINDING + binding)} Location={quote(base + path)}/>"
                       for kind, binding, path in endpoints if path)
    until = f" validUntil={quote(valid_until)}" if valid_until else ""
    return ('<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
            f'xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID={quote(entity_id)}{until}>'
            f'<md:IDPSSODescriptor protocolSupportEnumeration="{PROTOCOL}">{keys}{services}</md:IDPSSODescriptor>'
            "</md:EntityDescriptor>")


class SamlMetadata:
    """Serves `body` with `status` and `headers` at `url`, whatever the path."""

    def __init__(self):
        self.asked, self.status, self.headers = 0, 200, {}
        published = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                published.asked += 1
                body = published.body.encode()
                self.send_response(published.status)
                for name, value in published.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.url = self.base + "/metadata"
        self.entity_id = self.base + "/entity"
        self.say()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def say(self, **changes):
        self.body = document(**{"entity_id": self.entity_id, "base": self.base, **changes})

    def close(self):
        self.server.shutdown()
        self.server.server_close()
