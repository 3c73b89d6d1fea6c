"""How refusals arrive in an application that uses the Python SDK."""
import grpc
import pytest
from scalekit.common.exceptions import (
    ScalekitBadRequestException, ScalekitConflictException, ScalekitNotFoundException, ScalekitNotImplementedException,
    ScalekitUnauthorizedException)
from scalekit.directory import DirectoryClient
from scalekit.organization import OrganizationClient
from scalekit.v1.organizations.organizations_pb2 import CreateOrganization

UNKNOWN_ORGANIZATION = "org_99999999999999999"
UNKNOWN_DIRECTORY = "dir_99999999999999999"


def refusal(kind, call, *arguments, **named):
    with pytest.raises(kind) as caught:
        call(*arguments, **named)
    return caught.value


def test_a_wrong_secret_fails_the_constructor(new_client):
    refused = refusal(ScalekitUnauthorizedException, new_client, client_secret="wrong")
    assert refused.grpc_status == grpc.StatusCode.UNAUTHENTICATED
    assert refused.http_status == 401


def test_an_unknown_client_fails_the_constructor(new_client):
    refusal(ScalekitUnauthorizedException, new_client, client_id="skc_99999999999999999")


@pytest.mark.parametrize("method", ["get_organization", "get_organization_by_external_id", "delete_organization"])
def test_unknown_organizations_are_not_found(scalekit, method):
    refused = refusal(ScalekitNotFoundException, getattr(scalekit.organization, method), UNKNOWN_ORGANIZATION)
    assert (refused.http_status, refused.error_code) == (404, "ORGANIZATION_NOT_FOUND")
    assert refused.message


@pytest.mark.parametrize("method", ["get_directory", "delete_directory", "enable_directory", "disable_directory",
                                    "list_directory_users", "list_directory_groups"])
def test_unknown_directories_are_not_found(scalekit, organization, method):
    refused = refusal(ScalekitNotFoundException, getattr(scalekit.directory, method), organization.id, UNKNOWN_DIRECTORY)
    assert refused.error_code == "DIRECTORY_NOT_FOUND"


def test_a_directory_of_another_organization_is_not_found(scalekit, organization, tenant):
    refusal(ScalekitNotFoundException, scalekit.directory.get_directory, organization.id, tenant.directory_id)


def test_a_field_rule_names_the_field(scalekit):
    refused = refusal(ScalekitBadRequestException, scalekit.organization.create_organization,
                      CreateOrganization(display_name=""))
    assert refused.http_status == 400
    violations = refused._unpacked_details[0].validation_error_info.field_violations
    assert any("display_name" in violation.field for violation in violations), violations
    assert all(violation.description and violation.constraint for violation in violations)


def test_a_taken_external_id_is_a_conflict(scalekit, organization):
    refused = refusal(ScalekitConflictException, scalekit.organization.create_organization,
                      CreateOrganization(display_name="Second", external_id=organization.external_id))
    assert (refused.http_status, refused.error_code) == (409, "EXTERNAL_ID_TAKEN")
    assert "external" in refused.message


def test_a_page_token_that_is_none_is_a_bad_request(scalekit):
    refused = refusal(ScalekitBadRequestException, scalekit.organization.list_organizations, page_token="nonsense")
    assert refused.error_code == "INVALID_PAGE_TOKEN"


def test_a_method_that_is_not_built_yet_says_so(scalekit):
    refused = refusal(ScalekitNotImplementedException, scalekit.roles.list_roles)
    assert refused.http_status == 501


def test_every_refusal_prints_with_its_details(scalekit):
    refused = refusal(ScalekitNotFoundException, scalekit.organization.get_organization, UNKNOWN_ORGANIZATION)
    assert "ORGANIZATION_NOT_FOUND" in str(refused)
    assert refused._unpacked_details[0].request_info.request_id


def test_a_stale_token_in_the_headers_does_no_harm(new_client):
    """The SDK sends two authorization entries, and after a refresh only the first of them is new."""
    client = new_client()
    client.core_client.access_token = "stale"
    assert client.organization.list_organizations()[0].organizations


@pytest.mark.parametrize("service", [OrganizationClient, DirectoryClient])
def test_a_token_refused_everywhere_is_replaced(new_client, organization, service):
    """The channel keeps the stale token for ever; the headers carry the new one after the first refusal."""
    core = new_client().core_client
    core.access_token = "stale"
    core._CoreClient__grpc_secure_channel()
    client = service(core)
    list_what = client.list_organizations if service is OrganizationClient else client.list_directories
    list_what(*([] if service is OrganizationClient else [organization.id]))
    assert core.access_token != "stale"


def test_the_token_verifies_by_the_published_keys(scalekit):
    claims = scalekit.validate_access_token_and_get_claims(scalekit.core_client.access_token)
    assert claims["client_id"] == scalekit.core_client.client_id
