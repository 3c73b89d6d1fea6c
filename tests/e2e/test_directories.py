"""Directories, their secrets, users and groups over the REST API."""
import datetime

import pytest

from support.http import quoted
from support.tenant import Tenant, api_client, unique
from support.waiting import wait_until


def directory_path(tenant):
    return f"{tenant.directories}/{tenant.directory_id}"


def test_a_new_directory_is_enabled_and_says_where_to_push(server, tenant):
    directory = tenant.directory
    assert directory["id"].startswith("dir_") and directory["enabled"] is True
    assert (directory["directory_type"], directory["directory_provider"]) == ("SCIM", "OKTA")
    assert directory["organization_id"] == tenant.organization_id
    base = server.credentials["environment_url"]
    assert directory["directory_endpoint"] == f"{base}/directory/{tenant.directory_id}/scim/v2"
    assert directory["stats"] is not None


def test_get_and_list_show_counts(tenant):
    member = tenant.scim.create_user().expect(201).json()
    tenant.scim.create_user().expect(201)
    tenant.scim.create_group(members=[member["id"]]).expect(201)
    directory = tenant.api.get(directory_path(tenant)).expect(200).json()["directory"]
    assert (directory["total_users"], directory["total_groups"]) == (2, 1)
    assert (directory["stats"]["total_users"], directory["stats"]["total_groups"]) == (2, 1)
    listed = tenant.api.get(tenant.directories).expect(200).json()["directories"]
    assert [d["id"] for d in listed] == [tenant.directory_id]


def test_the_first_of_the_list_is_enabled_before_disabled_then_oldest(tenant):
    second = tenant.api.post(tenant.directories, {"directory_type": "SCIM"}).expect(200, 201).json()["directory"]["id"]

    def order():
        return [d["id"] for d in tenant.api.get(tenant.directories).expect(200).json()["directories"]]

    assert order() == [tenant.directory_id, second]
    tenant.api.patch(directory_path(tenant) + ":disable").expect(200)
    assert order() == [second, tenant.directory_id]
    tenant.api.patch(directory_path(tenant) + ":enable").expect(200)
    assert order() == [tenant.directory_id, second]


def test_an_enabled_directory_is_not_deleted(tenant):
    refused = tenant.api.delete(directory_path(tenant))
    refused.refuses(400, "DIRECTORY_ENABLED")
    assert b"directory is enabled" in refused.body and b"disable" in refused.body
    disabled = tenant.api.patch(directory_path(tenant) + ":disable").expect(200).json()
    assert disabled["enabled"] is False
    assert tenant.api.delete(directory_path(tenant)).expect(200).json() == {}
    tenant.api.get(directory_path(tenant)).refuses(404, "DIRECTORY_NOT_FOUND")
    assert tenant.api.get(tenant.directories).expect(200).json()["directories"] == []
    tenant.scim.send("GET", "/Users").expect(401)


def test_toggling_twice_is_harmless(tenant):
    for action, enabled in (("disable", False), ("disable", False), ("enable", True), ("enable", True)):
        assert tenant.api.patch(f"{directory_path(tenant)}:{action}").expect(200).json()["enabled"] is enabled


@pytest.mark.parametrize("body", [{}, {"directory_type": "NO_SUCH_TYPE"}, {"directory_type": 99},
                                  {"directory_type": "SCIM", "directory_provider": 99}])
def test_a_directory_needs_a_known_type(tenant, body):
    tenant.api.post(tenant.directories, body).refuses(400, "INVALID_ARGUMENT")


def test_a_directory_is_reached_only_through_its_organization(server, api, tenant):
    other = Tenant(server, api)
    for path in ("", "/users", "/groups"):
        api.get(f"{other.directories}/{tenant.directory_id}{path}").refuses(404, "DIRECTORY_NOT_FOUND")
    api.patch(f"{other.directories}/{tenant.directory_id}:disable").refuses(404, "DIRECTORY_NOT_FOUND")
    api.post(f"{other.directories}/{tenant.directory_id}/secrets").refuses(404, "DIRECTORY_NOT_FOUND")
    tenant.scim.send("GET", "/Users").expect(200)


def test_the_secret_is_shown_once(tenant):
    answer = tenant.api.get(directory_path(tenant)).expect(200)
    assert tenant.secret.encode() not in answer.body
    shown = answer.json()["directory"]["secrets"]
    assert len(shown) == 1
    assert shown[0]["id"].startswith("sec_") and shown[0]["status"] == "ACTIVE"
    assert shown[0]["secret_suffix"] and tenant.secret.endswith(shown[0]["secret_suffix"])
    assert len(shown[0]["secret_suffix"]) < 8


def test_a_regenerated_secret_ends_the_old_one(tenant):
    made = tenant.api.post(directory_path(tenant) + "/secrets:regenerate").expect(200, 201).json()
    tenant.scim_client(made["plain_secret"]).send("GET", "/Users").expect(200)
    wait_until(lambda: tenant.scim.send("GET", "/Users").status == 401, "the old secret to lose access", seconds=5)


def test_users_carry_profile_groups_and_detail(tenant):
    made = tenant.scim.create_user("carol", title="Engineer", displayName="Carol C").expect(201).json()
    group = tenant.scim.create_group("Engineering", [made["id"]]).expect(201).json()
    plain, = tenant.users()
    assert plain["id"].startswith("diruser_") and plain["email"] == "carol@example.test"
    assert (plain["given_name"], plain["family_name"]) == ("carol", "Example")
    assert plain["preferred_username"] == "carol@example.test" and plain["emails"] == ["carol@example.test"]
    assert not plain.get("user_detail")
    detailed, = tenant.users(include_detail="true")
    assert "Engineer" in str(detailed["user_detail"])
    assert [g["display_name"] for g in detailed["groups"]] == ["Engineering"]
    listed, = tenant.groups()
    assert listed["id"].startswith("dirgroup_")
    assert (listed["display_name"], listed["total_users"]) == ("Engineering", 1)
    detailed_group, = tenant.groups(include_detail="true")
    assert detailed_group["group_detail"]
    assert group["displayName"] == "Engineering"


def test_users_of_one_group(tenant):
    member, outsider = (tenant.scim.create_user().expect(201).json() for _ in range(2))
    tenant.scim.create_group(members=[member["id"]]).expect(201)
    group, = tenant.groups()
    assert [u["email"] for u in tenant.users(directory_group_id=group["id"])] == [member["userName"]]
    assert len(tenant.users()) == 2 and outsider


def test_users_updated_after_a_moment(tenant):
    first = tenant.scim.create_user().expect(201).json()
    tenant.scim.create_user().expect(201)
    changed = {u["email"]: u["updated_at"] for u in tenant.users()}
    newest = max(changed.values())
    # Patched until the clock has moved past both creations.
    wait_until(lambda: tenant.scim.patch(f"/Users/{first['id']}", {"op": "replace", "path": "title", "value": unique("t")}) and
               {u["email"]: u["updated_at"] for u in tenant.users()}[first["userName"]] > newest, "a later update time")
    assert [u["email"] for u in tenant.users(updated_after=quoted_time(newest))] == [first["userName"]]


def quoted_time(text):
    assert datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return text


def test_the_use_of_a_secret_shows(tenant):
    def last_used():
        return tenant.api.get(directory_path(tenant)).expect(200).json()["directory"]["secrets"][0].get("last_used_time")

    assert not last_used()
    tenant.scim.send("GET", "/Users").expect(200)
    wait_until(last_used, "the use of the secret to show", seconds=10)


def test_an_update_changes_what_it_names(tenant):
    path = directory_path(tenant)
    changed = tenant.api.patch(path, {"name": "Main", "directory_provider": "ONELOGIN"}).expect(200).json()["directory"]
    assert (changed["name"], changed["directory_provider"], changed["enabled"]) == ("Main", "ONELOGIN", True)
    tenant.api.patch(path + ":disable").expect(200)
    again = tenant.api.patch(path, {"name": "Other", "status": "COMPLETED"}).expect(200).json()["directory"]
    assert (again["name"], again["enabled"], again["status"]) == ("Other", False, "IN_PROGRESS")
    assert tenant.api.patch(path, {"enabled": True}).expect(200).json()["directory"]["enabled"] is True
    tenant.api.patch(path, {"name": "x" * 257}).refuses(400, "INVALID_ARGUMENT")
    tenant.api.patch(path, {"directory_type": "POLL"}).refuses(400, "DIRECTORY_TYPE_NOT_SUPPORTED")


def test_the_groups_of_a_scim_directory_are_chosen_by_its_provider(tenant):
    path = directory_path(tenant)
    tenant.api.put(path + "/groups:assign", {"external_ids": ["g1"]}).refuses(400, "DIRECTORY_GROUPS_NOT_SELECTABLE")
    tenant.api.put(path + "/groups:assign", {}).refuses(400, "INVALID_ARGUMENT")
    groups = [{"external_id": "g1", "display_name": "G", "email": "g@x.test"}]
    tenant.api.patch(path, {"groups": groups}).refuses(400, "DIRECTORY_GROUPS_NOT_SELECTABLE")
    assert tenant.api.get(path).expect(200).json()["directory"]["groups_tracked"] == "ALL"


def test_mapped_attributes_show_wherever_users_do(tenant):
    tenant.scim.create_user("carol", nickName="Caro").expect(201)
    path = directory_path(tenant) + "/attributes"
    wanted = [{"key": "given_name", "map_to": "nickName"}, {"key": "email", "map_to": "externalId"},
              {"key": "costs", "map_to": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter"}]
    assert tenant.api.put(path, {"attributes": wanted}).expect(200).json() == {
        "attribute_mappings": {"attributes": wanted}}
    carol, = tenant.users()
    assert (carol["given_name"], carol["email"], carol["emails"]) == ("Caro", "ext-carol", ["carol@example.test"])
    tenant.scim.create_user("dave", nickName="Davy").expect(201)
    assert [u["given_name"] for u in tenant.users()] == ["Caro", "Davy"]
    shown = tenant.api.get(directory_path(tenant)).expect(200).json()["directory"]["attribute_mappings"]
    assert shown == {"attributes": wanted}
    assert tenant.api.put(path, {}).expect(200).json() == {"attribute_mappings": {"attributes": []}}
    assert [u["given_name"] for u in tenant.users()] == ["carol", "dave"]


@pytest.mark.parametrize("key, source", [("email", "noSuchAttribute"), ("roles", "userName"), ("email", ""),
                                         ("", "userName"), ("email", "password"), ("k" * 33, "userName")])
def test_a_mapping_that_leads_nowhere_is_refused(tenant, key, source):
    refused = tenant.api.put(directory_path(tenant) + "/attributes", {"attributes": [{"key": key, "map_to": source}]})
    violations = refused.refuses(400, "INVALID_ARGUMENT")["validation_error_info"]["field_violations"]
    assert {v["field"].removeprefix("attribute_mapping.attributes[0].") for v in violations} <= {"key", "map_to"}


def test_roles_are_assigned_as_a_whole_list(tenant):
    staff, admins = (tenant.scim.create_group(name).expect(201).json()["id"] for name in ("Staff", "Admins"))
    path = directory_path(tenant) + "/groups/-/roles:assign"

    def assignments(answer):
        return [(a["group_id"], a["role_name"]) for a in answer["role_assignments"]["assignments"]]

    def assigned():
        return assignments(tenant.api.get(directory_path(tenant)).expect(200).json()["directory"])

    wanted = [{"group_id": staff, "role_name": "member"}, {"group_id": admins, "role_name": "admin"}]
    made = tenant.api.put(path, {"assignments": wanted}).expect(200).json()
    assert assignments(made) == assigned() == [(staff, "member"), (admins, "admin")]
    assert all(a["role_id"].startswith("role_") for a in made["role_assignments"]["assignments"])
    tenant.api.put(path, made["role_assignments"]).expect(200)
    tenant.api.put(path, {"assignments": [{"group_id": staff, "role_name": "no_such"}]}).refuses(404, "ROLE_NOT_FOUND")
    tenant.api.put(path, {"assignments": [{"group_id": "dirgroup_1", "role_name": "admin"}]}).refuses(
        404, "DIRECTORY_GROUP_NOT_FOUND")
    tenant.api.put(path, {"assignments": [{"group_id": staff, "role_name": "no role"}]}).refuses(400, "INVALID_ARGUMENT")
    assert assigned() == [(staff, "member"), (admins, "admin")]
    tenant.scim.delete(f"/Groups/{staff}").expect(204)
    assert assigned() == [(admins, "admin")]
    assert assignments(tenant.api.put(path, {"assignments": []}).expect(200).json()) == assigned() == []


def test_roles_and_lists_stay_inside_their_directory(server, api, tenant):
    other = Tenant(server, api)
    theirs = other.scim.create_group("Theirs").expect(201).json()["id"]
    assign = [{"group_id": theirs, "role_name": "admin"}]
    tenant.api.put(directory_path(tenant) + "/groups/-/roles:assign", {"assignments": assign}).refuses(
        404, "DIRECTORY_GROUP_NOT_FOUND")
    tenant.api.get(directory_path(tenant) + f"/users?directory_group_id={theirs}").refuses(
        404, "DIRECTORY_GROUP_NOT_FOUND")
    foreign = f"{other.directories}/{tenant.directory_id}"
    for answer in (api.patch(foreign, {"name": "x"}), api.put(foreign + "/attributes", {}),
                   api.put(foreign + "/groups/-/roles:assign", {}), api.get(foreign + "/groups/summary"),
                   api.put(foreign + "/groups:assign", {"external_ids": ["g"]})):
        answer.refuses(404, "DIRECTORY_NOT_FOUND")


def test_the_summary_of_groups_has_no_pages(tenant):
    member = tenant.scim.create_user().expect(201).json()["id"]
    for number in range(35):
        tenant.scim.create_group(f"G{number:02}", [member]).expect(201)
    summary = tenant.api.get(directory_path(tenant) + "/groups/summary").expect(200).json()
    assert [g["display_name"] for g in summary["groups"]] == [f"G{n:02}" for n in range(35)]
    assert {g["total_users"] for g in summary["groups"]} == {1} and summary["total_size"] == 35
    assert (summary["next_page_token"], summary["prev_page_token"]) == ("", "")
    assert not any(g.get("group_detail") for g in summary["groups"])


def test_groups_updated_after_a_moment(tenant):
    first, _ = (tenant.scim.create_group(name).expect(201).json()["id"] for name in ("First", "Second"))
    newest = max(g["updated_at"] for g in tenant.groups())

    def touched():
        tenant.scim.patch(f"/Groups/{first}", {"op": "replace", "path": "displayName", "value": unique("First")})
        return {g["id"]: g["updated_at"] for g in tenant.groups()}[first] > newest

    wait_until(touched, "a later update time")
    for external in ("true", "false"):
        assert [g["id"] for g in tenant.groups(updated_after=newest, include_external_groups=external)] == [first]


@pytest.mark.parametrize("page_size, expected", [(1, 1), (30, 30), (50, 50), (100, 55)])
def test_page_sizes_up_to_100_are_honoured(crowd, page_size, expected):
    path = f"{directory_path(crowd)}/users"
    page = crowd.api.get(f"{path}?page_size={page_size}").expect(200).json()
    assert len(page["users"]) == expected and page["total_size"] == 55
    assert (page["next_page_token"] == "") == (expected == 55)


def test_the_default_page_has_ten(crowd):
    assert len(crowd.api.get(f"{directory_path(crowd)}/users").expect(200).json()["users"]) == 10


def test_pages_cover_every_user_once_while_others_arrive(crowd):
    seen, page_token = [], ""
    before = {u["id"] for u in crowd.users()}
    while True:
        page = crowd.api.get(f"{directory_path(crowd)}/users?page_size=20&page_token={quoted(page_token)}").expect(200).json()
        seen += [u["id"] for u in page["users"]]
        page_token = page["next_page_token"]
        if not page_token:
            break
        late = crowd.scim.create_user().expect(201).json()["id"]
        crowd.scim.delete(f"/Users/{late}").expect(204)
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


@pytest.fixture(scope="module")
def crowd(server):
    """A tenant with 55 users."""
    tenant = Tenant(server, api_client(server))
    for number in range(55):
        tenant.scim.create_user(f"crowd{number:03}").expect(201)
    return tenant
