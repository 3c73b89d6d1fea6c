"""Refusals as other languages' gRPC sees them: code, message and ErrorInfo."""
import pytest

from caller import Refused

UNKNOWN_ORGANIZATION = "org_99999999999999999"


def refusal(call, *arguments, **request):
    with pytest.raises(Refused) as refused:
        call(*arguments, **request)
    return refused.value


def test_a_call_without_a_valid_token_is_unauthenticated_before_its_request_is_judged(api):
    for token in ("", "stale"):
        refused = refusal(api.organizations, "CreateOrganization", token=token, organization={"display_name": ""})
        assert refused.code == "UNAUTHENTICATED" and refused.info["error_code"]


def test_a_wrong_secret_ends_in_unauthenticated(new_caller):
    caller = new_caller(SCALEKIT_CLIENT_SECRET="wrong")
    assert refusal(caller.organizations, "ListOrganization").code == "UNAUTHENTICATED"
    caller.close()


def test_what_is_unknown_is_not_found(api, organization):
    refused = refusal(api.organizations, "GetOrganization", id=UNKNOWN_ORGANIZATION)
    assert (refused.code, refused.info["error_code"]) == ("NOT_FOUND", "ORGANIZATION_NOT_FOUND")
    assert refused.info["request_info"]["request_id"]
    refused = refusal(api.directories, "GetDirectory", organization_id=organization["id"], id="dir_99999999999999999")
    assert (refused.code, refused.info["error_code"]) == ("NOT_FOUND", "DIRECTORY_NOT_FOUND")


def test_a_field_rule_names_the_field(api):
    refused = refusal(api.organizations, "CreateOrganization", organization={"display_name": ""})
    assert refused.code == "INVALID_ARGUMENT"
    violations = refused.info["validation_error_info"]["field_violations"]
    assert any("display_name" in violation["field"] for violation in violations)
    assert all(violation["description"] and violation["constraint"] for violation in violations)


def test_a_taken_external_id_is_a_conflict(api, organization):
    refused = refusal(api.organizations, "CreateOrganization",
                      organization={"display_name": "Second", "external_id": organization["external_id"]})
    assert (refused.code, refused.info["error_code"]) == ("ALREADY_EXISTS", "EXTERNAL_ID_TAKEN")
    assert "external" in refused.message


def test_a_foreign_page_token_is_an_invalid_argument(api):
    refused = refusal(api.organizations, "ListOrganization", page_token="nonsense")
    assert (refused.code, refused.info["error_code"]) == ("INVALID_ARGUMENT", "INVALID_PAGE_TOKEN")


def test_a_message_outside_ascii_arrives_whole(api):
    """grpc-message is percent-encoded; the same text travels in the details."""
    refused = refusal(api.organizations, "GetOrganizationByExternalId", external_id="größe-東京")
    assert refused.code == "NOT_FOUND" and "\ufffd" not in refused.message


def test_a_large_answer_arrives_whole(api, tenant):
    for number in range(60):
        tenant.scim.create_user(f"user{number}", title="x" * 2000).expect(201)
    page = api.directories("ListDirectoryUsers", organization_id=tenant.organization_id, directory_id=tenant.directory_id,
                           page_size=100, include_detail=True)
    assert {len(user["user_detail"]["title"]) for user in page["users"]} == {2000}
    assert len(page["users"]) == 60
