"""DirectoryService by other languages' gRPC."""
import datetime

import pytest

from caller import Refused


@pytest.fixture
def ids(tenant):
    return {"organization_id": tenant.organization_id, "id": tenant.directory_id}


@pytest.fixture
def within(tenant):
    """What lists and secrets are asked by."""
    return {"organization_id": tenant.organization_id, "directory_id": tenant.directory_id}


def test_creates_enabled(api, organization):
    made = api.directories("CreateDirectory", organization_id=organization["id"],
                           directory={"directory_type": "SCIM", "directory_provider": "OKTA"})["directory"]
    assert made["id"].startswith("dir_")
    assert made["enabled"] and made["organization_id"] == organization["id"]
    assert (made["directory_type"], made["directory_provider"]) == ("SCIM", "OKTA")
    assert made["directory_endpoint"].endswith(f"/directory/{made['id']}/scim/v2")


def test_reads_with_stats_and_secrets(api, tenant, ids):
    tenant.scim.create_user("ann").expect(201)
    directory = api.directories("GetDirectory", **ids)["directory"]
    assert directory["stats"]["total_users"] == 1
    assert [secret["secret_suffix"] for secret in directory["secrets"]] == [tenant.secret[-4:]]
    listed = api.directories("ListDirectories", organization_id=tenant.organization_id)["directories"]
    assert [one["id"] for one in listed] == [tenant.directory_id]


def test_is_switched_off_and_on_and_deleted_when_off(api, ids):
    assert api.directories("DisableDirectory", **ids).get("enabled", False) is False
    assert api.directories("EnableDirectory", **ids)["enabled"] is True
    with pytest.raises(Refused) as refused:
        api.directories("DeleteDirectory", **ids)
    assert (refused.value.code, refused.value.info["error_code"]) == ("FAILED_PRECONDITION", "DIRECTORY_ENABLED")
    assert "directory is enabled" in refused.value.message and "disable" in refused.value.message
    api.directories("DisableDirectory", **ids)
    assert api.directories("DeleteDirectory", **ids) == {}
    with pytest.raises(Refused) as refused:
        api.directories("GetDirectory", **ids)
    assert refused.value.code == "NOT_FOUND"


def test_makes_and_replaces_secrets(api, tenant, within):
    made = api.directories("CreateDirectorySecret", **within)
    assert made["plain_secret"].endswith(made["secret"]["secret_suffix"])
    assert made["secret"]["directory_id"] == tenant.directory_id
    tenant.scim_client(made["plain_secret"]).create_user("ann").expect(201)
    regenerated = api.directories("RegenerateDirectorySecret", **within)
    tenant.scim_client(regenerated["plain_secret"]).create_user("bob").expect(201)


def test_lists_users_and_groups_with_and_without_detail(api, tenant, within):
    ann = tenant.scim.create_user("ann", title="Engineer").expect(201).json()
    tenant.scim.create_user("bob").expect(201)
    tenant.scim.create_group("Engineering", [ann["id"]]).expect(201)
    plain = api.directories("ListDirectoryUsers", **within)
    assert plain["total_size"] == 2 and all("user_detail" not in user for user in plain["users"])
    detailed = api.directories("ListDirectoryUsers", **within, include_detail=True)["users"]
    found = next(user for user in detailed if user["email"] == "ann@example.test")
    assert (found["given_name"], found["family_name"], found["emails"]) == ("ann", "Example", ["ann@example.test"])
    assert found["user_detail"]["title"] == "Engineer"
    assert [group["display_name"] for group in found["groups"]] == ["Engineering"]
    group = api.directories("ListDirectoryGroups", **within, include_detail=True)["groups"][0]
    assert (group["display_name"], group["total_users"]) == ("Engineering", 1)
    assert group["group_detail"]["displayName"] == "Engineering"
    members = api.directories("ListDirectoryUsers", **within, directory_group_id=group["id"])["users"]
    assert [user["email"] for user in members] == ["ann@example.test"]


@pytest.mark.parametrize("kind", ["users", "groups"])
def test_pages_forth_and_back(api, tenant, within, kind):
    for number in range(5):
        (tenant.scim.create_user if kind == "users" else tenant.scim.create_group)(f"{kind}{number}").expect(201)
    method = "ListDirectoryUsers" if kind == "users" else "ListDirectoryGroups"
    pages, token = [], ""
    while not pages or token:
        pages.append(api.directories(method, **within, page_size=2, page_token=token))
        token = pages[-1].get("next_page_token", "")
    assert [len(page[kind]) for page in pages] == [2, 2, 1]
    assert len({item["id"] for page in pages for item in page[kind]}) == 5
    back = api.directories(method, **within, page_size=2, page_token=pages[1]["prev_page_token"])
    assert back[kind] == pages[0][kind]
    assert len(api.directories(method, **within, page_size=50)[kind]) == 5, "the samples' page size"


@pytest.mark.parametrize("kind", ["users", "groups"])
def test_updated_after_narrows_both_lists(api, tenant, within, kind):
    (tenant.scim.create_user if kind == "users" else tenant.scim.create_group)("ann").expect(201)
    method = "ListDirectoryUsers" if kind == "users" else "ListDirectoryGroups"
    now, year = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=365)
    for moment, count in ((now - year, 1), (now + year, 0)):
        listed = api.directories(method, **within, updated_after=moment.isoformat())
        assert len(listed.get(kind, [])) == count
