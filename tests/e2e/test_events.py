"""Which change tells subscribers what."""
import pytest

from support.tenant import PATCH_SCHEMA, user

USER = "organization.directory.user_"
GROUP = "organization.directory.group_"


def settle(tenant, hook):
    """All events so far: the event of a last change comes after them, in the directory's order."""
    last = tenant.scim.create_user(f"settle{len(hook.events())}").expect(201).json()
    hook.wait_for_type(USER + "created", lambda e: e["data"]["email"] == last["userName"])
    return [e for e in hook.events() if not e["data"].get("email", "").startswith("settle")]


def types(events):
    return [e["type"] for e in events]


def test_deactivation_reads_as_deletion_and_activation_as_creation(tenant, receiver):
    hook = tenant.hook(receiver)
    ann = tenant.scim.create_user("ann").expect(201).json()["id"]
    tenant.scim.set_active(ann, False).expect(200, 204)
    tenant.scim.set_active(ann, False).expect(200, 204)  # nothing changes: nothing is told
    tenant.scim.set_active(ann, True).expect(200, 204)
    events = settle(tenant, hook)
    assert types(events) == [USER + "created", USER + "deleted", USER + "created"]
    assert {e["data"]["id"] for e in events} == {events[0]["data"]["id"]}
    assert events[1]["data"]["email"] == "ann@example.test"
    assert set(events[1]["data"]) >= {"id", "organization_id", "dp_id", "email"}


def test_a_user_created_inactive_is_announced_when_active(tenant, receiver):
    hook = tenant.hook(receiver)
    ann = tenant.scim.create_user("ann", active=False).expect(201).json()["id"]
    tenant.scim.patch(f"/Users/{ann}", {"op": "replace", "path": "title", "value": "unseen"}).expect(200, 204)
    assert settle(tenant, hook) == []
    tenant.scim.set_active(ann, True).expect(200, 204)
    event, = settle(tenant, hook)
    assert event["type"] == USER + "created" and event["data"]["title"] == "unseen"


def test_an_inactive_user_that_is_deleted_was_already_told(tenant, receiver):
    hook = tenant.hook(receiver)
    ann = tenant.scim.create_user("ann").expect(201).json()["id"]
    tenant.scim.set_active(ann, False).expect(200, 204)
    tenant.scim.delete(f"/Users/{ann}").expect(204)
    never = tenant.scim.create_user("never", active=False).expect(201).json()["id"]
    tenant.scim.delete(f"/Users/{never}").expect(204)
    told = types(settle(tenant, hook))
    assert told[:2] == [USER + "created", USER + "deleted"]
    assert USER + "created" not in told[2:]


@pytest.mark.parametrize("active", [True, False])
def test_taking_active_away_neither_activates_nor_deactivates(tenant, receiver, active):
    ann = tenant.scim.create_user("ann", active=active).expect(201).json()["id"]
    hook = tenant.hook(receiver)
    answer = tenant.scim.patch(f"/Users/{ann}", {"op": "remove", "path": "active"}).expect(200)
    assert "active" not in answer.json() and "active" not in tenant.scim.user(ann).expect(200).json()
    assert types(settle(tenant, hook)) == ([USER + "updated"] if active else [])
    tenant.scim.set_active(ann, not active).expect(200)
    assert types(settle(tenant, hook))[-1] == USER + ("deleted" if active else "created")


def test_update_and_delete(tenant, receiver):
    hook = tenant.hook(receiver)
    ann = tenant.scim.create_user("ann").expect(201).json()["id"]
    tenant.scim.patch(f"/Users/{ann}", {"op": "replace", "path": "title", "value": "Chief"}).expect(200, 204)
    tenant.scim.send("PUT", f"/Users/{ann}", user("ann", title="Chief", nickName="A")).expect(200)
    tenant.scim.delete(f"/Users/{ann}").expect(204)
    events = settle(tenant, hook)
    assert types(events) == [USER + "created", USER + "updated", USER + "updated", USER + "deleted"]
    assert events[1]["data"]["title"] == "Chief" and events[2]["data"]["nickname"] == "A"


def test_what_changes_nothing_tells_nothing(tenant, receiver):
    hook = tenant.hook(receiver)
    document = user("ann", title="Same")
    ann = tenant.scim.send("POST", "/Users", document).expect(201).json()["id"]
    tenant.scim.send("PUT", f"/Users/{ann}", document).expect(200)
    tenant.scim.patch(f"/Users/{ann}", {"op": "replace", "path": "title", "value": "Same"}).expect(200, 204)
    tenant.scim.send("PATCH", f"/Users/{ann}", {"schemas": [PATCH_SCHEMA], "Operations": [
        {"op": "replace", "value": {"password": "n3w"}}]}).expect(200, 204)
    tenant.scim.create_user("ann").expect(409)
    assert types(settle(tenant, hook)) == [USER + "created"]


def test_group_changes_tell_each_affected_member(tenant, receiver):
    hook = tenant.hook(receiver)
    ann, bob = (tenant.scim.create_user(n).expect(201).json()["id"] for n in ("ann", "bob"))
    group = tenant.scim.create_group("Engineering", [ann]).expect(201).json()["id"]
    tenant.scim.add_members(group, bob).expect(200, 204)
    tenant.scim.add_members(group, bob).expect(200, 204)  # again: nothing
    tenant.scim.remove_member(group, ann).expect(200, 204)
    tenant.scim.patch(f"/Groups/{group}", {"op": "replace", "path": "displayName", "value": "Platform"}).expect(200, 204)
    tenant.scim.delete(f"/Groups/{group}").expect(204)
    events = settle(tenant, hook)[2:]

    def step(count):
        taken = [(e["type"], e["data"].get("email") or e["data"].get("display_name")) for e in events[:count]]
        del events[:count]
        return sorted(taken)

    groups_of = {e["data"]["email"]: [[g["name"] for g in x["data"]["groups"]] for x in events
                                      if x["type"] == USER + "updated" and x["data"]["email"] == e["data"]["email"]]
                 for e in events if e["type"] == USER + "updated"}
    ann_mail, bob_mail = "ann@example.test", "bob@example.test"
    assert step(2) == [(GROUP + "created", "Engineering"), (USER + "updated", ann_mail)]
    assert step(2) == [(GROUP + "updated", "Engineering"), (USER + "updated", bob_mail)]
    assert step(2) == [(GROUP + "updated", "Engineering"), (USER + "updated", ann_mail)]
    renamed = [e["type"] for e in events if e["data"].get("display_name") == "Platform"]
    assert GROUP + "updated" in renamed
    assert types(events)[-2:] == [USER + "updated", GROUP + "deleted"]
    assert groups_of[ann_mail] == [["Engineering"], []]
    assert groups_of[bob_mail][0] == ["Engineering"] and groups_of[bob_mail][-1] == []


def assign(tenant, **roles):
    """Roles by group id, in place of all others."""
    wanted = [{"group_id": group, "role_name": role} for group, role in roles.items()]
    tenant.api.put(f"{tenant.directories}/{tenant.directory_id}/groups/-/roles:assign",
                   {"assignments": wanted}).expect(200)


def roles(event):
    return [r["role_name"] for r in event["data"].get("roles", [])]


def test_roles_follow_assignments_memberships_and_groups(tenant, receiver):
    hook = tenant.hook(receiver)
    ann, bob = (tenant.scim.create_user(n).expect(201).json()["id"] for n in ("ann", "bob"))
    staff = tenant.scim.create_group("Staff", [ann]).expect(201).json()["id"]
    admins = tenant.scim.create_group("Admins", ["ext-cat"]).expect(201).json()["id"]
    assign(tenant, **{staff: "member", admins: "admin"})
    tenant.scim.add_members(admins, ann, bob).expect(200, 204)
    tenant.scim.remove_member(admins, ann).expect(200, 204)
    assign(tenant, **{staff: "member", admins: "admin"})  # the same again: nothing
    tenant.scim.create_user("cat").expect(201)
    tenant.scim.delete(f"/Groups/{admins}").expect(204)
    assign(tenant)
    events = settle(tenant, hook)

    def told(name):
        return [roles(e) for e in events if e["data"].get("email") == f"{name}@example.test"]

    assert told("ann") == [[], [], ["member"], ["admin", "member"], ["member"], []]
    assert told("bob") == [[], ["admin"], []]
    assert told("cat") == [[], ["admin"], []]
    deleted = [e["type"] for e in events].index(GROUP + "deleted")
    assert [e["data"]["email"] for e in events[deleted - 2:deleted]] == ["bob@example.test", "cat@example.test"]
    assert {e["data"]["groups"][0]["name"] for e in events if roles(e) == ["member"]} == {"Staff"}


def test_a_mapping_tells_whom_it_changes(tenant, receiver):
    hook = tenant.hook(receiver)
    tenant.scim.create_user("ann", title="Chief").expect(201)
    tenant.scim.create_user("bob").expect(201)
    path = f"{tenant.directories}/{tenant.directory_id}/attributes"
    mapping = {"attributes": [{"key": "user_type", "map_to": "title"}, {"key": "badge", "map_to": "title"}]}
    tenant.api.put(path, mapping).expect(200)
    tenant.api.put(path, mapping).expect(200)
    events = settle(tenant, hook)
    assert types(events) == [USER + "created"] * 2 + [USER + "updated"]
    assert events[2]["data"]["user_type"] == "Chief"
    assert events[2]["data"]["custom_attributes"] == {"badge": "Chief"}
    assert events[2]["data"]["raw_attributes"]["title"] == "Chief"


def test_a_deleted_user_leaves_its_groups(tenant, receiver):
    hook = tenant.hook(receiver)
    ann, bob = (tenant.scim.create_user(n).expect(201).json()["id"] for n in ("ann", "bob"))
    group = tenant.scim.create_group("Engineering", [ann, bob]).expect(201).json()["id"]
    tenant.scim.delete(f"/Users/{ann}").expect(204)
    members = tenant.scim.send("GET", f"/Groups/{group}").expect(200).json()["members"]
    assert [m["value"] for m in members] == [bob]
    told = settle(tenant, hook)
    assert [e["type"] for e in told if e["data"].get("email") == "ann@example.test"][-1] == USER + "deleted"


def test_organization_events(api, receiver, tenant):
    hook = tenant.hook(receiver, organization_id=None, event_types=["organization.created", "organization.updated",
                                                                    "organization.deleted"])
    made = api.post("/api/v1/organizations", {"display_name": "First", "external_id": hook.path}).expect(201).json()
    path = "/api/v1/organizations/" + made["organization"]["id"]
    api.patch(path, {"display_name": "Second"}).expect(200)
    api.delete(path).expect(200)

    def ours():
        return [e for e in hook.events() if e["data"]["id"] == made["organization"]["id"]]

    hook.wait_for_type("organization.deleted", lambda e: e["data"]["id"] == made["organization"]["id"])
    assert types(ours()) == ["organization.created", "organization.updated", "organization.deleted"]
    created, updated, deleted = ours()
    assert (created["data"]["display_name"], updated["data"]["display_name"]) == ("First", "Second")
    assert created["object"] == "Organization" and created["data"]["external_id"] == hook.path
    assert deleted["data"]["id"] == made["organization"]["id"]


def test_deleting_an_organization_is_one_event(api, receiver, tenant):
    """Its users are purged without a word each."""
    hook = tenant.hook(receiver, organization_id=None)
    for number in range(5):
        tenant.scim.create_user(f"u{number}").expect(201)
    hook.wait_for_type(USER + "created", lambda e: e["data"]["email"] == "u4@example.test")
    api.delete(f"/api/v1/organizations/{tenant.organization_id}").expect(200)
    hook.wait_for_type("organization.deleted", lambda e: e["data"]["id"] == tenant.organization_id)
    # The next organization's event is behind whatever the deletion told.
    other = api.post("/api/v1/organizations", {"display_name": "Next"}).expect(201).json()["organization"]["id"]
    hook.wait_for_type("organization.created", lambda e: e["data"]["id"] == other)
    after = [e["type"] for e in hook.events() if e["organization_id"] == tenant.organization_id]
    assert after.count("organization.deleted") == 1 and USER + "deleted" not in after


def test_directory_switches_are_told(tenant, receiver):
    hook = tenant.hook(receiver)
    path = f"{tenant.directories}/{tenant.directory_id}"
    tenant.api.patch(path + ":disable").expect(200)
    tenant.api.patch(path + ":enable").expect(200)
    hook.wait_for_type("organization.directory_enabled")
    assert hook.types() == ["organization.directory_disabled", "organization.directory_enabled"]
    assert hook.events()[0]["data"]["enabled"] is False
