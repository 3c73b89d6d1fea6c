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
