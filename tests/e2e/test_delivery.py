"""How events reach an endpoint: at least once, in order, and nobody waits for the dead."""
import base64
import threading

import pytest

from support.http import form
from support.tenant import Tenant, api_client
from support.waiting import wait_until

ENDPOINTS = "/doorward/v1/webhook_endpoints"


def mails(deliveries):
    return [d.event["data"]["email"] for d in deliveries]


@pytest.fixture
def gate():
    """Opens at the latest when the test ends, so that no thread of the receiver hangs on."""
    event = threading.Event()
    yield event
    event.set()


def test_a_dead_endpoint_delays_neither_another_endpoint_nor_the_identity_provider(tenant, receiver, gate):
    dead, alive = tenant.hook(receiver), tenant.hook(receiver)
    dead.answer_with(lambda delivery: (gate.wait(), 204)[1])
    tenant.scim.create_user("first").expect(201)
    wait_until(dead.deliveries, "the dead endpoint to hold a request")
    for number in range(20):
        tenant.scim.create_user(f"u{number}").expect(201)
    alive.wait_for(21)
    assert not gate.is_set() and len(dead.first_deliveries()) == 1
    assert mails(alive.first_deliveries()) == ["first@example.test"] + [f"u{n}@example.test" for n in range(20)]


def test_an_endpoint_that_refuses_connections_is_tried_again(server, api, receiver, tenant):
    """The port is closed at first; the same event comes once somebody listens there."""
    hook = tenant.hook(receiver)
    created = api.patch(f"{ENDPOINTS}/{hook.id}", {"url": "http://127.0.0.1:1" + hook.path}).expect(200)
    assert created.json()["endpoint"]["url"].startswith("http://127.0.0.1:1/")
    tenant.scim.create_user("ann").expect(201)
    api.patch(f"{ENDPOINTS}/{hook.id}", {"url": receiver.url + hook.path}).expect(200)
    assert mails([hook.receiver.deliveries(hook.path)[0]] if hook.wait_for(1) else []) == ["ann@example.test"]


def test_a_failed_delivery_is_repeated_and_holds_back_its_directory_only(server, api, tenant, receiver):
    other = Tenant(server, api)
    hook = tenant.hook(receiver, organization_id=None, event_types=["organization.directory.user_created"])
    attempts = []

    def refuse_first_attempt(delivery):
        event = delivery.event
        if event["organization_id"] == tenant.organization_id and event["data"]["email"].startswith("ann@"):
            attempts.append(delivery)
            return 500 if len(attempts) == 1 else 204
        return 204

    hook.answer_with(refuse_first_attempt)
    tenant.scim.create_user("ann").expect(201)
    wait_until(lambda: attempts, "the first attempt")
    tenant.scim.create_user("bob").expect(201)
    other.scim.create_user("free").expect(201)
    hook.wait_for_type("organization.directory.user_created", lambda e: e["data"]["email"] == "free@example.test")
    assert len(attempts) == 1, "the other directory did not wait for the retry"
    hook.wait_for_type("organization.directory.user_created", lambda e: e["data"]["email"] == "bob@example.test")
    ours = [d for d in hook.deliveries() if d.event["organization_id"] == tenant.organization_id]
    assert mails(ours) == ["ann@example.test", "ann@example.test", "bob@example.test"]
    assert ours[0].id == ours[1].id and ours[0].body == ours[1].body
    assert int(ours[0].headers["webhook-timestamp"]) < int(ours[1].headers["webhook-timestamp"])


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_delivered(tenant, receiver, status):
    hook = tenant.hook(receiver)
    hook.answer_with(lambda delivery: status)
    for name in ("ann", "bob"):
        tenant.scim.create_user(name).expect(201)
    hook.wait_for(2)  # the second is sent only when the first counts as delivered
    assert mails(hook.deliveries()) == ["ann@example.test", "bob@example.test"]


def test_a_redirect_is_a_failure_and_is_not_followed(tenant, receiver):
    hook = tenant.hook(receiver)
    hook.answer_with(lambda delivery: 302 if len(hook.deliveries()) == 1 else 204)
    tenant.scim.create_user("ann").expect(201)
    wait_until(lambda: len(hook.deliveries()) == 2, "the repeat after the redirect")
    assert hook.deliveries()[0].id == hook.deliveries()[1].id


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_retries_survive_a_restart(new_server, receiver, end):
    server = new_server().start()
    tenant = Tenant(server, api_client(server))
    hook = tenant.hook(receiver)
    hook.answer_with(lambda delivery: 503 if len(hook.deliveries()) == 1 else 204)
    for name in ("ann", "bob", "eve"):
        tenant.scim.create_user(name).expect(201)
    wait_until(hook.deliveries, "the first attempt")
    if end == "stop":
        assert server.stop() == 0
    else:
        server.kill()
    server.start()
    wait_until(lambda: len(hook.deliveries()) == 4, "three deliveries after the restart")
    assert mails(hook.deliveries()) == [f"{n}@example.test" for n in ("ann", "ann", "bob", "eve")]
    assert hook.deliveries()[0].id == hook.deliveries()[1].id


def test_what_was_under_way_at_a_kill_is_sent_again_in_order(new_server, receiver, gate):
    server = new_server().start()
    tenant = Tenant(server, api_client(server))
    hook, dead = tenant.hook(receiver), tenant.hook(receiver)
    for held in (hook, dead):
        held.answer_with(lambda delivery: (gate.wait(), 204)[1])
    for name in ("ann", "bob", "eve"):
        tenant.scim.create_user(name).expect(201)
    wait_until(lambda: hook.deliveries() and dead.deliveries(), "both endpoints to hold a request")
    server.kill()
    hook.answer_with(lambda delivery: 204)
    server.start()
    wait_until(lambda: len(hook.deliveries()) == 4, "three deliveries after the start")
    assert mails(hook.deliveries()) == [f"{n}@example.test" for n in ("ann", "ann", "bob", "eve")]
    assert hook.deliveries()[0].id == hook.deliveries()[1].id
    assert not gate.is_set()


def test_filters_by_type_and_by_organization(server, api, tenant, receiver):
    other = Tenant(server, api)
    deletions = tenant.hook(receiver, event_types=["organization.directory.user_deleted"])
    everything = tenant.hook(receiver, organization_id=None)
    ann = tenant.scim.create_user("ann").expect(201).json()["id"]
    other.scim.create_user("elsewhere").expect(201)
    tenant.scim.delete(f"/Users/{ann}").expect(204)
    deletions.wait_for(1)
    everything.wait_for_type("organization.directory.user_created", lambda e: e["organization_id"] == other.organization_id)
    everything.wait_for_type("organization.directory.user_deleted")
    assert deletions.types() == ["organization.directory.user_deleted"]


def test_endpoints_are_managed_by_api_and_the_secret_is_shown_once(api, tenant, receiver):
    hook = tenant.hook(receiver, description="of the test", event_types=["organization.directory.user_created"])
    prefix, key = hook.secret.split("_")
    assert prefix == "whsec" and 24 <= len(base64.b64decode(key, validate=True)) <= 64
    shown = api.get(f"{ENDPOINTS}/{hook.id}").expect(200)
    endpoint = shown.json()["endpoint"]
    assert key.encode() not in shown.body and endpoint["enabled"] is True
    assert (endpoint["url"], endpoint["description"]) == (receiver.url + hook.path, "of the test")
    assert endpoint["event_types"] == ["organization.directory.user_created"]
    assert endpoint["organization_id"] == tenant.organization_id
    listed = api.get(ENDPOINTS).expect(200)
    assert hook.id in [e["id"] for e in listed.json()["endpoints"]] and key.encode() not in listed.body
    changed = api.patch(f"{ENDPOINTS}/{hook.id}", {"description": "changed"}).expect(200).json()["endpoint"]
    assert changed["description"] == "changed" and changed["url"] == endpoint["url"]
    assert api.delete(f"{ENDPOINTS}/{hook.id}").expect(200).json() == {}
    api.get(f"{ENDPOINTS}/{hook.id}").expect(404)


def test_disabled_and_deleted_endpoints_are_left_alone(api, tenant, receiver):
    disabled, deleted, alive = (tenant.hook(receiver) for _ in range(3))
    api.patch(f"{ENDPOINTS}/{disabled.id}", {"enabled": False}).expect(200)
    api.delete(f"{ENDPOINTS}/{deleted.id}").expect(200)
    for name in ("ann", "bob"):
        tenant.scim.create_user(name).expect(201)
    alive.wait_for(2)
    assert disabled.deliveries() == [] and deleted.deliveries() == []


@pytest.mark.parametrize("url", ["", "ftp://example.test/x", "file:///etc/passwd", "http://", "not a url",
                                 "http://user:secret@example.test/", "http://example.test/\r\nX: y"])
def test_urls_that_cannot_be_hooks_are_refused(api, url):
    assert api.post(ENDPOINTS, {"url": url}).expect(400).json()["error_code"] in ("INVALID_ARGUMENT",
                                                                                 "WEBHOOK_URL_NOT_ALLOWED")


def test_endpoints_need_a_caller(server):
    server.client().get(ENDPOINTS).expect(401)
    server.client().post(ENDPOINTS, {"url": ""}).expect(401)
    server.client().post("/oauth/token", **form({})).expect(400, 401)
