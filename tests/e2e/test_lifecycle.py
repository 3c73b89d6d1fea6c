"""The process: start, lock, ready.json, credentials.json, orderly end, second start."""
import json
import os
import socket
import stat
import subprocess

from support.http import form
from support.process import environment
from support.tenant import Tenant, api_client, token
from support.waiting import PATIENCE_SECONDS, wait_until


def run(server, command, *options):
    return subprocess.run([server.binary, command, *options], env=environment(), stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=PATIENCE_SECONDS)


def test_version_names_itself(binary):
    answer = subprocess.run([binary, "version"], env=environment(), capture_output=True, timeout=PATIENCE_SECONDS)
    assert answer.returncode == 0
    assert b"oorward" in answer.stdout and any(c.isdigit() for c in answer.stdout.decode())


def test_help_lists_the_contract(binary):
    listing = subprocess.run([binary, "--help"], env=environment(), capture_output=True, timeout=PATIENCE_SECONDS)
    assert listing.returncode == 0
    for command in (b"serve", b"migrate", b"version"):
        assert command in listing.stdout
    options = subprocess.run([binary, "serve", "--help"], env=environment(), capture_output=True, timeout=PATIENCE_SECONDS)
    for option in ("data-dir", "database-url", "http-listen", "https-listen", "tls-cert", "tls-key", "base-url",
                   "environment", "log-format", "log-level", "config", "no-migrate", "key-encryption-key-file"):
        assert f"--{option}".encode() in options.stdout, option


def test_an_unknown_option_stops_the_start(binary, tmp_path):
    refused = subprocess.run([binary, "serve", "--data-dir", tmp_path / "d", "--no-such-option", "x"], env=environment(),
                             capture_output=True, timeout=PATIENCE_SECONDS)
    assert refused.returncode != 0 and b"no-such-option" in refused.stderr


def test_an_unknown_key_of_the_configuration_file_stops_the_start(binary, tmp_path):
    (tmp_path / "doorward.toml").write_text('log-level = "info"\nno-such-key = 1\n')
    refused = subprocess.run([binary, "serve", "--data-dir", tmp_path / "d", "--config", tmp_path / "doorward.toml"],
                             env=environment(), capture_output=True, timeout=PATIENCE_SECONDS)
    assert refused.returncode != 0 and b"no-such-key" in refused.stderr


def test_a_name_that_is_nearly_right_is_suggested(binary, tmp_path):
    refused = subprocess.run([binary, "serve", "--htpt-listen", "127.0.0.1:0"], env=environment(), capture_output=True,
                             timeout=PATIENCE_SECONDS)
    assert refused.returncode != 0 and b"--http-listen" in refused.stderr
    (tmp_path / "doorward.toml").write_text('trusted_proxies = ["10.0.0.1"]\n')
    refused = subprocess.run([binary, "serve", "--config", tmp_path / "doorward.toml"], env=environment(),
                             capture_output=True, timeout=PATIENCE_SECONDS)
    assert refused.returncode != 0 and b"trusted-proxies" in refused.stderr


def test_check_config_prints_what_would_be_in_force_and_starts_nothing(binary, tmp_path):
    (tmp_path / "doorward.toml").write_text('max-body-bytes = "512KiB"\ntrusted-proxies = ["10.0.0.1", "fd00::/8"]\n')
    command = [binary, "serve", "--check-config", "--data-dir", str(tmp_path / "d"), "--config",
               tmp_path / "doorward.toml"]
    variables = {**environment(), "DOORWARD_DATABASE_URL": "postgresql://door:hidden@db.example/x"}
    shown = subprocess.run(command, env=variables, capture_output=True, timeout=PATIENCE_SECONDS, text=True)
    assert shown.returncode == 0, shown.stderr
    for line in ('max-body-bytes = "512KiB"', 'trusted-proxies = ["10.0.0.1", "fd00::/8"]',
                 'database-url = "postgresql://door:***@db.example/x"  # DOORWARD_DATABASE_URL'):
        assert line in shown.stdout, line
    assert "hidden" not in shown.stdout + shown.stderr and not (tmp_path / "d").exists()
    broken = subprocess.run([*command, "--header-timeout", "10"], env=variables, capture_output=True,
                            timeout=PATIENCE_SECONDS, text=True)
    assert broken.returncode == 2 and "--header-timeout: expected a time" in broken.stderr and not broken.stdout


def test_limits_follow_their_options(new_server):
    server = new_server("--max-body-bytes", "64KiB").start()
    assert api_client(server).post("/api/v1/organizations", {"display_name": "x" * 70_000}).status == 413


def test_scim_pages_follow_their_options(new_server):
    server = new_server("--scim-page-size", "2", "--scim-max-page-size", "10").start()
    tenant = Tenant(server, api_client(server))
    config = tenant.scim.client.get("/ServiceProviderConfig").expect(200).json()
    assert config["filter"]["maxResults"] == 10
    for number in range(3):
        tenant.scim.create_user(f"u{number}").expect(201)
    assert len(tenant.scim.client.get("/Users").expect(200).json()["Resources"]) == 2
    assert len(tenant.scim.client.get("/Users?count=3").expect(200).json()["Resources"]) == 3


def test_ids_carry_the_machine_part_that_was_given(new_server):
    server = new_server("--machine-id", "4711").start()
    created = api_client(server).post("/api/v1/organizations", {"display_name": "Here"}).expect(201).json()
    assert int(created["organization"]["id"].removeprefix("org_")) & 0xFFFF == 4711
    server.kill()
    server.start()  # takes its own part again at once
    again = api_client(server).post("/api/v1/organizations", {"display_name": "There"}).expect(201).json()
    assert int(again["organization"]["id"].removeprefix("org_")) & 0xFFFF == 4711


def test_production_refuses_generated_tls_and_plain_urls(binary, tmp_path):
    refused = subprocess.run([binary, "serve", "--data-dir", tmp_path / "d", "--environment", "production"],
                             env=environment(), capture_output=True, timeout=PATIENCE_SECONDS)
    assert refused.returncode != 0 and refused.stderr.strip(), "an explanation is owed"


def test_ready_file_lives_as_long_as_the_server_listens(new_server):
    server = new_server().start()
    ready = server.data_dir / "ready.json"
    assert json.loads(ready.read_text())["pid"] == server.process.pid
    assert server.client().get("/healthz").status == 200
    assert server.stop() == 0
    assert not ready.exists()


def test_a_left_over_ready_file_is_not_believed(new_server):
    server = new_server().start()
    server.kill()
    ready = server.data_dir / "ready.json"
    assert ready.exists(), "a killed process cannot remove its file"
    server.start()  # waits for the new pid
    assert server.client().get("/readyz").status == 200


def test_ready_file_is_removed_even_when_the_start_fails(new_server):
    server = new_server().start()
    server.kill()
    broken = run(server, "serve", "--data-dir", str(server.data_dir), "--http-listen", "not an address")
    assert broken.returncode != 0
    assert not (server.data_dir / "ready.json").exists() or b"not an address" in broken.stderr
    server.start()


def test_credentials_are_private_and_complete(new_server):
    server = new_server().start()
    path = server.data_dir / "credentials.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    credentials = json.loads(path.read_text())
    assert credentials["environment_url"] == "http://localhost:" + server.ready["http"].rsplit(":", 1)[1]
    assert credentials["environment_url_https"] == "https://localhost:" + server.ready["https"].rsplit(":", 1)[1]
    for field, prefix in (("environment_id", "env_"), ("client_id", "skc_"), ("test_organization_id", "org_"),
                          ("test_connection_id", "conn_")):
        assert credentials[field].startswith(prefix), field
    assert len(credentials["client_secret"]) >= 43, "256 random bits"
    assert os.path.samefile(credentials["ca_file"], server.data_dir / "tls" / "ca.pem")
    organization = api_client(server).get("/api/v1/organizations/" + credentials["test_organization_id"]).expect(200)
    assert organization.json()["organization"]["display_name"] == "Test Organization"


def test_both_listeners_serve_the_same(new_server):
    server = new_server().start()
    assert server.tls_client().get("/healthz").status == 200
    organization = f"/api/v1/organizations/{server.credentials['test_organization_id']}"
    plain = api_client(server).get(organization).expect(200)
    assert api_client(server, server.tls_client()).get(organization).expect(200).json() == plain.json()


def test_second_server_on_the_same_data_folder_is_refused(new_server):
    server = new_server().start()
    before = (server.data_dir / "ready.json").read_bytes()
    second = subprocess.run(server.command(), env=environment(), stdin=subprocess.DEVNULL, capture_output=True,
                            timeout=PATIENCE_SECONDS)
    assert second.returncode != 0 and second.stderr.strip(), "a sentence is owed"
    assert (server.data_dir / "ready.json").read_bytes() == before
    assert server.client().get("/healthz").status == 200


def test_migrate_beside_a_running_server_is_refused(new_server):
    server = new_server().start()
    refused = run(server, "migrate", *server.command()[2:])
    assert refused.returncode != 0 and refused.stderr.strip()
    assert server.client().get("/readyz").status == 200


def test_migrate_prepares_a_database_that_serve_then_accepts_as_it_is(new_server):
    server = new_server()
    database = ["--database-url", server.database.url] if server.database.url else []
    for attempt in range(2):  # again is harmless
        done = run(server, "migrate", "--data-dir", str(server.data_dir), *database)
        assert done.returncode == 0, done.stderr
    server.start()
    assert server.client().get("/readyz").status == 200


def test_second_start_keeps_identities_secrets_data_and_keys(new_server):
    server = new_server().start()
    first, old_token = server.credentials, token(server)
    wait_until(lambda: len(server.client().get("/keys").expect(200).json()["keys"]) == 4, "the next signing keys")
    keys = server.client().get("/keys").expect(200).json()
    created = api_client(server).post("/api/v1/organizations", {"display_name": "Kept"}).expect(201).json()
    assert server.stop() == 0
    server.start()
    for field in ("environment_id", "client_id", "client_secret", "test_organization_id", "test_connection_id",
                  "ca_file"):
        assert server.credentials[field] == first[field], field
    assert server.client().get("/keys").expect(200).json() == keys
    assert token(server)
    kept = api_client(server).get("/api/v1/organizations/" + created["organization"]["id"]).expect(200)
    assert kept.json()["organization"]["display_name"] == "Kept"
    listed = api_client(server).get("/api/v1/organizations").expect(200).json()
    assert listed["total_size"] == 2, "the Test Organization is made once"
    assert old_token


def test_credentials_file_comes_back_after_a_crash_at_first_start(new_server):
    server = new_server()
    server.launch()
    wait_until(lambda: list(server.data_dir.glob("*")), "anything in the data folder")
    server.kill()
    server.start()
    assert token(server)


def test_term_finishes_the_request_in_flight(new_server):
    server = new_server().start()
    host, port = server.ready["http"].split(":")
    body = form({"grant_type": "client_credentials", "client_id": server.credentials["client_id"],
                 "client_secret": server.credentials["client_secret"]})["body"]
    with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS) as line:
        line.sendall(b"POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                     b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body))
        assert line.recv(4096).startswith(b"HTTP/1.1 100 ")
        server.process.terminate()
        wait_until(lambda: not accepts(host, int(port)), "the listener to close")
        line.sendall(body)
        assert line.recv(65536).startswith(b"HTTP/1.1 200 ")
    assert server.wait() == 0


def accepts(host, port):
    try:
        socket.create_connection((host, port), timeout=PATIENCE_SECONDS).close()
        return True
    except OSError:
        return False


def test_term_does_not_wait_for_idle_connections(new_server):
    server = new_server().start()
    client = server.client()
    client.get("/healthz")  # the connection stays open and idle
    assert server.stop() == 0
