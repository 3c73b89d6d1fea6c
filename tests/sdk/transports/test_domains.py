"""DomainService by other languages' gRPC."""
import secrets

import pytest

from caller import Refused


@pytest.fixture
def name():
    return f"d{secrets.token_hex(6)}.example"


def refusal(call, *arguments, **request):
    with pytest.raises(Refused) as refused:
        call(*arguments, **request)
    return refused.value


def test_is_added_read_and_deleted(api, organization, name):
    owner = {"organization_id": organization["id"]}
    made = api.domains("CreateDomain", **owner, domain={"domain": name.upper()})["domain"]
    assert (made["domain"], made["domain_type"]) == (name, "ORGANIZATION_DOMAIN")
    assert (made["verification_status"], made["verification_method"]) == ("VERIFIED", "ADMIN")
    which = {**owner, "id": made["id"]}
    assert api.domains("GetDomain", **which)["domain"] == made
    assert api.domains("UpdateDomain", **which, domain={})["domain"] == made
    assert api.domains("VerifyDomain", **which) == {"verified": True}
    assert api.domains("DeleteDomain", **which) == {}
    assert refusal(api.domains, "GetDomain", **which).info["error_code"] == "DOMAIN_NOT_FOUND"


def test_lists_by_type_and_page(api, organization, name):
    owner = {"external_id": organization["external_id"]}
    first = api.domains("CreateDomain", **owner, domain={"domain": name})["domain"]
    allowed = {"domain": name, "domain_type": "ALLOWED_EMAIL_DOMAIN"}
    second = api.domains("CreateDomain", **owner, domain=allowed)["domain"]
    assert api.domains("ListDomains", **owner)["domains"] == [first, second]
    assert api.domains("ListDomains", **owner, domain_type="ALLOWED_EMAIL_DOMAIN")["domains"] == [second]
    page = api.domains("ListDomains", **owner, page_size=1, page_number=2)
    assert page == {"page_size": 1, "page_number": 2, "domains": [second]}


@pytest.mark.parametrize("wanted, code", [("gmail.com", "DOMAIN_NOT_BUSINESS"), ("a@b.com", "INVALID_ARGUMENT")])
def test_what_no_organization_owns_is_refused(api, organization, wanted, code):
    refused = refusal(api.domains, "CreateDomain", organization_id=organization["id"], domain={"domain": wanted})
    assert (refused.code, refused.info["error_code"]) == ("INVALID_ARGUMENT", code)


def test_a_name_has_one_owner(api, organization, name):
    api.domains("CreateDomain", organization_id=organization["id"], domain={"domain": name})
    other = api.organizations("CreateOrganization", organization={"display_name": "Other"})["organization"]
    refused = refusal(api.domains, "CreateDomain", organization_id=other["id"], domain={"domain": name})
    assert (refused.code, refused.info["error_code"]) == ("ALREADY_EXISTS", "DOMAIN_TAKEN")
