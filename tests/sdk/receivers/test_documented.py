"""Every receiver of docs/webhooks.md: the running server sends to it, and so does somebody who forges."""
import base64
import time

from program import new_secret, signed

ENDPOINTS = "/doorward/v1/webhook_endpoints"
BODY = b'{"id": "evt_forged", "type": "organization.directory.user_deleted", "data": {"id": "u", "email": "eve@example.test"}}'


def subscribe(tenant, url, secret):
    endpoint = {"url": url, "organization_id": tenant.organization_id, "event_types": ["organization.directory.*"],
                "secret": secret}
    return tenant.api.post(ENDPOINTS, endpoint).expect(201).json()["endpoint"]["id"]


def test_takes_real_events_once_each(tenant, receiver, command, start):
    secret = new_secret()
    program = start(command, secret)
    subscribe(tenant, program.url(), secret)
    subscribe(tenant, receiver.url + "/copy", secret)
    tenant.scim.create_user("zoe", displayName="Zoë 東京 \U0001F600").expect(201)
    tenant.scim.create_user("bob").expect(201)
    program.wait_for_event("zoe@example.test")
    program.wait_for_event("bob@example.test")  # comes only when the first was answered with 2xx
    copy = next(one for one in receiver.wait_for("/copy", 2) and receiver.deliveries("/copy"))
    assert program.post(dict(copy.headers.items()), copy.body) in range(200, 300)
    assert len(program.events("zoe@example.test")) == 1, "a repeat is answered and forgotten"


def test_takes_what_the_holder_of_its_secret_signs(command, start):
    secret = new_secret()
    program = start(command, secret)
    good = signed(secret, "evt_forged", BODY)
    other = signed(new_secret(), "evt_forged", BODY)["webhook-signature"]
    for signatures in (good["webhook-signature"], f"{other} {good['webhook-signature']}",
                       f"{good['webhook-signature']} {other}"):
        assert program.post({**good, "webhook-signature": signatures}, BODY) in range(200, 300), signatures
    assert len(program.events("evt_forged" if "Receiver" in str(command[-1]) else "eve@")) == 1


def test_refuses_everything_else(command, start):
    secret = new_secret()
    program = start(command, secret)
    good = signed(secret, "evt_forged", BODY)
    now = time.time()
    refused = {
        "changed body": (good, BODY.replace(b"eve@", b"ann@")),
        "other id": ({**good, "webhook-id": "evt_other"}, BODY),
        "other time": ({**good, "webhook-timestamp": str(int(now) - 10)}, BODY),
        "signed ten minutes ago": (signed(secret, "evt_forged", BODY, now - 600), BODY),
        "signed for in ten minutes": (signed(secret, "evt_forged", BODY, now + 600), BODY),
        "time that is no number": ({**good, "webhook-timestamp": "soon"}, BODY),
        "another secret": (signed(new_secret(), "evt_forged", BODY), BODY),
        "another scheme": ({**good, "webhook-signature": good["webhook-signature"].replace("v1,", "v2,")}, BODY),
        "no signature in it": ({**good, "webhook-signature": "v1,"}, BODY),
        "zeros": ({**good, "webhook-signature": "v1," + base64.b64encode(bytes(32)).decode()}, BODY),
        "nothing": ({}, BODY),
    }
    for name in good:
        refused[f"without {name}"] = ({k: v for k, v in good.items() if k != name}, BODY)
    answers = {why: program.post(headers, body) for why, (headers, body) in refused.items()}
    assert answers == {why: 400 for why in refused}
    assert program.events() == []


def test_goes_on_while_its_secret_is_exchanged(tenant, command, start):
    old = new_secret()
    before = start(command, old)
    endpoint = f"{ENDPOINTS}/{subscribe(tenant, before.url(), old)}"
    rotated = tenant.api.post(f"{endpoint}/secrets:rotate", {"overlap": "3600s"}).expect(200).json()
    tenant.scim.create_user("during").expect(201)
    before.wait_for_event("during@example.test")

    after = start(command, rotated["secret"])
    tenant.api.patch(endpoint, {"url": after.url()}).expect(200)
    tenant.scim.create_user("changed").expect(201)
    after.wait_for_event("changed@example.test")

    old_one = tenant.api.get(f"{endpoint}/secrets").expect(200).json()["webhook_secrets"][1]
    assert old.endswith(old_one["suffix"])
    tenant.api.delete(f"{endpoint}/secrets/{old_one['id']}").expect(200)
    tenant.scim.create_user("revoked").expect(201)
    after.wait_for_event("revoked@example.test")
