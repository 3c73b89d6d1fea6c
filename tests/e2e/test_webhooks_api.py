"""The management of webhook endpoints: fields, filters, secrets, event types."""
import base64
import secrets

import pytest

from support.tenant import Tenant, api_client
from support.waiting import wait_until
from support.webhooks import BadSignature, verify

ENDPOINTS = "/doorward/v1/webhook_endpoints"
URL = "https://app.example.com/webhooks"


def create(api, **fields):
    """A new endpoint and its secret."""
    made = api.post(ENDPOINTS, {"url": URL, **fields}).expect(201).json()
    return made["endpoint"], made["secret"]


def violation(answer):
    """The field at fault and what its description tells to do."""
    found = answer.expect(400).json()["validation_error_info"]["field_violations"]
    assert len(found) == 1, found
    return found[0]["field"], found[0]["description"]


def own_secret(length=32):
    return "whsec_" + base64.b64encode(secrets.token_bytes(length)).decode()


# -- fields


def test_an_endpoint_shows_what_it_was_given(api, tenant):
    given = {"url": URL, "description": "CRM", "event_types": ["organization.created", "organization.directory.*"],
             "organization_id": tenant.organization_id, "retry_schedule": "0,60,3600", "enabled": False}
    endpoint, _ = create(api, **given)
    shown = api.get(f"{ENDPOINTS}/{endpoint['id']}").expect(200).json()["endpoint"]
    assert {name: shown[name] for name in given} == given
    assert shown["disabled_reason"] == "" and shown.get("failing_since") is None
    assert create(api)[0]["retry_schedule"] == "standard"


def test_absent_fields_keep_their_value_and_named_ones_are_cleared(api, tenant):
    endpoint, _ = create(api, description="CRM", organization_id=tenant.organization_id, retry_schedule="fast",
                         event_types=["organization.created"])
    path = f"{ENDPOINTS}/{endpoint['id']}"
    changed = api.patch(path, {"description": "ERP"}).expect(200).json()["endpoint"]
    assert changed == {**endpoint, "description": "ERP", "update_time": changed["update_time"]}
    cleared = api.patch(f"{path}?update_mask=event_types,organization_id,retry_schedule", {}).expect(200).json()["endpoint"]
    assert (cleared["event_types"], cleared.get("organization_id"), cleared["retry_schedule"]) == ([], None, "standard")
    assert api.patch(path, {"description": "ERP"}).expect(200).json()["endpoint"] == cleared, "nothing changed"


@pytest.mark.parametrize("fields, field, remedy", [
    ({"event_types": ["organization.created", "user.moved"]}, "event_types[1]", "ListEventTypes"),
    ({"event_types": ["organization.*.created"]}, "event_types[0]", ".*"),
    ({"description": "x" * 1025}, "endpoint.description", "1024"),
    ({"retry_schedule": "sometimes"}, "retry_schedule", "preset"),
    ({"retry_schedule": "5,5"}, "retry_schedule", "begin with 0"),
    ({"secret": "mine"}, "secret", "24 to 64"),
    ({"secret": own_secret(23)}, "secret", "24 to 64"),
])
def test_a_refusal_names_the_field_and_the_remedy(api, fields, field, remedy):
    found, description = violation(api.post(ENDPOINTS, {"url": URL, **fields}))
    assert found.endswith(field) and remedy in description, (found, description)


def test_what_is_not_there_is_not_found(api, tenant):
    for call in (("GET", ""), ("PATCH", ":enable"), ("PATCH", ":disable"), ("GET", "/secrets"),
                 ("POST", "/secrets:rotate"), ("DELETE", "/secrets/whs_1"), ("DELETE", "")):
        api.request(call[0], f"{ENDPOINTS}/whe_1{call[1]}").refuses(404, "WEBHOOK_ENDPOINT_NOT_FOUND")
    api.post(ENDPOINTS, {"url": URL, "organization_id": "org_1"}).refuses(404, "ORGANIZATION_NOT_FOUND")
    endpoint, _ = create(api)
    api.delete(f"{ENDPOINTS}/{endpoint['id']}/secrets/whs_1").refuses(404, "WEBHOOK_SECRET_NOT_FOUND")


# -- filters and the switch


def test_a_prefix_lets_all_types_below_it_pass(api, tenant, receiver):
    hook = tenant.hook(receiver, event_types=["organization.directory.*"])
    everything = tenant.hook(receiver)
    api.patch(f"{tenant.directories}/{tenant.directory_id}:disable").expect(200)
    api.patch(f"{tenant.directories}/{tenant.directory_id}:enable").expect(200)
    tenant.scim.create_user("ann").expect(201)
    everything.wait_for(3)
    hook.wait_for(1)
    assert hook.types() == ["organization.directory.user_created"]


def test_disabled_it_is_left_alone_and_enabled_it_is_told_of_what_follows(api, tenant, receiver):
    hook, witness = tenant.hook(receiver), tenant.hook(receiver)
    assert api.patch(f"{ENDPOINTS}/{hook.id}:disable").expect(200).json()["endpoint"]["enabled"] is False
    tenant.scim.create_user("meanwhile").expect(201)
    witness.wait_for(1)
    assert api.patch(f"{ENDPOINTS}/{hook.id}:enable").expect(200).json()["endpoint"]["enabled"] is True
    tenant.scim.create_user("after").expect(201)
    hook.wait_for(1)
    assert [event["data"]["email"] for event in hook.events()] == ["after@example.test"]


# -- secrets


def test_while_secrets_overlap_both_sign_and_then_only_the_new_one(api, tenant, receiver):
    hook = tenant.hook(receiver)
    old = hook.secret
    rotated = api.post(f"{ENDPOINTS}/{hook.id}/secrets:rotate", {"overlap": "3600s"}).expect(200).json()
    new = rotated["secret"]
    assert new != old and new.endswith(rotated["webhook_secret"]["suffix"])
    tenant.scim.create_user("both").expect(201)
    hook.wait_for(1)
    both = hook.deliveries()[0]
    signatures = both.headers["webhook-signature"].split(" ")
    assert len(signatures) == 2 and len(set(map(len, signatures))) == 1
    for secret in (old, new):
        verify(secret, both.headers, both.body)

    listed = api.get(f"{ENDPOINTS}/{hook.id}/secrets").expect(200)
    ours, theirs = listed.json()["webhook_secrets"]
    assert ours == rotated["webhook_secret"] and ours.get("expire_time") is None
    assert theirs["expire_time"] and old.endswith(theirs["suffix"])
    assert old.encode() not in listed.body and new.encode() not in listed.body

    receiver.secrets[hook.path] = new
    api.delete(f"{ENDPOINTS}/{hook.id}/secrets/{theirs['id']}").expect(200)
    tenant.scim.create_user("alone").expect(201)
    hook.wait_for(2)
    alone = hook.deliveries()[-1]
    assert " " not in alone.headers["webhook-signature"]
    with pytest.raises(BadSignature):
        verify(old, alone.headers, alone.body)


def test_an_overlap_of_zero_ends_the_old_secret_at_once(api, tenant, receiver):
    hook = tenant.hook(receiver)
    rotated = api.post(f"{ENDPOINTS}/{hook.id}/secrets:rotate", {"overlap": "0s"}).expect(200).json()
    receiver.secrets[hook.path] = rotated["secret"]
    assert len(api.get(f"{ENDPOINTS}/{hook.id}/secrets").expect(200).json()["webhook_secrets"]) == 1
    tenant.scim.create_user("ann").expect(201)
    hook.wait_for(1)
    assert " " not in hook.deliveries()[0].headers["webhook-signature"]


def test_the_current_secret_stays_and_their_number_is_bounded(api):
    endpoint, _ = create(api)
    path = f"{ENDPOINTS}/{endpoint['id']}/secrets"
    current = api.get(path).expect(200).json()["webhook_secrets"][0]["id"]
    api.delete(f"{path}/{current}").refuses(400, "WEBHOOK_SECRET_CURRENT")
    for _ in range(4):
        api.post(f"{path}:rotate", {}).expect(200)
    refusal = api.post(f"{path}:rotate", {}).refuses(429, "WEBHOOK_SECRET_LIMIT")
    assert "Revoke" in str(refusal)
    assert violation(api.post(f"{path}:rotate", {"overlap": "2592001s"}))[0] == "overlap"


def test_an_own_secret_signs(api, tenant, receiver):
    own = own_secret(24)
    hook = tenant.hook(receiver, secret=own)
    assert hook.secret == own
    tenant.scim.create_user("ann").expect(201)
    hook.wait_for(1)
    another = own_secret(64)
    rotated = api.post(f"{ENDPOINTS}/{hook.id}/secrets:rotate", {"overlap": "60s", "secret": another}).expect(200).json()
    assert rotated["secret"] == another
    tenant.scim.create_user("bob").expect(201)
    hook.wait_for(2)
    verify(another, hook.deliveries()[-1].headers, hook.deliveries()[-1].body)
    assert violation(api.post(f"{ENDPOINTS}/{hook.id}/secrets:rotate", {"secret": another}))[0] == "secret"


def test_secrets_are_in_the_answer_that_makes_them_and_nowhere_else(new_server, receiver):
    server = new_server("--log-level", "debug", "--log-format", "json").start()
    api = api_client(server)
    tenant = Tenant(server, api)
    hook = tenant.hook(receiver, description="canary here")
    known = [hook.secret, own_secret()]
    path = f"{ENDPOINTS}/{hook.id}/secrets:rotate"
    known.append(api.post(path, {}).expect(200).json()["secret"])
    api.post(path, {"secret": known[1]}).expect(200)
    refused = api.post(path, {"secret": known[1]}).expect(400)
    assert known[1].encode() not in refused.body
    tenant.scim.create_user("ann").expect(201)
    hook.wait_for(1)
    assert server.stop() == 0
    stored = server.database.contents(server)
    assert b"canary here" in stored, "the search looks in the right place"
    for secret in known:
        key = secret.removeprefix("whsec_")
        for form in (key.encode(), base64.b64decode(key), base64.b64decode(key).hex().encode()):
            assert form not in stored and form not in server.log().encode()
            assert not [one for one in hook.deliveries() if form in one.body]
    assert b"whsec_" not in stored


# -- event types


def test_event_types_come_with_samples_of_their_bodies(api, server):
    listed = api.get("/doorward/v1/webhook_event_types").expect(200).json()["event_types"]
    names = [one["name"] for one in listed]
    assert names == sorted(names) and "organization.directory.user_created" in names
    for one in listed:
        assert one["description"] and one["sample"]["type"] == one["name"]
        assert one["sample"]["environment_id"] == server.credentials["environment_id"]
        create(api, event_types=[one["name"]])
