"""The whole path: an identity provider provisions, the application lists, a signed webhook arrives."""
import json

import pytest

from support.tenant import Tenant, api_client


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_from_organization_to_signed_webhook(server, receiver, scheme):
    client = server.client() if scheme == "http" else server.tls_client()
    tenant = Tenant(server, api_client(server, client))
    scim = tenant.scim_client(tenant.secret, client)
    hook = tenant.hook(receiver)

    ann = scim.create_user("ann", title="Engineer").expect(201).json()
    group = scim.create_group("Engineering", [ann["id"]]).expect(201).json()

    listed, = tenant.users(include_detail="true")
    assert listed["email"] == "ann@example.test" and [g["display_name"] for g in listed["groups"]] == ["Engineering"]

    created = hook.wait_for_type("organization.directory.user_created")
    assert created["spec_version"] == "1" and created["id"].startswith("evt_")
    assert created["object"] == "DirectoryUser" and created["occurred_at"].endswith("Z")
    assert created["environment_id"] == server.credentials["environment_id"]
    assert created["organization_id"] == tenant.organization_id and created["display_name"]
    data = created["data"]
    assert data["id"] == listed["id"] and data["organization_id"] == tenant.organization_id
    assert (data["email"], data["active"], data["given_name"]) == ("ann@example.test", True, "ann")
    assert data["name"] and data["preferred_username"] == "ann@example.test" and data["title"] == "Engineer"

    made = hook.wait_for_type("organization.directory.group_created")
    assert made["object"] == "DirectoryGroup"
    assert made["data"]["display_name"] == "Engineering" and made["data"]["directory_id"] == tenant.directory_id
    assert group["displayName"] == "Engineering"
    # The receiver fixture fails the test when any signature did not verify.
    assert all(d.headers["content-type"].startswith("application/json") for d in hook.deliveries())


def test_the_short_payload_of_the_first_documents_is_covered(tenant, receiver):
    hook = tenant.hook(receiver)
    tenant.scim.create_user("ann").expect(201)
    event = hook.wait_for_type("organization.directory.user_created")
    assert event["timestamp"] == event["occurred_at"]
    assert set(event) >= {"id", "type", "data", "timestamp"}
    assert set(event["data"]) >= {"email", "name", "organization_id", "directory_id"}
    assert event["data"]["directory_id"] == tenant.directory_id


def test_a_receiver_that_reserialises_verifies_too(tenant, receiver):
    """It parses the body and signs what json.dumps makes of it, so the body must be exactly that text."""
    hook = tenant.hook(receiver)
    made = tenant.scim.create_user("zoe", displayName='Zoë "Z" \\ 東京 \U0001f600 \u2028 </script>\t', title="naïve",
                                   nickName="del\x7f").expect(201).json()
    tenant.scim.create_group("Größe", [made["id"]]).expect(201)
    tenant.scim.set_active(made["id"], False).expect(200, 204)
    tenant.scim.delete(f"/Users/{made['id']}").expect(204)
    hook.wait_for_type("organization.directory.user_deleted")
    hook.wait_for_type("organization.directory.group_created")
    for delivery in hook.deliveries():
        assert json.dumps(json.loads(delivery.body)).encode() == delivery.body


def test_deliveries_carry_the_event_id(tenant, receiver):
    hook = tenant.hook(receiver)
    tenant.scim.create_user("ann").expect(201)
    hook.wait_for(1)
    delivery, = hook.first_deliveries()
    assert delivery.headers["webhook-id"] == delivery.event["id"]
