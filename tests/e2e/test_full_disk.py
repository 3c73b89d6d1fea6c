"""H-16: a disk that takes no more. What cannot be stored is refused, what was stored stays readable, and it passes."""
import resource
import signal

import pytest

from support import databases
from support.process import Server
from support.tenant import Tenant, api_client
from support.waiting import wait_until

ROOM = 64 * 1024  # that the write-ahead log may still grow
USERS_AT_MOST = 2000


class OnASmallDisk(Server):
    """Its files cannot grow beyond a limit that the test sets; the signal for it is off, so that write() fails."""

    def command(self):
        return ["/usr/bin/env", f"--ignore-signal={signal.SIGXFSZ.name}", *super().command()]

    def limit_files(self, size):
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.fixture
def server(binary, tmp_path):
    one = OnASmallDisk(binary, tmp_path, databases.make("sqlite"))
    try:
        yield one.start()
        one.close()
    finally:
        one.abandon()


def test_h16_a_full_disk_refuses_writes_and_passes(server):
    tenant = Tenant(server, api_client(server))
    kept = tenant.scim.create_user("kept").expect(201).json()["id"]
    log = next(server.data_dir.glob("*-wal"))
    server.limit_files(max(path.stat().st_size for path in server.data_dir.iterdir()) + ROOM)

    answers = [tenant.scim.create_user("user")]
    while answers[-1].status == 201 and len(answers) < USERS_AT_MOST:
        answers.append(tenant.scim.create_user(f"user{len(answers)}"))
    refused = answers[-1]
    assert refused.status == 503, refused
    assert int(refused.headers["retry-after"]) >= 1
    assert server.process.poll() is None and log.exists()
    tenant.scim.create_user("another").expect(503)
    assert tenant.scim.client.get(f"/Users/{kept}").status == 200
    assert server.client().get("/healthz").status == 200
    unready = wait_until(lambda: (r := server.client().get("/readyz")).status == 503 and r, "readyz to say so")
    assert b"write" in unready.body

    server.limit_files(resource.RLIM_INFINITY)
    wait_until(lambda: tenant.scim.create_user("after").status in (201, 409), "writes to work again")
    wait_until(lambda: server.client().get("/readyz").status == 200, "readyz to be ready again")
    for answer in answers[:-1]:
        assert tenant.scim.client.get(f"/Users/{answer.json()['id']}").status == 200
