"""Every method of the Python SDK's domain client."""
import secrets

import pytest
from scalekit.common.exceptions import ScalekitBadRequestException, ScalekitConflictException, ScalekitNotFoundException
from scalekit.v1.domains.domains_pb2 import ADMIN, ALLOWED_EMAIL_DOMAIN, AUTO_VERIFIED, ORGANIZATION_DOMAIN, VERIFIED


def new_name():
    return f"d{secrets.token_hex(6)}.example"


def test_a_domain_is_verified_by_the_application_that_adds_it(scalekit, organization):
    name = new_name()
    made = scalekit.domain.create_domain(organization.id, name.upper())[0].domain
    assert made.id.startswith("dom_")
    assert (made.domain, made.organization_id) == (name, organization.id)
    assert (made.domain_type, made.verification_status) == (ORGANIZATION_DOMAIN, VERIFIED)
    assert made.verification_method == ADMIN
    assert made.environment_id.startswith("env_") and made.create_time.seconds > 1_700_000_000
    assert scalekit.domain.get_domain(organization.id, made.id)[0].domain == made


@pytest.mark.parametrize("domain_type", ["ALLOWED_EMAIL_DOMAIN", ALLOWED_EMAIL_DOMAIN])
def test_lists_by_type(scalekit, organization, domain_type):
    first = scalekit.domain.create_domain(organization.id, new_name(), "ORGANIZATION_DOMAIN")[0].domain
    second = scalekit.domain.create_domain(organization.id, new_name(), domain_type)[0].domain
    assert second.verification_status == AUTO_VERIFIED
    assert [one.id for one in scalekit.domain.list_domains(organization.id)[0].domains] == [first.id, second.id]
    assert [one.id for one in scalekit.domain.list_domains(organization.id, domain_type)[0].domains] == [second.id]


def test_a_deleted_domain_is_free(scalekit, organization):
    name = new_name()
    made = scalekit.domain.create_domain(organization.id, name)[0].domain
    with pytest.raises(ScalekitConflictException):
        scalekit.domain.create_domain(organization.id, name)
    scalekit.domain.delete_domain(organization.id, made.id)
    with pytest.raises(ScalekitNotFoundException):
        scalekit.domain.get_domain(organization.id, made.id)
    assert scalekit.domain.create_domain(organization.id, name)[0].domain.id != made.id


@pytest.mark.parametrize("name", ["gmail.com", "co.uk", "nodots", "not a name.com"])
def test_what_no_organization_owns_is_refused(scalekit, organization, name):
    with pytest.raises(ScalekitBadRequestException):
        scalekit.domain.create_domain(organization.id, name)
