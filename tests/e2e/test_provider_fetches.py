"""What the server fetches for a connection: where it never goes, whoever names the address, and when it stops reading
(section W of the security catalogue, as far as identity providers are asked)."""
import http.server
import ssl
import threading
import time

import pytest

from support.dns import NameServer
from support.sign_in import Application, Browser, parameters
from support.tenant import Tenant, api_client

NAME = "idp.example.test"
PROVIDER = {"issuer": f"https://{NAME}:8443", "authorize_uri": f"https://{NAME}:8443/authorize",
            "token_uri": f"https://{NAME}:8443/token", "jwks_uri": f"https://{NAME}:8443/keys",
            "client_id": "client", "client_secret": "hunter2-hunter2"}

INSIDE = ["10.0.0.7", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "192.0.0.8", "198.18.0.1",
          "224.0.0.1", "255.255.255.255", "[fc00::1]", "[fe80::1]", "[ff02::1]", "[::ffff:10.0.0.7]", "[64:ff9b::a00:7]",
          "[2002:a00:7::]", "[2001::f5ff:fff8]"]
SPELLINGS = ["0x0a.0.0.7", "167772167", "012.0.0.7", "10.7", "0xa9fea9fe", "169.254.43518", "user@10.0.0.7",
             "user:secret@idp.example"]


class Connection:
    """A draft at first."""

    def __init__(self, tenant):
        self.api, self.organization = tenant.api, tenant.organization_id
        path = f"/api/v1/organizations/{tenant.organization_id}/connections"
        self.id = self.api.post(path, {"type": "OIDC", "provider": "CUSTOM"}).expect(201).json()["connection"]["id"]
        self.path = f"{path}/{self.id}"

    def patch(self, **fields):
        return self.api.patch(self.path, fields)

    def get(self):
        return self.api.get(self.path).expect(200).json()["connection"]

    def enable(self, **oidc):
        self.patch(configuration_type="MANUAL", oidc_config={**PROVIDER, **oidc}).expect(200)
        self.api.patch(self.path + ":enable").expect(200)

    def attempts(self):
        found = self.api.get(f"/doorward/v1/auth_requests?organization_id={self.organization}").expect(200).json()
        return [self.api.get(f"/doorward/v1/auth_requests/{one['id']}").expect(200).json()["auth_request"]
                for one in found["auth_requests"]]


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as its server's `answer` does."""

    def do_GET(self):
        self.server.asked.append(self.path)
        self.server.answer(self)

    def log_message(self, *_):
        pass


class Target:
    """An HTTP server on loopback that misbehaves in the way a test wants, with TLS where a certificate is given."""

    def __init__(self, answer, certificate=None):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.asked, self.server.answer = [], answer
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def asked(self):
        return self.server.asked

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def names():
    one = NameServer()
    yield one
    one.close()


@pytest.fixture
def looked_up(new_server, names):
    """A server whose name server is the test's, and a connection on it."""
    server = new_server("--dns-servers", names.address).start()
    connection = Connection(Tenant(server, api_client(server)))
    connection.server = server
    return connection


@pytest.fixture
def target():
    made = []

    def make(answer, certificate=None):
        made.append(Target(answer, certificate))
        return made[-1]

    yield make
    for one in made:
        one.close()


def refusal_of(answer):
    document = answer.expect(400).json()
    found = (document.get("validation_error_info") or {}).get("field_violations") or []
    return (found[0]["field"] if found else None), document


def received_of(connection, server):
    """What came instead of tokens in a login through the connection, as the authentication log tells it; the
    application is told the kind of failure and no more."""
    browser = Browser(server)
    at_provider = parameters(browser.follow(Application(server, connection.api).url(connection_id=connection.id)))
    back = parameters(browser.follow(f"/sso/v1/oidc/{connection.id}/callback?code=c&state={at_provider['state']}"))
    assert back["error"] == "failed_to_exchange_token"
    assert not any(inside in str(back) for inside in ("10.0.0", "169.254", "127.0.0.1", "certificate"))
    attempt = connection.attempts()[0]
    assert attempt["reason"] == "token_exchange"
    return {step.get("received") for step in attempt["steps"]}


@pytest.fixture
def draft(tenant):
    return Connection(tenant)


@pytest.mark.parametrize("host", INSIDE)
def test_W01_an_address_inside_is_refused_when_it_is_saved(draft, host):
    before = draft.get()
    for field, path in (("token_uri", "/token"), ("jwks_uri", "/keys"), ("user_info_uri", "/me")):
        named, document = refusal_of(draft.patch(configuration_type="MANUAL",
                                                 oidc_config={**PROVIDER, field: f"https://{host}{path}"}))
        assert (named, document["error_code"]) == (field, "EGRESS_FORBIDDEN")
    refused = draft.patch(configuration_type="DISCOVERY", oidc_config={"issuer": f"https://{host}"})
    assert refusal_of(refused)[1]["error_code"] == "DISCOVERY_FAILED"
    assert draft.get() == before


@pytest.mark.parametrize("host", SPELLINGS)
def test_W02_no_spelling_of_an_address_leads_inside(draft, host):
    before = draft.get()
    named, document = refusal_of(draft.patch(configuration_type="MANUAL",
                                             oidc_config={**PROVIDER, "token_uri": f"https://{host}/token"}))
    assert (named, document["error_code"]) == ("token_uri", "INVALID_ARGUMENT" if "@" in host else "EGRESS_FORBIDDEN")
    refused = draft.patch(configuration_type="DISCOVERY", oidc_config={"issuer": f"https://{host}"})
    assert refusal_of(refused)[1]["error_code"] == "DISCOVERY_FAILED"
    assert draft.get() == before


@pytest.mark.parametrize("addresses, why", [(["10.0.0.7"], "egress_forbidden"),
                                            (["8.8.8.8", "169.254.169.254"], "egress_mixed_answer")])
def test_W03_a_name_is_judged_by_where_it_leads_when_it_is_used(looked_up, names, addresses, why):
    names.answer(NAME, lambda: addresses)
    refused = looked_up.patch(configuration_type="DISCOVERY", oidc_config={"issuer": PROVIDER["issuer"]})
    assert refusal_of(refused)[1]["error_code"] == "DISCOVERY_FAILED"
    looked_up.enable()
    assert why in received_of(looked_up, looked_up.server)


def test_W04_a_redirect_is_no_document(draft, target):
    inner = target(lambda request: None)

    def redirect(request):
        request.send_response(302)
        request.send_header("Location", f"http://127.0.0.1:{inner.port}/inner")
        request.end_headers()

    outer = target(redirect)
    refused = draft.patch(debug_enabled=True, configuration_type="DISCOVERY",
                          oidc_config={"issuer": f"http://127.0.0.1:{outer.port}"})
    assert refusal_of(refused)[1]["error_code"] == "DISCOVERY_FAILED"
    assert outer.asked and not inner.asked


@pytest.mark.parametrize("address", ["https://idp.example:22/token", "https://idp.example:25/token",
                                     "https://idp.example:6379/token", "https://idp.example:3306/token",
                                     "ftp://idp.example/token", "file:///etc/passwd", "gopher://idp.example/token",
                                     "http://idp.example/token"])
def test_W05_other_schemes_and_the_ports_of_other_services_are_refused(draft, address):
    named, document = refusal_of(draft.patch(configuration_type="MANUAL", oidc_config={**PROVIDER, "token_uri": address}))
    allowed = address.startswith("https://idp.example:")  # and only its port is not
    assert (named, document["error_code"]) == ("token_uri", "EGRESS_FORBIDDEN" if allowed else "INVALID_ARGUMENT")


def test_W07_a_document_without_end_is_not_read_to_its_end(draft, target):
    sent = []

    def endless(request):
        request.send_response(200)
        request.end_headers()
        try:
            for _ in range(10_000):
                request.wfile.write(b"[" * 65536)
                sent.append(65536)
        except OSError:
            pass

    one = target(endless)
    refused = draft.patch(debug_enabled=True, configuration_type="DISCOVERY",
                          oidc_config={"issuer": f"http://127.0.0.1:{one.port}"})
    assert refusal_of(refused)[1]["error_code"] == "DISCOVERY_FAILED"
    assert sum(sent) < 64 * 1024 * 1024, "what the sockets between hold, and no more"


def test_W07_an_answer_that_trickles_ends_with_the_whole_exchange(draft, target):
    # It never ends by itself: without a bound for the whole exchange, the refusal would not come.
    def trickle(request):
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(b" ")
                time.sleep(0.2)
        except OSError:
            pass

    one = target(trickle)
    refused = draft.patch(debug_enabled=True, configuration_type="DISCOVERY",
                          oidc_config={"issuer": f"http://127.0.0.1:{one.port}"})
    assert refusal_of(refused)[1]["error_code"] == "DISCOVERY_FAILED"


@pytest.mark.parametrize("debug", [False, True])
def test_W17_a_certificate_that_nobody_vouches_for_is_refused_whatever_the_connection_says(server, draft, target, debug):
    folder = server.data_dir / "tls"
    one = target(lambda request: None, certificate=(folder / "cert.pem", folder / "key.pem"))
    base = f"https://127.0.0.1:{one.port}"
    refused = draft.patch(debug_enabled=debug, configuration_type="DISCOVERY", oidc_config={"issuer": base})
    assert refusal_of(refused)[1]["error_code"] == "DISCOVERY_FAILED"
    draft.enable(issuer=base, authorize_uri=f"{base}/authorize", token_uri=f"{base}/token", jwks_uri=f"{base}/keys")
    assert "target_certificate_untrusted" in received_of(draft, server)
    assert not one.asked, "nothing was sent to it"
