"""A smoke test with clients that mean harm; src/net/hostile_*_test.cc has the deep ones, test_load.py the many.

Each costs only its own connection."""
import os
import socket

import pytest

from support.tenant import SCIM_JSON
from support.waiting import PATIENCE_SECONDS

HALF_REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
SLOW_CONNECTIONS = 100
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def connect(server, listener="http"):
    host, port = server.ready[listener].rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)


def exchange(server, data, listener="http"):
    """What the server answers until it closes or until a whole small answer is there."""
    with connect(server, listener) as line:
        try:
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
            answer = b""
            while chunk := line.recv(65536):
                answer += chunk
            return answer
        except OSError:  # it closed while we were still sending
            return b""


@pytest.fixture(autouse=True)
def still_serves(server):
    pid = server.process.pid
    yield
    assert server.process.pid == pid and server.process.poll() is None
    assert server.client().get("/healthz").status == 200


def test_slow_clients_do_not_keep_others_out(server, tenant):
    slow = [connect(server) for _ in range(SLOW_CONNECTIONS)]
    try:
        for line in slow:
            line.sendall(HALF_REQUEST)
        for number in range(10):
            for line in slow:
                line.sendall(b"a")
            assert server.client().get("/healthz").status == 200
            tenant.scim.create_user(f"quick{number}").expect(201)
    finally:
        for line in slow:
            line.close()


@pytest.mark.parametrize("data", [
    b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
    b"POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /oauth/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n"])
def test_malformed_requests_are_400_or_closed(server, data):
    answer = exchange(server, data)
    assert answer == b"" or answer.split(b" ")[1][:1] in (b"4", b"5"), answer[:200]


def test_headers_over_the_limit(server):
    answer = exchange(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: " + b"a" * (1 << 20) + b"\r\n\r\n")
    assert answer == b"" or answer.startswith(b"HTTP/1.1 431 "), answer[:100]


def test_a_body_over_the_limit(server, tenant):
    size = 1 << 30
    head = (f"POST {tenant.scim.client.prefix}/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {tenant.secret}\r\n"
            f"Content-Type: application/scim+json\r\nContent-Length: {size}\r\n\r\n").encode()
    with connect(server) as line:
        line.sendall(head)
        assert line.recv(65536).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("content_type, answer", [
    ("application/grpc", (b" 200 ", b"grpc-status: 8", b"grpc-status-details-bin: ")),
    ("application/json", (b" 429 ", b'"resource_exhausted"', b"ErrorInfo"))], ids=["gRPC", "Connect"])
def test_a_call_over_the_limit_is_answered_in_its_own_form(server, content_type, answer):
    head = ("POST /scalekit.v1.organizations.OrganizationService/CreateOrganization HTTP/1.1\r\nHost: x\r\n"
            f"TE: trailers\r\nContent-Type: {content_type}\r\nContent-Length: {1 << 30}\r\n\r\n").encode()
    with connect(server) as line:
        line.sendall(head)
        received = b""
        while piece := line.recv(65536):
            received += piece
    assert all(part.lower() in received.lower() for part in answer), received


@pytest.mark.parametrize("listener", ["http", "https"])
@pytest.mark.parametrize("start", [PREFACE, b"\x16\x03\x01", b""], ids=["after the preface", "as TLS", "from the start"])
def test_noise_on_either_listener(server, listener, start):
    exchange(server, start + os.urandom(4096), listener)


def test_h10_h13_deep_and_wide_json(server, tenant):
    for body in (b"[" * 100_000, b'{"a":' * 100_000, b'{"userName":"' + b"\\u0041" * 100_000 + b'"}',
                 b'{"userName":"a","userName":"b","schemas":[]}', b'{"x":1e999999999}', b'"\xed\xa0\x80"',
                 b"{" + b",".join(b'"%d":1' % number for number in range(50_000)) + b"}"):
        answer = tenant.scim.client.request("POST", "/Users", body=body, headers={"Content-Type": SCIM_JSON})
        assert answer.status in (400, 413), (body[:20], answer)


def test_a_deep_filter_is_refused(server, tenant):
    nested = "(" * 2000 + "userName pr" + ")" * 2000
    answer = tenant.scim.client.get("/Users?filter=" + nested.replace(" ", "%20"))
    assert answer.status in (400, 414, 431)
