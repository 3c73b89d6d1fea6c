"""A receiver of webhooks as an application would write one: it verifies, answers, and remembers what came in which order."""
import base64
import hashlib
import hmac
import http.server
import json
import ssl
import sys
import threading
import time

from .waiting import wait_until

TOLERANCE_SECONDS = 300


class BadSignature(Exception):
    pass


def verify(secret, headers, body, now=None):
    """Standard Webhooks: HMAC-SHA-256 over id, timestamp and raw body under the base64 key after the secret's prefix."""
    identifier, timestamp, signatures = (headers.get(f"webhook-{n}") for n in ("id", "timestamp", "signature"))
    if not (identifier and timestamp and signatures):
        raise BadSignature("a webhook header is missing")
    if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE_SECONDS:
        raise BadSignature("the timestamp is outside the tolerance")
    key = base64.b64decode(secret.split("_")[1], validate=True)
    expected = hmac.new(key, b".".join((identifier.encode(), timestamp.encode(), body)), hashlib.sha256).digest()
    for signature in signatures.split(" "):
        version, _, text = signature.partition(",")
        if version == "v1" and hmac.compare_digest(base64.b64decode(text, validate=True), expected):
            return
    raise BadSignature("no signature matches")


class Delivery:
    def __init__(self, path, headers, body):
        self.path = path
        self.headers = headers
        self.body = body
        self.arrived = time.monotonic()

    @property
    def id(self):
        return self.headers["webhook-id"]

    @property
    def event(self):
        return json.loads(self.body)

    @property
    def type(self):
        return self.event["type"]


class Receiver:
    """Listens on a free port of loopback, with TLS when it has a certificate (a chain and its key, PEM files). Each path
    is a hook of its own with its own secret and its own behaviour."""

    def __init__(self, certificate=None):
        self.lock = threading.Lock()
        self.arrivals = {}  # path -> deliveries in the order of arrival
        self.answers = {}  # path -> function(delivery) -> status
        self.secrets = {}
        self.faults = []  # what must never happen: a delivery that does not verify
        self.refused_handshakes = 0  # of TLS
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                status = receiver.accept(Delivery(self.path, self.headers, body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def finish_request(self, request, client_address):
                if context:
                    try:
                        request = context.wrap_socket(request, server_side=True)
                    except OSError:
                        with receiver.lock:
                            receiver.refused_handshakes += 1
                        return
                super().finish_request(request, client_address)

            def handle_error(self, request, client_address):
                # The server was killed while it delivered, or found the certificate wanting: that is what some tests do.
                if isinstance(sys.exc_info()[1], ssl.SSLError):
                    with receiver.lock:
                        receiver.refused_handshakes += 1

        context = None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
        self.http = Listener(("127.0.0.1", 0), Handler)
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    def accept(self, delivery):
        with self.lock:
            secret = self.secrets.get(delivery.path)
            if secret:
                try:
                    verify(secret, delivery.headers, delivery.body)
                except Exception as fault:
                    self.faults.append(f"{delivery.path}: {fault!r}")
            self.arrivals.setdefault(delivery.path, []).append(delivery)
            answer = self.answers.get(delivery.path)
        return answer(delivery) if answer else 204

    # -- what came

    def deliveries(self, path):
        with self.lock:
            return list(self.arrivals.get(path, ()))

    def first_deliveries(self, path):
        """In the order of arrival, without repeats of an id that came before."""
        seen, first = set(), []
        for delivery in self.deliveries(path):
            if delivery.id not in seen:
                seen.add(delivery.id)
                first.append(delivery)
        return first

    def events(self, path):
        return [d.event for d in self.first_deliveries(path)]

    def wait_for(self, path, count, what="events"):
        """The first `count` distinct events."""
        return wait_until(lambda: len(self.first_deliveries(path)) >= count and self.events(path),
                          lambda: f"{count} {what}; came: {[d.type for d in self.first_deliveries(path)]}")

    def wait_for_type(self, path, type_, matches=lambda event: True):
        """The first event of a type, and among those the first that matches."""
        return wait_until(lambda: next((e for e in self.events(path) if e["type"] == type_ and matches(e)), None),
                          lambda: f"{type_}; came: {[d.type for d in self.first_deliveries(path)]}")


class Hook:
    """One endpoint of the application: registered by API, received here."""

    def __init__(self, api, receiver, path, **endpoint):
        self.receiver = receiver
        self.path = path
        receiver.secrets[path] = None
        created = api.post("/doorward/v1/webhook_endpoints", {"url": receiver.url + path, **endpoint}).expect(201).json()
        self.id = created["endpoint"]["id"]
        self.secret = created["secret"]
        receiver.secrets[path] = self.secret

    def deliveries(self):
        return self.receiver.deliveries(self.path)

    def first_deliveries(self):
        return self.receiver.first_deliveries(self.path)

    def events(self):
        return self.receiver.events(self.path)

    def types(self):
        return [e["type"] for e in self.events()]

    def wait_for(self, count):
        return self.receiver.wait_for(self.path, count)

    def wait_for_type(self, type_, matches=lambda event: True):
        return self.receiver.wait_for_type(self.path, type_, matches)

    def answer_with(self, answer):
        self.receiver.answers[self.path] = answer
