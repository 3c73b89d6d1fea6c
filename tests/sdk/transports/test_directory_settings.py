"""Settings, attribute mappings and roles of DirectoryService by other languages' gRPC."""
import pytest

from caller import Refused


@pytest.fixture
def ids(tenant):
    return {"organization_id": tenant.organization_id, "id": tenant.directory_id}


def refusal(call, *arguments, **request):
    with pytest.raises(Refused) as refused:
        call(*arguments, **request)
    return refused.value


def test_takes_new_settings_and_keeps_the_rest(api, ids):
    changed = api.directories("UpdateDirectory", **ids, directory={"name": "Head office"})["directory"]
    assert (changed["name"], changed["enabled"], changed["directory_provider"]) == ("Head office", True, "OKTA")
    changed = api.directories("UpdateDirectory", **ids, directory={"directory_provider": "ONELOGIN"})["directory"]
    assert (changed["name"], changed["directory_provider"]) == ("Head office", "ONELOGIN")
    assert api.directories("GetDirectory", **ids)["directory"]["name"] == "Head office"


def test_mapped_attributes_come_from_where_they_are_mapped_to(api, tenant, receiver, ids):
    mapping = [{"key": "nickname", "map_to": "title"}]
    answer = api.directories("UpdateAttributes", **ids, attribute_mapping={"attributes": mapping})
    assert answer["attribute_mappings"]["attributes"] == mapping
    assert api.directories("GetDirectory", **ids)["directory"]["attribute_mappings"]["attributes"] == mapping
    hook = tenant.hook(receiver)
    tenant.scim.create_user("ann", title="Engineer").expect(201)
    created = hook.wait_for_type("organization.directory.user_created")
    assert created["data"]["nickname"] == "Engineer"
    cleared = api.directories("UpdateAttributes", **ids, attribute_mapping={})
    assert cleared["attribute_mappings"].get("attributes", []) == []


def test_roles_follow_groups(api, tenant, receiver, ids):
    ann = tenant.scim.create_user("ann").expect(201).json()
    tenant.scim.create_group("Admins", [ann["id"]]).expect(201)
    group = tenant.groups()[0]["id"]
    hook = tenant.hook(receiver)
    wanted = [{"group_id": group, "role_name": "admin"}]
    answer = api.directories("AssignRoles", **ids, role_assignments={"assignments": wanted})["role_assignments"]
    assert [(one["group_id"], one["role_name"]) for one in answer["assignments"]] == [(group, "admin")]
    updated = hook.wait_for_type("organization.directory.user_updated")
    assert updated["data"]["roles"] == [{"role_name": "admin"}]
    read = api.directories("GetDirectory", **ids)["directory"]["role_assignments"]
    assert read == answer
    assert api.directories("AssignRoles", **ids, role_assignments={})["role_assignments"].get("assignments", []) == []


def test_an_unknown_role_or_group_is_not_found(api, tenant, ids):
    tenant.scim.create_group("Admins").expect(201)
    group = tenant.groups()[0]["id"]
    for assignment in ({"group_id": group, "role_name": "emperor"},
                       {"group_id": "dirgroup_99999999999999999", "role_name": "admin"}):
        refused = refusal(api.directories, "AssignRoles", **ids, role_assignments={"assignments": [assignment]})
        assert refused.code == "NOT_FOUND" and refused.info["error_code"]


def test_a_scim_directory_pulls_no_groups(api, ids):
    refused = refusal(api.directories, "AssignGroupsForDirectory", **ids, external_ids=["engineering"])
    assert refused.code == "FAILED_PRECONDITION" and refused.info["error_code"]


def test_sums_up_all_groups_at_once(api, tenant):
    ann = tenant.scim.create_user("ann").expect(201).json()
    for number in range(12):
        tenant.scim.create_group(f"group{number}", [ann["id"]] if number == 0 else []).expect(201)
    summary = api.directories("ListDirectoryGroupsSummary", organization_id=tenant.organization_id,
                              directory_id=tenant.directory_id)
    assert (summary["total_size"], len(summary["groups"])) == (12, 12)
    assert (summary["groups"][0]["display_name"], summary["groups"][0]["total_users"]) == ("group0", 1)


@pytest.mark.parametrize("method, request_", [
    ("UpdateDirectory", {"directory": {"name": "x"}}), ("UpdateAttributes", {"attribute_mapping": {}}),
    ("AssignRoles", {"role_assignments": {}}),
])
def test_a_directory_of_another_organization_is_not_found(api, organization, ids, method, request_):
    which = {**ids, "organization_id": organization["id"]}
    assert refusal(api.directories, method, **which, **request_).code == "NOT_FOUND"
