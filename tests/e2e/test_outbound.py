"""What leaves the server in production: to whom, by which name servers and authorities."""
import base64
import os
import subprocess

import pytest

from support.dns import NameServer
from support.process import environment
from support.tenant import Tenant, api_client
from support.waiting import PATIENCE_SECONDS, wait_until
from support.webhooks import Receiver

ENDPOINTS = "/doorward/v1/webhook_endpoints"


@pytest.fixture
def production(new_server, tmp_path):
    """Makes a started production server with further options."""
    key = tmp_path / "kek"
    key.write_text(base64.b64encode(os.urandom(32)).decode())
    key.chmod(0o600)
    return lambda *options: new_server("--environment", "production", "--base-url", "https://auth.example.com",
                                       "--https-listen", "off", "--key-encryption-key-file", str(key),
                                       *options).start()


@pytest.fixture
def names():
    one = NameServer()
    yield one
    one.close()


@pytest.fixture
def tls_receiver(new_server):
    """A receiver with a certificate for 127.0.0.1; `authority` is the file of who vouches for it."""
    development = new_server().start()  # for its certificate only
    folder = development.data_dir / "tls"
    one = Receiver(certificate=(folder / "cert.pem", folder / "key.pem"))
    one.authority = folder / "ca.pem"
    yield one
    one.close()
    assert not one.faults, one.faults


def test_a_name_that_leads_inside_reaches_nobody(production, names, receiver):
    """W-03: the name is public at first sight and leads to this machine from then on."""
    answers = iter([["8.8.8.8", "127.0.0.1"], ["127.0.0.1"]])
    names.answer("hooks.example.test", lambda: next(answers, ["127.0.0.1"]))
    server = production("--dns-servers", names.address)
    tenant = Tenant(server, api_client(server))
    port = receiver.url.rsplit(":", 1)[1]
    tenant.api.post(ENDPOINTS, {"url": f"https://hooks.example.test:{port}/x"}).expect(200, 201)
    tenant.scim.create_user("ann").expect(201)
    wait_until(lambda: names.asked("hooks.example.test") >= 2, "two attempts")
    assert not receiver.arrivals and not receiver.faults


def test_a_receiver_inside_is_reached_when_the_operator_allows_it(production, tls_receiver):
    server = production("--egress-allow", "127.0.0.1/32", "--outbound-ca-file", str(tls_receiver.authority))
    tenant = Tenant(server, api_client(server))
    hook = tenant.hook(tls_receiver)
    tenant.scim.create_user("ann").expect(201)
    assert [event["data"]["email"] for event in hook.wait_for(1)] == ["ann@example.test"]
    refused = tenant.api.post(ENDPOINTS, {"url": "https://127.0.0.2:8443/x"}).expect(400).json()
    assert refused["error_code"] == "EGRESS_FORBIDDEN"


def test_an_authority_that_nobody_named_is_not_trusted(production, tls_receiver):
    """W-17."""
    server = production("--egress-allow", "127.0.0.1/32")
    tenant = Tenant(server, api_client(server))
    tenant.hook(tls_receiver)
    tenant.scim.create_user("ann").expect(201)
    wait_until(lambda: tls_receiver.refused_handshakes >= 2, "two attempts")
    assert not tls_receiver.arrivals


def test_a_file_of_authorities_that_cannot_be_read_stops_the_start(binary, tmp_path):
    refused = subprocess.run([binary, "serve", "--data-dir", tmp_path / "d", "--outbound-ca-file", "/nowhere/ca.pem"],
                             env=environment(), capture_output=True, timeout=PATIENCE_SECONDS)
    assert refused.returncode == 1 and b"outbound-ca-file: /nowhere/ca.pem" in refused.stderr
    assert not (tmp_path / "d" / "doorward.db").exists()
