"""What operators see: health, readiness, metrics, request ids, logs."""
import json

import pytest

from support.postgres_server import PostgresServer
from support.process import Server
from support.tenant import Tenant, api_client, unique
from support.waiting import wait_until


def test_health_and_readiness(server):
    assert server.client().get("/healthz").status == 200
    assert server.client().get("/readyz").status == 200


def test_metrics_are_prometheus_text(server):
    server.client().get("/healthz")
    metrics = server.client().get("/metrics").expect(200)
    assert metrics.headers["content-type"].startswith("text/plain")
    text = metrics.body.decode()
    assert "# TYPE " in text and "# HELP " in text
    samples = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert samples
    for line in samples:
        float(line.rsplit(" ", 1)[1])


@pytest.mark.parametrize("method, path", [
    ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics"), ("GET", "/keys"), ("POST", "/oauth/token"),
    ("GET", "/.well-known/openid-configuration"), ("GET", "/api/v1/organizations"), ("GET", "/no/such/path"),
    ("GET", "/directory/dir_1/scim/v2/Users"), ("POST", "/scalekit.v1.organizations.OrganizationService/GetOrganization")])
def test_every_answer_carries_a_request_id(server, method, path):
    first, second = (server.client().request(method, path).headers["x-request-id"] for _ in range(2))
    assert first and second and first != second


def test_request_id_is_in_the_json_log(new_server):
    server = new_server("--log-format", "json", "--log-level", "debug").start()
    request_id = server.client().get("/api/v1/organizations").expect(401).headers["x-request-id"]
    wait_until(lambda: request_id in server.log(), "the request id in the log")
    lines = [line for line in server.log().splitlines() if line]
    entries = [json.loads(line) for line in lines]  # every line is an object
    assert any(request_id in json.dumps(entry) for entry in entries)


@pytest.fixture
def own_postgres():
    one = PostgresServer()
    try:
        yield one.start()
    finally:
        one.close()


class Given:
    """A database that the test already has."""

    def __init__(self, url):
        self.url = url


def test_postgres_away_means_unavailable_and_recovery_without_restart(binary, tmp_path, own_postgres):
    server = Server(binary, tmp_path, Given(own_postgres.url))
    try:
        server.start()
        api = api_client(server)
        tenant = Tenant(server, api)
        tenant.scim.create_user("before").expect(201)

        own_postgres.stop()
        unready = wait_until(lambda: refused(server.client().get("/readyz")), "/readyz to say 503")
        assert unready.body.strip(), "the reason is owed"
        assert server.client().get("/healthz").status == 200
        for answer in (api.get("/api/v1/organizations"), api.post("/api/v1/organizations", {"display_name": "Lost"}),
                       tenant.scim.create_user("lost"), tenant.scim.find("before@example.test")):
            answer.expect(503)
            assert int(answer.headers["retry-after"]) >= 1
        api.get("/api/v1/organizations").refuses(503, "STORE_UNAVAILABLE")

        own_postgres.start()
        wait_until(lambda: server.client().get("/readyz").status == 200, "/readyz to say 200 again")
        # Some pooled connections may find out only now that they are dead: each answers 503 at most once.
        wait_until(lambda: api.get("/api/v1/organizations").status == 200, "reads to work again")
        wait_until(lambda: tenant.scim.create_user(unique("after")).status == 201, "writes to work again")
        assert [u["userName"] for u in tenant.scim.all("Users") if u["userName"].startswith("lost")] == []
        server.close()
    finally:
        server.abandon()


def refused(answer):
    return answer if answer.status == 503 else None
