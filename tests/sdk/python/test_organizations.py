"""Every method of the Python SDK's organization client."""
import pytest
from scalekit.common.exceptions import ScalekitNotFoundException
from scalekit.v1.commons.commons_pb2 import US
from scalekit.v1.organizations.organizations_pb2 import CreateOrganization, UpdateOrganization

from support.tenant import unique


def test_creates_with_everything_it_takes(scalekit):
    wanted = CreateOrganization(display_name="Größe & Co", external_id=unique("ext"), region_code=US,
                                metadata={"plan": "enterprise", "contract": "no 7"})
    answer, call = scalekit.organization.create_organization(wanted)
    made = answer.organization
    assert made.id.startswith("org_")
    assert (made.display_name, made.external_id, made.region_code) == (wanted.display_name, wanted.external_id, US)
    assert dict(made.metadata) == dict(wanted.metadata)
    assert made.create_time.seconds > 1_700_000_000
    assert call.code().name == "OK"


def test_reads_by_id_and_by_external_id(scalekit, organization):
    assert scalekit.organization.get_organization(organization.id)[0].organization == organization
    by_external_id = scalekit.organization.get_organization_by_external_id(organization.external_id)[0]
    assert by_external_id.organization == organization


def test_pages_forth_and_back_through_all(scalekit):
    made = [scalekit.organization.create_organization(CreateOrganization(display_name=unique("Page")))[0].organization.id
            for _ in range(5)]
    pages, token = [], None
    while token != "":
        page, _ = scalekit.organization.list_organizations(page_size=2, page_token=token)
        assert page.total_size >= 5
        pages.append(page)
        token = page.next_page_token
    seen = [organization.id for page in pages for organization in page.organizations]
    assert len(seen) == len(set(seen))
    assert [id_ for id_ in seen if id_ in made] == made[::-1], "newest first"
    assert pages[0].prev_page_token == ""
    for earlier, later in zip(pages, pages[1:]):
        back, _ = scalekit.organization.list_organizations(page_size=2, page_token=later.prev_page_token)
        assert [o.id for o in back.organizations] == [o.id for o in earlier.organizations]


def test_lists_with_its_own_page_size(scalekit, organization):
    assert len(scalekit.organization.list_organizations()[0].organizations) <= 10
    assert scalekit.organization.list_organizations(page_size=100)[0].organizations[0].id


def test_updates_what_is_given_and_keeps_the_rest(scalekit, organization):
    change = UpdateOrganization(display_name="After")
    after = scalekit.organization.update_organization(organization.id, change)[0].organization
    assert (after.display_name, after.external_id) == ("After", organization.external_id)
    change = UpdateOrganization(metadata={"plan": "free"})
    again = scalekit.organization.update_organization_by_external_id(organization.external_id, change)[0].organization
    assert (again.id, again.display_name, dict(again.metadata)) == (organization.id, "After", {"plan": "free"})
    assert again.update_time.ToNanoseconds() >= organization.update_time.ToNanoseconds()


def test_deletes_and_gives_the_external_id_free(scalekit, organization):
    scalekit.organization.delete_organization(organization.id)
    with pytest.raises(ScalekitNotFoundException):
        scalekit.organization.get_organization(organization.id)
    reused = CreateOrganization(display_name="Next", external_id=organization.external_id)
    assert scalekit.organization.create_organization(reused)[0].organization.id != organization.id
