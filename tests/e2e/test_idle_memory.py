"""H-17: ten thousand idle connections in the clear take less than 100 MB, over TLS less than 200 MB.

OpenSSL holds 14 KiB of every connection, its record buffers given back, and no setting brings that down (docs/operations.md).
Measured is what the server has allocated, by its own metric: a sanitizer's allocator adds to the resident memory what a
release does not have. bench/crowd prints the resident memory of ten thousand."""
import ssl

import pytest

from support import databases
from support.process import Server
from support.slow_peers import Peers
from support.waiting import wait_until

IDLE = 400
CLEAR_BYTES = 10_000  # of each: 100 MB of ten thousand
TLS_BYTES = 20_000
KINDS = {
    "HTTP/1.1": ({}, CLEAR_BYTES),
    "HTTP/2": ({"http2": True}, CLEAR_BYTES),
    "HTTP/1.1 on TLS": ({"tls": True}, TLS_BYTES),
    "HTTP/2 on TLS": ({"tls": True, "http2": True}, TLS_BYTES),
    "HTTP/2 on TLS 1.2": ({"tls": True, "http2": True, "newest": ssl.TLSVersion.TLSv1_2}, TLS_BYTES),
}


@pytest.fixture
def server(binary, tmp_path):
    one = Server(binary, tmp_path, databases.make("sqlite"), ("--idle-timeout", "10m"))
    try:
        yield one.start()
        one.close()
    finally:
        one.abandon()


def heap(server):
    text = server.client().get("/metrics").expect(200).body.decode()
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("process_heap_bytes "))


@pytest.mark.parametrize("kind", KINDS)
def test_h17_an_idle_connection_takes_less_than_ten_kilobytes_and_ten_more_over_tls(server, kind):
    what, most = KINDS[kind]
    peers = Peers(server)
    # What a first connection leaves behind for all: tables of OpenSSL, buffers of threads.
    for _ in range(4):
        peers.idle(**what).close()
    lines = [peers.idle(**what)]
    before = heap(server)
    try:
        lines += [peers.idle(**what) for _ in range(IDLE)]
        each = lambda: (heap(server) - before) / IDLE  # noqa: E731
        wait_until(lambda: each() < most, lambda: f"an idle connection takes {each():.0f} bytes")
        # They are as alive as any, and come to rest again.
        for line in lines:
            assert peers.ask(line, 3 if "http2" in what else None)
        wait_until(lambda: each() < most, lambda: f"an idle connection takes {each():.0f} bytes the second time")
    finally:
        for line in lines:
            line.close()
    wait_until(lambda: heap(server) - before < IDLE * most / 10, "the memory of closed connections to be free")
