"""Webhooks of the real pipeline, verified by the Python SDK."""
import base64
import json
import time

import pytest
from scalekit.common.exceptions import WebhookVerificationError

from support.waiting import wait_until


@pytest.fixture
def delivery(tenant, receiver):
    """One delivery with text outside ASCII, and the secret of its endpoint."""
    hook = tenant.hook(receiver)
    tenant.scim.create_user("zoe", displayName="Zoë 東京 \U0001F600").expect(201)
    wait_until(lambda: any(one.type == "organization.directory.user_created" for one in hook.deliveries()),
               "the user's webhook")
    found = next(one for one in hook.deliveries() if one.type == "organization.directory.user_created")
    return found, hook.secret


def test_verifies_raw_and_as_the_seeds_sample_serialises_it(scalekit, delivery):
    found, secret = delivery
    assert scalekit.verify_webhook_payload(secret, found.headers, found.body) is True
    assert scalekit.verify_webhook_payload(secret, found.headers, found.body.decode()) is True
    again = json.dumps(json.loads(found.body)).encode("utf-8")
    assert scalekit.verify_webhook_payload(secret=secret, headers=found.headers, payload=again) is True


def test_verifies_among_other_signatures(scalekit, delivery):
    found, secret = delivery
    headers = dict(found.headers.items())
    other = base64.b64encode(bytes(32)).decode()
    headers["webhook-signature"] = f"v1,{other} v2,{other} {found.headers['webhook-signature']}"
    assert scalekit.verify_webhook_payload(secret, headers, found.body) is True


def test_refuses_what_was_changed(scalekit, delivery):
    found, secret = delivery
    good = {name: found.headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    old = str(int(good["webhook-timestamp"]) - 600)
    changed = [
        (secret, good, found.body.replace(b"zoe@", b"eve@")),
        ("whsec_" + base64.b64encode(b"another key, long enough").decode(), good, found.body),
        (secret, {**good, "webhook-id": "evt_1"}, found.body),
        (secret, {**good, "webhook-timestamp": old}, found.body),
        (secret, {**good, "webhook-timestamp": str(int(time.time()) + 600)}, found.body),
        (secret, {**good, "webhook-signature": "v1," + base64.b64encode(bytes(32)).decode()}, found.body),
        (secret, {name: value for name, value in good.items() if name != "webhook-signature"}, found.body),
    ]
    for arguments in changed:
        with pytest.raises(WebhookVerificationError):
            scalekit.verify_webhook_payload(*arguments)


def test_carries_what_the_seeds_page_shows(tenant, delivery):
    """Fields of the older envelope as well as of today's."""
    event = delivery[0].event
    assert {"id", "type", "data", "timestamp", "spec_version", "object", "occurred_at", "organization_id"} <= set(event)
    shown = {name: event["data"][name] for name in ("email", "name", "organization_id", "directory_id")}
    assert shown == {"email": "zoe@example.test", "name": "Zoë 東京 \U0001F600", "organization_id": tenant.organization_id,
                     "directory_id": tenant.directory_id}
