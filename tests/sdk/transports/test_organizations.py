"""OrganizationService by other languages' gRPC."""
import pytest

from caller import Refused
from support.tenant import unique


def test_the_wire_is_the_one_it_is_meant_to_be(api, setting, transport):
    """Go's default client on http:// is gRPC over HTTP/1.1 with trailers; on https:// ALPN chooses HTTP/2."""
    api.organizations("ListOrganization")
    if transport == "go":
        assert api.protocol == {"http": "HTTP/1.1", "https": "HTTP/2.0"}[setting[0]]


def test_creates_with_everything_it_takes(api):
    wanted = {"display_name": "Größe & Co \U0001F600", "external_id": unique("ext"), "region_code": "US",
              "metadata": {"plan": "enterprise", "contract": "no 7"}}
    made = api.organizations("CreateOrganization", organization=wanted)["organization"]
    assert made["id"].startswith("org_")
    assert {name: made[name] for name in wanted} == wanted
    assert made["create_time"] and made["update_time"]


def test_reads_by_id_and_by_external_id(api, organization):
    assert api.organizations("GetOrganization", id=organization["id"])["organization"] == organization
    for method in ("GetOrganization", "GetOrganizationByExternalId"):
        found = api.organizations(method, external_id=organization["external_id"])["organization"]
        assert found == organization


def test_pages_forth_and_back_through_all(api):
    made = [api.organizations("CreateOrganization", organization={"display_name": unique("Page")})["organization"]["id"]
            for _ in range(5)]
    pages, token = [], ""
    while not pages or token:
        page = api.organizations("ListOrganization", page_size=2, page_token=token)
        assert page["total_size"] >= 5
        pages.append(page)
        token = page.get("next_page_token", "")
    seen = [organization["id"] for page in pages for organization in page["organizations"]]
    assert len(seen) == len(set(seen))
    assert [id_ for id_ in seen if id_ in made] == made[::-1], "newest first"
    for earlier, later in zip(pages, pages[1:]):
        back = api.organizations("ListOrganization", page_size=2, page_token=later["prev_page_token"])
        assert back["organizations"] == earlier["organizations"]


def test_updates_what_is_given_and_keeps_the_rest(api, organization):
    after = api.organizations("UpdateOrganization", id=organization["id"],
                              organization={"display_name": "After"})["organization"]
    assert (after["display_name"], after["external_id"]) == ("After", organization["external_id"])
    again = api.organizations("UpdateOrganization", external_id=organization["external_id"],
                              organization={"metadata": {"plan": "free"}})["organization"]
    assert (again["id"], again["display_name"], again["metadata"]) == (organization["id"], "After", {"plan": "free"})


def test_deletes(api, organization):
    assert api.organizations("DeleteOrganization", id=organization["id"]) == {}
    with pytest.raises(Refused) as refused:
        api.organizations("GetOrganization", id=organization["id"])
    assert refused.value.code == "NOT_FOUND"
