"""Signing keys of a running server: rotated by the command while it serves, and what must never leave it."""
import base64
import re
import secrets
import subprocess
import sys
import threading
import time

import pytest
from support import jwt
from support.http import form
from support.process import environment
from support.sign_in import Application, Browser, location, parameters, sign_in
from support.tenant import Tenant, api_client, token
from support.waiting import PATIENCE_SECONDS, wait_until


def rotate(server, *options):
    database = ["--database-url", server.database.url] if server.database.url else []
    done = subprocess.run([server.binary, "rotate-signing-key", "--data-dir", str(server.data_dir), *database, *options],
                          env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=PATIENCE_SECONDS * 4)
    assert done.returncode == 0, done.stderr
    return done.stdout


def key_set(server):
    return server.client().get("/keys").expect(200).json()


def kids(server, algorithm="RS256"):
    return [k["kid"] for k in key_set(server)["keys"] if k["alg"] == algorithm]


def next_keys_are_published(server):
    """Of a young server the next keys are made in the background."""
    wait_until(lambda: len(key_set(server)["keys"]) == 4, "a current and a next key of each algorithm")


def signer(text):
    header = text.split(".")[0]
    return re.search(r'"kid":"(snk_\d+)"', base64.urlsafe_b64decode(header + "==").decode()).group(1)


def works(server, bearer):
    return server.client().get("/api/v1/organizations", headers={"Authorization": f"Bearer {bearer}"}).status == 200


class Buyer(threading.Thread):
    """Buys tokens, judges them by the key set it fetched at its start, and uses them, until told to stop."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.enough, self.signers, self.faults = server, threading.Event(), [], []
        self.keys = key_set(server)

    def run(self):
        try:
            while not self.enough.is_set():
                bought = token(self.server)
                jwt.verify(bought, self.keys)
                assert works(self.server, bought), "a genuine token was refused"
                self.signers.append(signer(bought))
        except BaseException as fault:  # told to the test, which fails by it
            self.faults.append(repr(fault))


def test_K07_rotation_under_load_fails_no_relying_party_that_keeps_the_key_set(new_server):
    server = new_server().start()
    next_keys_are_published(server)
    old = token(server)
    buyers = [Buyer(server) for _ in range(3)]
    for buyer in buyers:
        buyer.start()
    wait_until(lambda: all(len(b.signers) >= 5 for b in buyers) or any(b.faults for b in buyers), "tokens before")
    said = rotate(server, "--at-once", "--algorithm", "RS256")
    current = re.fullmatch(r"RS256: (snk_\d+) signs now\.\n", said).group(1)
    assert current != signer(old)
    wait_until(lambda: all(b.signers.count(current) >= 5 for b in buyers) or any(b.faults for b in buyers), "tokens after")
    for buyer in buyers:
        buyer.enough.set()
        buyer.join(PATIENCE_SECONDS)
        assert not buyer.faults, buyer.faults
    assert works(server, old), "what the old key signed is good until it expires"
    assert signer(old) in kids(server) and current in kids(server)
    assert len(kids(server, "ES256")) == 2, "the other algorithm was not asked for"


def test_P31_a_rotation_that_is_no_emergency_waits_for_a_day(new_server):
    server = new_server().start()
    next_keys_are_published(server)
    before, current = kids(server), signer(token(server))
    said = rotate(server)
    assert re.search(r"^RS256: snk_\d+ is published since \S+Z and signs from \S+Z", said, re.MULTILINE), said
    assert "\nES256: snk_" in said
    assert rotate(server) == said, "asked twice"
    assert kids(server) == before and signer(token(server)) == current
    # The same from a stopped server's folder, and nothing is lost by the restart.
    assert server.stop() == 0
    assert rotate(server) == said
    server.start()
    assert kids(server) == before


def test_after_a_compromise_what_the_old_keys_signed_is_refused_within_a_second(new_server):
    server = new_server().start()
    next_keys_are_published(server)
    stolen, before = token(server), kids(server)
    assert works(server, stolen)
    said = rotate(server, "--compromised", "--algorithm", "RS256")
    ended = time.monotonic()
    wait_until(lambda: not works(server, stolen), "the refusal")
    assert time.monotonic() - ended < 5, "a second, and what a busy machine adds"
    assert server.client().get("/api/v1/organizations", headers={"Authorization": f"Bearer {stolen}"}).status == 401
    current = re.search(r"RS256: (snk_\d+) signs now\.", said).group(1)
    assert current not in before, "whoever has the current key may have the next one too"
    assert f"{signer(stolen)} is withdrawn" in said
    wait_until(lambda: not set(before) & set(kids(server)), "the withdrawal from the key set")
    assert works(server, token(server)) and signer(token(server)) == current


def test_K12_another_algorithm_of_a_client_counts_from_the_next_token_on_and_is_recorded(server, api):
    application = Application(server, api)
    settings = f"/doorward/v1/clients/{application.id}/settings"

    def signed():
        callback = location(sign_in(Browser(server), application.url(
            organization_id=server.credentials["test_organization_id"]), "ann@example.com"))
        id_token = application.redeem(parameters(callback)["code"]).expect(200).json()["id_token"]
        header, _ = jwt.parts(id_token)
        published = next(key for key in key_set(server)["keys"] if key["kid"] == header["kid"])
        assert published["alg"] == header["alg"]
        return header["alg"]

    assert signed() == "RS256"
    api.patch(settings, {"id_token_signed_response_alg": "ES256"}).expect(200)
    assert signed() == "ES256"
    for unknown in ("none", "HS256", "RS512", "PS256", "es256"):
        api.patch(settings, {"id_token_signed_response_alg": unknown}).expect(400)
    assert signed() == "ES256"
    api.patch(settings, {"id_token_signed_response_alg": "RS256"}).expect(200)
    assert signed() == "RS256"
    recorded = server.database.contents(server)
    for before, after in ((b"RS256", b"ES256"), (b"ES256", b"RS256")):
        named = rb'{[^{}]*"id_token_signed_response_alg":"%s"[^{}]*}'
        change = rb'"previous_values":' + named % before + rb',"new_values":' + named % after
        assert re.search(change, recorded), "no change record says so"


def test_the_command_says_what_is_wrong(binary, tmp_path, new_server):
    done = subprocess.run([binary, "rotate-signing-key", "--data-dir", str(tmp_path)], env=environment(),
                          capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert done.returncode == 1 and "key-encryption key" in done.stderr
    done = subprocess.run([binary, "rotate-signing-key", "--algorithm", "HS256"], env=environment(),
                          capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert done.returncode == 2 and "HS256" in done.stderr
    server = new_server().start()
    stranger = tmp_path / "stranger"
    subprocess.run([binary, "generate-key", str(stranger)], env=environment(), check=True, capture_output=True)
    database = ["--database-url", server.database.url] if server.database.url else []
    done = subprocess.run([binary, "rotate-signing-key", "--data-dir", str(server.data_dir), *database,
                           "--key-encryption-key-file", str(stranger)], env=environment(), capture_output=True, text=True,
                          timeout=PATIENCE_SECONDS)
    assert done.returncode == 1 and "another key-encryption key" in done.stderr


# Object identifiers as DER writes them: every PKCS #8 key holds one of them in clear.
RSA_KEY = bytes.fromhex("06092a864886f70d010101")
EC_KEY = bytes.fromhex("06072a8648ce3d0201")


def test_K04_K05_K06_no_secret_and_no_private_key_is_in_database_backup_or_log(new_server, receiver, tmp_path):
    server = new_server("--log-level", "debug").start()
    tenant = Tenant(server, api_client(server))
    hook = tenant.hook(receiver)
    next_keys_are_published(server)
    rotate(server, "--at-once")
    bearer = token(server)
    wrong = "wrong" + secrets.token_hex(12)
    server.client().post("/oauth/token", **form({"grant_type": "client_credentials", "client_secret": wrong,
                                                 "client_id": server.credentials["client_id"]})).expect(401)
    assert not works(server, bearer[:-8] + "AAAAAAAA")
    backup = tmp_path / "backup"
    database = ["--database-url", server.database.url] if server.database.url else []
    subprocess.run([server.binary, "backup", "--data-dir", str(server.data_dir), *database, "--to", str(backup)],
                   env=environment(), check=True, capture_output=True, timeout=PATIENCE_SECONDS * 4)
    canaries = [server.credentials["client_secret"], tenant.secret, hook.secret, hook.secret.removeprefix("whsec_"),
                bearer, bearer.split(".")[1], wrong]
    # The data folder of a development installation also holds the key of its TLS listener.
    tls = {p.read_bytes() for p in (server.data_dir / "tls").rglob("*") if p.is_file()}
    stored = server.database.contents(server)
    for content in tls:
        stored = stored.replace(content, b"")
    for where, content in {"database": stored, "backup": backup.read_bytes(), "log": server.log().encode()}.items():
        for canary in canaries:
            assert canary.encode() not in content, f"{canary[:6]}... in the {where}"
        for key in (RSA_KEY, EC_KEY, b"PRIVATE KEY"):
            assert key not in content and key.hex().encode() not in content, f"a private key in the {where}"


def test_K05_a_crash_writes_no_image_of_the_process(server):
    with open(f"/proc/{server.process.pid}/limits") as limits:
        line = next(line for line in limits if line.startswith("Max core file size"))
    # A limit of one byte holds where dumps go to a program, too.
    assert line.split()[4:6] in (["1", "1"], ["0", "0"]), line


# Before a command: it runs as an ordinary user's would, without root's rights over others.
ORDINARY = [sys.executable, "-c", """
import ctypes, os, sys
PR_CAPBSET_DROP = 24
for capability in range(64):
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""]


def test_K05_no_other_process_of_the_user_looks_into_the_server(new_server):
    """Nor does a program that takes core dumps, whatever the limit says: the kernel asks for the same mark."""
    server = new_server()
    command = [*ORDINARY, *server.command()]
    server.command = lambda: command
    server.start()

    def read(process, name):
        return subprocess.run([*ORDINARY, "cat", f"/proc/{process.pid}/{name}"], capture_output=True,
                              timeout=PATIENCE_SECONDS).stderr

    other = subprocess.Popen([*ORDINARY, "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        other.stdin.write(b"runs\n")
        other.stdin.flush()
        other.stdout.readline()
        for name in ("maps", "environ"):
            assert read(other, name) == b"", "the other processes of the user can be looked into"
            assert b"Permission denied" in read(server.process, name), name
        assert read(server.process, "status") == b""
    finally:
        other.kill()
        other.communicate()


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o666])
def test_K13_a_key_file_that_others_can_read_stops_the_start(binary, tmp_path, mode):
    key = tmp_path / "key"
    subprocess.run([binary, "generate-key", str(key)], env=environment(), check=True, capture_output=True)
    key.chmod(mode)
    done = subprocess.run([binary, "serve", "--data-dir", str(tmp_path / "data"), "--http-listen", "127.0.0.1:0",
                           "--https-listen", "off", "--key-encryption-key-file", str(key)], env=environment(),
                          capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert done.returncode == 1 and str(key) in done.stderr, done.stderr
