"""The delivery log by API: lists, attempts, sending again, test events."""
import datetime
import json

import pytest

from support.tenant import Tenant, api_client
from support.waiting import wait_until

ENDPOINTS = "/doorward/v1/webhook_endpoints"
USER_CREATED = "organization.directory.user_created"


@pytest.fixture
def hook(tenant, receiver):
    return tenant.hook(receiver, retry_schedule="0,1,86400")


def log(api, hook, query=""):
    return api.get(f"{ENDPOINTS}/{hook.id}/deliveries{query}").expect(200).json()


def detail(api, hook, event_id):
    return api.get(f"{ENDPOINTS}/{hook.id}/deliveries/{event_id}").expect(200).json()


def wait_for_status(api, hook, event_id, *statuses):
    return wait_until(lambda: (found := detail(api, hook, event_id))["delivery"]["status"] in statuses and found,
                      lambda: f"{statuses}; is {detail(api, hook, event_id)}")


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def test_a_delivery_shows_its_attempts_and_its_body(api, tenant, hook):
    answers = iter((500, 201))
    hook.answer_with(lambda delivery: next(answers))
    tenant.scim.create_user("ann").expect(201)
    hook.wait_for(1)
    event_id = hook.deliveries()[0].id
    found = wait_for_status(api, hook, event_id, "DELIVERED")
    assert found["delivery"]["event_type"] == USER_CREATED and found["delivery"]["test"] is False
    assert found["delivery"]["organization_id"] == tenant.organization_id
    assert found["request_body"].encode() == hook.deliveries()[0].body
    first, second = found["attempts"]
    assert (first["number"], first["http_status"], second["number"], second["http_status"]) == (1, 500, 2, 201)
    assert first["latency"].endswith("s") and first["start_time"] < second["start_time"]
    assert second["request_headers"]["webhook-id"] == event_id
    assert "webhook-signature" not in second["request_headers"]


def test_the_log_is_filtered_and_paged(api, tenant, hook):
    hook.answer_with(lambda delivery: 500 if "bad" in delivery.event["data"].get("email", "") else 204)
    names = [f"u{number}" for number in range(5)]
    for name in names:
        tenant.scim.create_user(name).expect(201)
    hook.wait_for(5)
    wait_until(lambda: len(log(api, hook, "?statuses=DELIVERED&page_size=100")["deliveries"]) == 5, "five delivered")
    seen, query = [], "?page_size=2"
    while query:
        page = log(api, hook, query)
        assert len(page["deliveries"]) <= 2
        seen += [one["event_id"] for one in page["deliveries"]]
        query = page["next_page_token"] and f"?page_size=2&page_token={page['next_page_token']}"
    assert seen == [one.id for one in reversed(hook.first_deliveries())]
    assert log(api, hook, "?statuses=FAILED")["deliveries"] == []
    assert log(api, hook, "?event_type=organization.created")["deliveries"] == []
    assert len(log(api, hook, f"?event_type={USER_CREATED}")["deliveries"]) == 5
    assert log(api, hook, "?until=2020-01-01T00:00:00Z")["deliveries"] == []
    api.get(f"{ENDPOINTS}/{hook.id}/deliveries?statuses=SOMETIMES").expect(400)


def test_one_is_sent_again_on_request(api, tenant, hook):
    tenant.scim.create_user("ann").expect(201)
    hook.wait_for(1)
    event_id = hook.deliveries()[0].id
    wait_for_status(api, hook, event_id, "DELIVERED")
    again = api.post(f"{ENDPOINTS}/{hook.id}/deliveries/{event_id}:resend").expect(200).json()["delivery"]
    assert again["status"] == "RESENDING" and again["out_of_order"] is True
    wait_until(lambda: len(hook.deliveries()) == 2, "the repeat")
    assert hook.deliveries()[0].id == hook.deliveries()[1].id and hook.deliveries()[0].body == hook.deliveries()[1].body
    attempts = wait_for_status(api, hook, event_id, "DELIVERED")["attempts"]
    assert [one["resend"] for one in attempts] == [False, True]


def test_a_range_is_sent_again(api, tenant, hook):
    since = now()
    for name in ("ann", "bob", "eve"):
        tenant.scim.create_user(name).expect(201)
    hook.wait_for(3)
    path = f"{ENDPOINTS}/{hook.id}/deliveries:resend"
    wait_until(lambda: len(log(api, hook, "?statuses=DELIVERED")["deliveries"]) == 3, "three delivered")
    made = api.post(path, {"since": since, "include_delivered": True}).expect(200).json()
    assert made["job_id"].startswith("job_")
    wait_until(lambda: len(hook.deliveries()) == 6, "all of them again")
    assert {one.id for one in hook.deliveries()[3:]} == {one.id for one in hook.deliveries()[:3]}
    api.post(path, {}).expect(400)
    api.post(path, {"since": now(), "until": since}).expect(400)


def test_a_test_event_returns_what_the_receiver_says(api, tenant, hook):
    hook.answer_with(lambda delivery: 418)
    said = api.post(f"{ENDPOINTS}/{hook.id}:test", {"event_type": USER_CREATED}).expect(200).json()
    assert said["delivered"] is False and said["attempt"]["http_status"] == 418
    hook.answer_with(lambda delivery: 202)
    said = api.post(f"{ENDPOINTS}/{hook.id}:test", {"event_type": "organization.deleted"}).expect(200).json()
    assert said["delivered"] is True and said["attempt"]["http_status"] == 202
    came = hook.deliveries()[-1]
    assert came.id == said["event_id"] and came.event["test"] is True and came.type == "organization.deleted"
    assert detail(api, hook, said["event_id"])["delivery"]["test"] is True
    api.post(f"{ENDPOINTS}/{hook.id}:test", {"event_type": "user.moved"}).expect(400)


def test_a_test_event_is_no_port_scanner(api, tenant, hook):
    api.patch(f"{ENDPOINTS}/{hook.id}", {"url": "http://127.0.0.1:1/"}).expect(200)
    said = api.post(f"{ENDPOINTS}/{hook.id}:test", {"event_type": USER_CREATED}).expect(200).json()
    assert (said["attempt"]["error"], said["attempt"]["latency"]) == ("target_unreachable", "10s")
    for _ in range(9):
        api.post(f"{ENDPOINTS}/{hook.id}:test", {"event_type": USER_CREATED}).expect(200)
    limited = api.post(f"{ENDPOINTS}/{hook.id}:test", {"event_type": USER_CREATED})
    limited.refuses(429, "RATE_LIMITED")
    assert int(limited.headers["retry-after"]) > 0


def test_the_public_test_event_goes_to_every_endpoint_that_wants_its_type(new_server, receiver):
    server = new_server().start()
    api = api_client(server)
    tenant = Tenant(server, api)
    wants = [tenant.hook(receiver, organization_id=None), tenant.hook(receiver, event_types=["organization.directory.*"])]
    others = [tenant.hook(receiver, event_types=["organization.created"]), tenant.hook(receiver, enabled=False)]
    answer = api.post(f"/api/v1/webhooks/test-event/{USER_CREATED}").expect(200).json()
    assert answer["event_type"] == USER_CREATED and answer["event_payload"]["type"] == USER_CREATED
    for hook in wants:
        assert [one.event["test"] for one in hook.deliveries()] == [True]
    for hook in others:
        assert hook.deliveries() == []
    api.post("/api/v1/webhooks/test-event/user.moved").expect(400)
    api.get("/api/v1/webhooks/portal-url").expect(501)
    api.get("/api/v1/webhooks/wb/app").expect(501)


def test_health_tells_what_came_and_what_did_not(api, tenant, hook):
    tenant.scim.create_user("ann").expect(201)
    hook.wait_for(1)
    wait_for_status(api, hook, hook.deliveries()[0].id, "DELIVERED")
    hook.answer_with(lambda delivery: 503)
    for name in ("bob", "eve"):
        tenant.scim.create_user(name).expect(201)
    path = f"{ENDPOINTS}/{hook.id}/health"
    health = wait_until(lambda: (found := api.get(path).expect(200).json()).get("last_failure") and
                        found["waiting"] == 2 and found, "a failure, and one that waits behind it")
    assert (health["delivered"], health["failed"], health["waiting"]) == (1, 0, 2)
    assert health["last_success"]["event_id"] == hook.deliveries()[0].id
    assert health["last_failure"]["http_status"] == 503
    assert health["last_failure"]["event_id"] == json.loads(hook.deliveries()[1].body)["id"]


def test_what_is_not_there_is_not_found(api, hook):
    api.get(f"{ENDPOINTS}/whe_1/deliveries").refuses(404, "WEBHOOK_ENDPOINT_NOT_FOUND")
    api.post(f"{ENDPOINTS}/whe_1:test", {"event_type": USER_CREATED}).refuses(404, "WEBHOOK_ENDPOINT_NOT_FOUND")
    api.get(f"{ENDPOINTS}/{hook.id}/deliveries/evt_1").refuses(404, "DELIVERY_NOT_FOUND")
    api.post(f"{ENDPOINTS}/{hook.id}/deliveries/evt_1:resend").refuses(404, "DELIVERY_NOT_FOUND")
