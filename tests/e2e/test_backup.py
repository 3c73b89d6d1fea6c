"""The drill that an operator should never need for the first time on a bad day: back up while serving, lose everything,
restore, go on. Also from one kind of database to the other."""
import shutil
import subprocess
import threading

from support import databases
from support.process import Server, environment
from support.tenant import Tenant, api_client
from support.waiting import PATIENCE_SECONDS, wait_until


def run(server, command, *options):
    database = ["--database-url", server.database.url] if server.database.url else []
    return subprocess.run([server.binary, command, "--data-dir", str(server.data_dir), *database, *options],
                          env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=PATIENCE_SECONDS * 4)


class Writer(threading.Thread):
    """Creates users until told to stop; remembers what was answered."""

    def __init__(self, tenant):
        super().__init__(daemon=True)
        self.scim, self.acknowledged, self.enough = tenant.scim_client(tenant.secret), [], threading.Event()

    def run(self):
        number = 0
        while not self.enough.is_set():
            number += 1
            self.acknowledged.append(self.scim.create_user(f"w{number}-{id(self)}").expect(201).json()["id"])


def test_drill(binary, database_name, new_server, receiver, tmp_path):
    server = new_server().start()
    tenant = Tenant(server, api_client(server))
    hook = tenant.hook(receiver)
    first = tenant.scim.create_user("first").expect(201).json()["id"]
    wait_until(hook.deliveries, "the first event")

    writers = [Writer(tenant) for _ in range(2)]
    for writer in writers:
        writer.start()
    wait_until(lambda: all(len(w.acknowledged) >= 20 for w in writers), "writes under way")
    before = {id_ for w in writers for id_ in list(w.acknowledged)}
    backup = tmp_path / "backup"
    done = run(server, "backup", "--to", str(backup))
    assert done.returncode == 0, done.stderr
    wait_until(lambda: all(len(w.acknowledged) >= 40 for w in writers), "writes after the backup")
    for writer in writers:
        writer.enough.set()
        writer.join()
    secrets = [server.credentials["client_secret"], tenant.secret, hook.secret]
    content = backup.read_bytes()
    assert not any(secret.encode() in content for secret in secrets)
    assert run(server, "backup", "--to", str(backup)).returncode == 1, "never written over"
    server.kill()

    for target in (database_name, *(n for n in ("sqlite", "postgres") if n != database_name)):
        again = restored(binary, server, backup, target, tmp_path / f"restored-{target}")
        try:
            check(again, tenant, hook, receiver, first, before, backup)
            again.close()
        finally:
            again.abandon()
            again.database.drop()


def restored(binary, server, backup, kind, folder):
    """A new machine: an empty database, and what the operator kept apart from the backup."""
    folder.mkdir()
    key = folder / "key"
    shutil.copy(server.data_dir / "key-encryption-key", key)
    again = Server(binary, folder, databases.make(kind), ["--key-encryption-key-file", str(key)])
    done = run(again, "restore", "--from", str(backup))
    assert done.returncode == 0, done.stderr
    again.start()
    # The first client's secret is the application's; the new folder never saw it.
    again.credentials["client_secret"] = server.credentials["client_secret"]
    return again


def check(server, tenant, hook, receiver, first, before, backup):
    here = Tenant.__new__(Tenant)
    here.__dict__.update(tenant.__dict__, server=server, api=api_client(server))
    here.scim = here.scim_client(tenant.secret)
    users = {user["id"] for user in here.users()}
    assert before <= users and first in users, "everything answered before the backup began"
    assert here.scim.user(first).expect(200).json()["userName"] == "first@example.test"
    # Events go on, with ids that were never used, signed by the secret that was: the receiver verifies it.
    late = here.scim.create_user(f"late-{server.database.name}").expect(201).json()["id"]
    assert late not in users
    wait_until(lambda: any(d.event["data"].get("id") == late for d in hook.deliveries()), "the event of a new user")
    beside = run(server, "restore", "--from", str(backup))
    assert beside.returncode == 1 and "another Doorward process uses the data folder" in beside.stderr, beside.stderr


def test_a_restore_over_data_is_refused(new_server, tmp_path):
    server = new_server().start()
    backup = tmp_path / "backup"
    assert run(server, "backup", "--to", str(backup)).returncode == 0
    assert server.stop() == 0
    refused = run(server, "restore", "--from", str(backup))
    assert refused.returncode == 1 and "restore into a new" in refused.stderr.lower(), refused.stderr
    server.start()
    assert server.client().get("/readyz").status == 200


def test_the_key_can_be_exchanged(new_server, tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    server = new_server("--key-encryption-key-file", str(old))
    for key in (old, new):
        assert run_key(server, key).returncode == 0
    assert oct(new.stat().st_mode)[-3:] == "600" and old.read_bytes() != new.read_bytes()
    assert run_key(server, new).returncode == 1, "a key is never written over"
    server.start()
    tenant = Tenant(server, api_client(server))
    server.stop()

    server.options = ["--key-encryption-key-file", str(new), "--previous-key-encryption-key-file", str(old)]
    server.start()
    tenant.scim = tenant.scim_client(tenant.secret, server.client())
    tenant.scim.create_user("after").expect(201)
    server.stop()

    server.options = ["--key-encryption-key-file", str(new)]
    server.start()
    assert api_client(server).get("/api/v1/organizations").status == 200
    server.stop()
    refused = run(server, "serve", "--key-encryption-key-file", str(old), "--http-listen", "127.0.0.1:0",
                  "--https-listen", "off")
    assert refused.returncode == 1 and "another key-encryption key" in refused.stderr, refused.stderr
    old.chmod(0o644)
    refused = run(server, "serve", "--key-encryption-key-file", str(old), "--http-listen", "127.0.0.1:0",
                  "--https-listen", "off")
    assert refused.returncode == 1 and "open to everybody" in refused.stderr, refused.stderr


def run_key(server, path):
    return subprocess.run([server.binary, "generate-key", str(path)], env=environment(), capture_output=True, text=True,
                          timeout=PATIENCE_SECONDS)
