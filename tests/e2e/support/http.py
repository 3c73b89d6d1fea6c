"""A small HTTP/1.1 client that keeps its connection and shows answers as they came."""
import base64
import http.client
import itertools
import json
import ssl
import threading
import urllib.parse

TIMEOUT_SECONDS = 60

_sources = itertools.count()


def new_source():
    """An address of this machine's loopback network that no other client uses. The server limits failed authentication by
    source, and one test's wrong secrets must not lock out another test."""
    number = next(_sources)
    return f"127.{1 + number // 62_500 % 250}.{number // 250 % 250}.{1 + number % 250}"


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers  # http.client.HTTPMessage: case-insensitive
        self.body = body

    def json(self):
        return json.loads(self.body)

    def expect(self, *statuses):
        assert self.status in statuses, f"answered {self.status}, wanted {statuses}: {self.body[:600]!r}"
        return self

    def but_for_its_id(self):
        """Status, headers and body without what differs between any two answers: those of one kind are equal."""
        request_id = self.headers["x-request-id"].encode()
        headers = {k.lower(): v for k, v in self.headers.items() if k.lower() not in ("date", "x-request-id")}
        return self.status, headers, self.body.replace(request_id, b"")

    def refuses(self, status, reason):
        """A refusal of the API for this very reason; the ErrorInfo."""
        info = self.expect(status).json()
        assert info["error_code"] == reason, f"refused with {info['error_code']}, wanted {reason}: {self.body[:600]!r}"
        assert info["request_info"]["request_id"] == self.headers["x-request-id"]
        return info

    def __repr__(self):
        return f"Answer({self.status}, {self.body[:300]!r})"


class Client:
    """Thread-safe: each thread has its own connection, opened again when the server has closed it. All of them, and those
    of derived clients, come from one source address."""

    def __init__(self, base, ca_file=None, headers=None, timeout=TIMEOUT_SECONDS):
        parts = urllib.parse.urlsplit(base)
        self.scheme, self.host, self.port = parts.scheme, parts.hostname, parts.port
        self.prefix = parts.path.rstrip("/")
        self.headers = dict(headers or {})
        self.timeout = timeout
        self.source = (new_source(), 0)
        self.tls = ssl.create_default_context(cafile=ca_file) if parts.scheme == "https" else None
        self.local = threading.local()

    def with_headers(self, **headers):
        """The same server with more headers; underscores stand for hyphens."""
        return self.derived(self.prefix, {k.replace("_", "-"): v for k, v in headers.items()})

    def with_prefix(self, prefix, headers=None):
        return self.derived(self.prefix + prefix, headers or {})

    def derived(self, prefix, headers):
        other = object.__new__(Client)
        other.__dict__.update(self.__dict__, prefix=prefix, headers={**self.headers, **headers}, local=threading.local())
        return other

    def _connect(self):
        if self.tls:
            return http.client.HTTPSConnection(self.host, self.port, timeout=self.timeout, context=self.tls,
                                               source_address=self.source)
        return http.client.HTTPConnection(self.host, self.port, timeout=self.timeout, source_address=self.source)

    def close(self):
        connection = getattr(self.local, "connection", None)
        if connection is not None:
            connection.close()
            self.local.connection = None

    def request(self, method, path, *, json_body=None, body=None, headers=None):
        """One exchange. A kept connection that the server closed meanwhile is replaced once, before any answer came."""
        sent = {**self.headers, **(headers or {})}
        if json_body is not None:
            body = json.dumps(json_body).encode()
            sent.setdefault("Content-Type", "application/json")
        fresh = getattr(self.local, "connection", None) is None
        if fresh:
            self.local.connection = self._connect()
        connection = self.local.connection
        try:
            connection.request(method, self.prefix + path, body=body, headers=sent)
            response = connection.getresponse()
            content = response.read()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.close()
            # Only what may be repeated: an answer that got lost may stand for a write that happened.
            if fresh or method not in ("GET", "HEAD"):
                raise
            return self.request(method, path, body=body, headers=headers)
        except Exception:
            self.close()
            raise
        if response.will_close:
            self.close()
        return Answer(response.status, response.headers, content)

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, json_body=None, **options):
        return self.request("POST", path, json_body=json_body, **options)

    def put(self, path, json_body=None, **options):
        return self.request("PUT", path, json_body=json_body, **options)

    def patch(self, path, json_body=None, **options):
        return self.request("PATCH", path, json_body=json_body, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)


def form(fields):
    return {"body": urllib.parse.urlencode(fields).encode(), "headers": {"Content-Type": "application/x-www-form-urlencoded"}}


def basic(user, password):
    """RFC 6749 section 2.3.1: both halves are form-encoded before they are joined."""
    pair = f"{urllib.parse.quote_plus(user)}:{urllib.parse.quote_plus(password)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def quoted(text):
    return urllib.parse.quote(text, safe="")
