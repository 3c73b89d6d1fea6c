"""ConnectionService and the half of UserAttributeService that is for signing in, by other languages' gRPC."""
import pytest

from caller import Refused
from support.tenant import unique

PROVIDER = {"issuer": "https://idp.example", "authorize_uri": "https://idp.example/authorize",
            "token_uri": "https://idp.example/token", "jwks_uri": "https://idp.example/keys", "client_id": "client",
            "client_secret": "hunter2-hunter2", "token_auth_type": "URL_PARAMS"}


@pytest.fixture
def connection(api, organization):
    return api.connections("CreateConnection", organization_id=organization["id"],
                           connection={"type": "OIDC", "provider": "OKTA", "provider_key": "test-key"})["connection"]


@pytest.fixture
def ids(organization, connection):
    return {"organization_id": organization["id"], "id": connection["id"]}


def found(api, method="ListConnections", **query):
    return [one["id"] for one in api.connections(method, **query).get("connections", [])]


def test_is_made_configured_enabled_and_deleted(api, organization, connection, ids):
    assert connection["status"] == "DRAFT" and "enabled" not in connection
    assert connection["test_connection_uri"].endswith(f"/sso/v1/oidc/{connection['id']}/test")
    of_organization = {"organization_id": organization["id"]}
    assert found(api, **of_organization) == [] and found(api, **of_organization, include="all") == [connection["id"]]
    with pytest.raises(Refused) as refused:
        api.connections("EnableConnection", **ids)
    assert refused.value.code == "FAILED_PRECONDITION"
    changed = api.connections("UpdateConnection", **ids, connection={"oidc_config": PROVIDER})["connection"]
    assert changed["status"] == "COMPLETED" and "client_secret" not in changed["oidc_config"]
    assert api.connections("EnableConnection", **ids)["enabled"] is True
    assert found(api, **of_organization) == [connection["id"]]
    assert api.connections("GetConnection", **ids)["connection"]["enabled"] is True
    assert api.connections("DisableConnection", **ids).get("enabled", False) is False
    api.connections("DeleteConnection", **ids)
    with pytest.raises(Refused) as refused:
        api.connections("GetConnection", **ids)
    assert refused.value.code == "NOT_FOUND"


def test_is_found_among_all_organizations(api, connection):
    assert found(api, "SearchOrganizationConnections", query=connection["id"]) == [connection["id"]]
    assert connection["id"] in found(api, "ListOrganizationConnections", page_size=30)


def test_takes_the_domains_of_its_organization_only(api, ids):
    with pytest.raises(Refused) as refused:
        api.connections("AssignDomainsToConnection", organization_id=ids["organization_id"], connection_id=ids["id"],
                        domain_ids=["dom_1"])
    assert refused.value.code == "NOT_FOUND"


def test_an_unknown_test_has_no_result(api, connection):
    with pytest.raises(Refused) as refused:
        api.connections("GetConnectionTestResult", connection_id=connection["id"], test_request_id="test_1")
    assert refused.value.code == "NOT_FOUND"


def test_custom_attributes(api):
    key = unique("attr").replace("-", "_")[:25]
    api.user_attributes("CreateSsoUserAttribute",
                        user_attribute={"key": key, "label": "Department", "datatype": "STRING", "enabled": True})
    changed = api.user_attributes("UpdateSsoUserAttribute", key=key, user_attribute={"label": "Abteilung"})
    assert changed["user_attribute"]["label"] == "Abteilung" and "enabled" not in changed["user_attribute"]
    listed = lambda: [one["key"] for one in api.user_attributes("ListSsoUserAttributes").get("user_attributes", [])]  # noqa: E731
    assert key in listed()
    api.user_attributes("DeleteSsoUserAttribute", key=key)
    assert key not in listed()
