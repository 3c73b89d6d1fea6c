"""What `--environment production` changes, seen from outside."""
import base64
import os

import pytest

from support.tenant import api_client

ENDPOINTS = "/doorward/v1/webhook_endpoints"


@pytest.fixture
def production(new_server, tmp_path):
    key = tmp_path / "kek"
    key.write_text(base64.b64encode(os.urandom(32)).decode())
    key.chmod(0o600)
    return new_server("--environment", "production", "--base-url", "https://auth.example.com", "--https-listen", "off",
                      "--key-encryption-key-file", str(key)).start()


def test_production_begins_without_test_data_and_generated_keys(production):
    assert production.credentials["environment_url"] == "https://auth.example.com"
    assert "test_organization_id" not in production.credentials
    assert "test_connection_id" not in production.credentials and "ca_file" not in production.credentials
    assert not (production.data_dir / "key-encryption-key").exists() and not (production.data_dir / "tls").exists()
    assert api_client(production).get("/api/v1/organizations").expect(200).json()["organizations"] == []
    for path in ("", "/authorize", "/token", "/.well-known/openid-configuration"):
        assert production.client().get("/simulator" + path).status == 404, "nobody signs anybody in there"


def test_production_sends_no_webhook_into_its_own_network(production):
    api = api_client(production)
    for url in ("https://localhost/x", "https://127.0.0.1/x", "https://[::1]/x", "https://0x7f.1/x",
                "https://[::ffff:127.0.0.1]/x", "https://10.0.0.1/x", "https://169.254.169.254/x",
                "http://hooks.example.com/x"):
        refused = api.post(ENDPOINTS, {"url": url}).expect(400).json()
        assert refused["error_code"] in ("WEBHOOK_URL_NOT_ALLOWED", "EGRESS_FORBIDDEN"), (url, refused)
        fields = [v["field"] for v in refused["validation_error_info"]["field_violations"]]
        assert fields == ["url"], (url, refused)


def test_production_takes_a_public_https_url(production):
    api_client(production).post(ENDPOINTS, {"url": "https://hooks.example.com/x"}).expect(200, 201)
