"""H-01, H-17: five thousand idle connections and a hundred slow ones leave service and memory as they were."""
import contextlib
import pathlib
import resource

import pytest

from support import databases
from support.process import Server
from support.slow_peers import Peers, SlowPeers
from support.tenant import Tenant, api_client
from support.waiting import wait_until

IDLE, SLOW = 5000, 100
DESCRIPTORS = 12_000  # of this process and of the server, which inherits the limit
REQUESTS = 200
# What the server may hold more once they are gone. A sanitizer's allocator keeps what was freed, so memory is compared
# after a first load and after a second: what the first left behind must serve the second.
SLACK_MIB = 24


@pytest.fixture(scope="module", autouse=True)
def many_descriptors():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    hard = max(before[1], DESCRIPTORS) if before[1] != resource.RLIM_INFINITY else before[1]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(before[0], DESCRIPTORS), hard))
    except (ValueError, OSError):
        pytest.fail(f"this test needs {DESCRIPTORS} open files, and ulimit -Hn is {before[1]}")
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[0], hard))


@pytest.fixture
def server(binary, tmp_path):
    one = Server(binary, tmp_path, databases.make("sqlite"),
                 ("--header-timeout", "4s", "--body-timeout", "4s", "--idle-timeout", "10m"))
    try:
        yield one.start()
        one.close()
    finally:
        one.abandon()


def resident_mib(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1]) / 1024


def metric(server, name):
    text = server.client().get("/metrics").expect(200).body.decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


def refused(server, reason):
    return metric(server, f'doorward_refused_total{{reason="{reason}"}}')


@contextlib.contextmanager
def held(peers):
    lines = []
    try:
        for number in range(IDLE):
            lines.append(peers.idle(tls=number % 10 == 0, http2=number % 2 == 0))
        yield
    finally:
        for line in lines:
            line.close()


def one_load(server, tenant, name):
    peers = Peers(server)
    before = {reason: refused(server, reason) for reason in ("header_timeout", "body_timeout")}
    with held(peers):
        slow = SlowPeers(peers, SLOW)
        try:
            for number in range(REQUESTS):
                user = tenant.scim.create_user(f"{name}-{number}").expect(201).json()
                assert tenant.scim.client.get(f"/Users/{user['id']}").status == 200
                assert server.client().get("/healthz").status == 200
            for (protocol, place), heard in slow.finish():
                if place == "header" and protocol == "h1":
                    assert heard == b""
                elif place == "header":
                    assert heard.endswith(b"\0\0\0\x0b") or b"\0\0\0\x0b" in heard  # GOAWAY: ENHANCE_YOUR_CALM
                else:
                    assert b"408" in heard, heard
        finally:
            slow.close()
    assert refused(server, "header_timeout") - before["header_timeout"] == SLOW / 2
    assert refused(server, "body_timeout") - before["body_timeout"] == SLOW / 2
    wait_until(lambda: metric(server, "doorward_connections{") < 10, "the connections to be closed")


def test_h01_h17_idle_and_slow_connections_cost_nobody_else(server):
    tenant = Tenant(server, api_client(server))
    one_load(server, tenant, "first")
    after_first = resident_mib(server)
    one_load(server, tenant, "second")
    wait_until(lambda: resident_mib(server) < after_first + SLACK_MIB,
               lambda: f"memory: {after_first:.0f} MiB after the first load, {resident_mib(server):.0f} after the second")
