"""Signing in as a browser and an application do: cookies, redirects one by one, the simulated identity provider's form."""
import base64
import contextlib
import hashlib
import html
import re
import secrets
import urllib.parse

from .http import Client, form
from .tenant import unique

CALLBACK = "https://app.example.test/callback"


class Browser:
    """Keeps cookies and follows no redirect by itself. It reaches the server, by whichever scheme, and an application
    beside it; all of them are one host to it, as localhost is. What is elsewhere is where a test stops."""

    def __init__(self, server, application=None):
        self.home = server.credentials["environment_url"]
        self.client = server.client()
        self.reached = {self.home: self.client}
        if server.credentials.get("environment_url_https"):
            self.reached[server.credentials["environment_url_https"]] = server.tls_client()
        if application:
            self.reached[application] = Client(application.replace("//localhost:", "//127.0.0.1:"))
        self.cookies = {}

    def open(self, url, fields=None, **headers):
        """One request; `fields` are posted. `url` is absolute, or a path of the server."""
        base = next((base for base in self.reached if url.startswith(base + "/")), "")
        client, path = self.reached.get(base, self.client), url[len(base):]
        assert path.startswith("/"), f"{url} is out of reach"
        sent = dict(headers)
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if fields is None:
            answer = client.get(path, headers=sent)
        else:
            posted = form(fields)
            answer = client.post(path, body=posted["body"], headers={**posted["headers"], **sent})
        for cookie in answer.headers.get_all("set-cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def follow(self, url, fields=None):
        """Where a redirect leads."""
        return location(self.open(url, fields))


def location(answer):
    answer.expect(302, 303)
    return answer.headers["location"]


def parameters(url):
    """Of a URL's query, each once."""
    pairs = urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs), f"a parameter comes twice: {url}"
    return dict(pairs)


def reason(answer, *statuses):
    """Of a page that refuses."""
    answer.expect(*(statuses or (400,)))
    assert answer.headers["content-type"].startswith("text/html")
    found = re.search(r"<dt>Reason</dt><dd><code>([a-z0-9_]+)</code>", answer.body.decode())
    assert found, answer
    return html.unescape(found.group(1))


def logged_reasons(server, answer):
    """Of a page, what the server's log says of it: the reasons of the lines `sign_in.refused`."""
    lines = [line for line in server.log().splitlines() if " sign_in.refused " in line]
    return [re.search(r"\breason=(\w+)", line)[1] for line in lines if answer.headers["x-request-id"] in line]


class Application:
    """A client of its own, which signs people in."""

    def __init__(self, server, api, client_type="WEB_APP", **settings):
        self.server = server
        self.api = api
        settings = {"name": unique("Application"), "client_type": client_type, "post_login_uris": [CALLBACK], **settings}
        self.initiate_login_uri = settings.get("initiate_login_uri")
        self.id = api.post("/api/v1/clients", settings).expect(200, 201).json()["client"]["id"]
        self.secret = None
        if client_type == "WEB_APP":
            self.secret = api.post(f"/api/v1/clients/{self.id}/secrets").expect(200, 201).json()["plain_secret"]

    def change(self, **settings):
        self.api.patch(f"/api/v1/clients/{self.id}", settings).expect(200)

    def set(self, **settings):
        """Of doorward.v1."""
        self.api.patch(f"/doorward/v1/clients/{self.id}/settings", settings).expect(200)

    @contextlib.contextmanager
    def bound_to(self, connection):
        """Of all applications the one that logins go to which begin at the connection's provider."""
        self.set(default_connection_id=connection)
        try:
            yield
        finally:
            self.set(default_connection_id="")

    def url(self, **changes):
        """An authorization URL; None leaves a parameter out."""
        asked = {"response_type": "code", "client_id": self.id, "redirect_uri": CALLBACK, "scope": "openid profile email",
                 "state": "st", "nonce": "no", **changes}
        return "/oauth/authorize?" + urllib.parse.urlencode({k: v for k, v in asked.items() if v is not None})

    def redeem(self, code, client=None, **changes):
        """The token endpoint's answer to a code."""
        asked = {"grant_type": "authorization_code", "client_id": self.id, "client_secret": self.secret, "code": code,
                 "redirect_uri": CALLBACK, **changes}
        fields = {k: v for k, v in asked.items() if v is not None}
        return (client or self.server.client()).post("/oauth/token", **form(fields))


def sign_in(browser, url, email=None, **fields):
    """From an authorization URL through the simulator to where the browser is sent then: the application's callback, or
    a page of the server."""
    at_provider = browser.follow(url)
    back = browser.follow(at_provider, {"email": email or f"ann.{secrets.token_hex(3)}@example.com", **fields})
    return browser.open(back)


def pkce():
    """A verifier and its challenge (RFC 7636 section 4)."""
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).decode().rstrip("=")
