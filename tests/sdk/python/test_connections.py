"""Every method of the Python SDK's connection client that is for organizations, and its stubs where it has none."""
import pytest
from scalekit.common.exceptions import ScalekitBadRequestException, ScalekitNotFoundException
from scalekit.v1.connections.connections_pb2 import (BASIC_AUTH, COMPLETED, DRAFT, HTTP_POST, MANUAL, OAUTH, OIDC, OKTA,
                                                     PERSISTENT, SAML, SAML_RESPONSE_ASSERTION_SIGNING,
                                                     AssignDomainsToConnectionRequest, CreateConnection,
                                                     GetConnectionTestResultRequest, OIDCConnectionConfig,
                                                     SAMLConnectionConfigRequest, SearchOrganizationConnectionsRequest,
                                                     UpdateConnection, UpdateConnectionRequest)
from scalekit.v1.user_attributes.user_attributes_pb2 import (STRING, CreateUserAttributeRequest,
                                                             DeleteUserAttributeRequest, SSOUserAdditionInfo,
                                                             UserAttribute)
from scalekit.v1.user_attributes.user_attributes_pb2_grpc import UserAttributeServiceStub

from google.protobuf.empty_pb2 import Empty
from google.protobuf.wrappers_pb2 import BoolValue, StringValue

from support.saml_metadata import pem
from support.tenant import unique


@pytest.fixture
def call(scalekit):
    """A method for which the SDK has a stub only: call("UpdateConnection", request)."""
    def make(method, request, service=scalekit.connection.connection_service):
        return scalekit.connection.core_client.grpc_exec(getattr(service, method).with_call, request)[0]
    return make


@pytest.fixture
def connection(scalekit, organization):
    return scalekit.connection.create_connection(
        organization.id, CreateConnection(type=OIDC, provider=OKTA, provider_key="okta-1"))[0].connection


def configure(call, connection):
    text = lambda value: StringValue(value=value)  # noqa: E731
    config = OIDCConnectionConfig(issuer=text("https://idp.example"), client_id=text("client"),
                                  client_secret=text("hunter2-hunter2"), token_auth_type=BASIC_AUTH,
                                  authorize_uri=text("https://idp.example/authorize"),
                                  token_uri=text("https://idp.example/token"), jwks_uri=text("https://idp.example/keys"))
    return call("UpdateConnection", UpdateConnectionRequest(
        organization_id=connection.organization_id, id=connection.id,
        connection=UpdateConnection(oidc_config=config))).connection


def test_is_made_as_a_draft(scalekit, server, organization, connection):
    assert connection.id.startswith("conn_") and (connection.status, connection.enabled) == (DRAFT, False)
    assert (connection.type, connection.provider, connection.provider_key) == (OIDC, OKTA, "okta-1")
    base = server.credentials["environment_url"]
    assert connection.test_connection_uri == f"{base}/sso/v1/oidc/{connection.id}/test"
    assert scalekit.connection.get_connection(organization.id, connection.id)[0].connection == connection
    with pytest.raises(ScalekitBadRequestException):
        scalekit.connection.create_connection(organization.id, CreateConnection(type=OAUTH, provider=OKTA))


def test_saml_settings(scalekit, server, call, organization):
    made = scalekit.connection.create_connection(
        organization.id, CreateConnection(type=SAML, provider=OKTA))[0].connection
    here = f"{server.credentials['environment_url']}/sso/v1/saml/{made.id}"
    assert (made.type, made.status, made.WhichOneof("settings")) == (SAML, DRAFT, "saml_config")
    assert made.test_connection_uri == here + "/test"
    told = made.saml_config
    assert (told.sp_entity_id, told.sp_assertion_url, told.sp_metadata_url, told.sp_slo_url.value) == (
        here, here + "/callback", here + "/metadata", here + "/slo")
    text, flag = lambda value: StringValue(value=value), lambda value: BoolValue(value=value)
    config = SAMLConnectionConfigRequest(
        idp_entity_id=text("urn:idp"), idp_sso_url=text("https://idp.example/sso"), idp_certificate=text(pem("one")),
        idp_name_id_format=PERSISTENT, idp_sso_request_binding=HTTP_POST, want_request_signed=flag(True),
        saml_signing_option=SAML_RESPONSE_ASSERTION_SIGNING, jit_provisioning_with_sso_enabled=flag(False))
    shown = call("UpdateConnection", UpdateConnectionRequest(
        organization_id=organization.id, id=made.id, connection=UpdateConnection(saml_config=config))).connection
    assert (shown.status, shown.configuration_type) == (COMPLETED, MANUAL)
    saml = shown.saml_config
    assert (saml.idp_entity_id.value, saml.idp_sso_request_binding, saml.idp_name_id_format) == (
        "urn:idp", HTTP_POST, PERSISTENT)
    assert saml.saml_signing_option == SAML_RESPONSE_ASSERTION_SIGNING and saml.want_request_signed.value
    assert not saml.jit_provisioning_with_sso_enabled.value and saml.HasField("jit_provisioning_with_sso_enabled")
    (certificate,) = saml.idp_certificates
    assert (certificate.certificate, certificate.issuer) == (pem("one"), "CN=one") and len(certificate.id) == 16
    assert certificate.expiry_time.ToDatetime().year == 2126
    assert scalekit.connection.enable_connection(organization.id, made.id)[0].enabled
    assert scalekit.connection.get_connection(organization.id, made.id)[0].connection.saml_config == saml


def test_lists_what_serves_or_all(scalekit, call, organization, connection):
    listed = lambda **include: [one.id for one in scalekit.connection.list_connections(  # noqa: E731
        organization.id, **include)[0].connections]
    assert listed() == [] and listed(include="all") == [connection.id]
    configured = configure(call, connection)
    assert (configured.status, configured.configuration_type) == (COMPLETED, MANUAL)
    assert not configured.oidc_config.HasField("client_secret")
    assert scalekit.connection.enable_connection(organization.id, connection.id)[0].enabled
    assert listed() == [connection.id]
    assert not scalekit.connection.disable_connection(organization.id, connection.id)[0].enabled
    assert listed() == []


def test_an_empty_one_is_not_enabled(scalekit, organization, connection):
    with pytest.raises(ScalekitBadRequestException) as refusal:
        scalekit.connection.enable_connection(organization.id, connection.id)
    assert refusal.value.error_code == "CONNECTION_INCOMPLETE" and "issuer" in refusal.value.message


def test_is_found_by_its_domain(scalekit, call, organization, connection):
    name = unique("acme") + ".example"
    found = lambda **include: [one.id for one in scalekit.connection.list_connections_by_domain(  # noqa: E731
        name, **include)[0].connections]
    assert found(include="all") == []
    domain = scalekit.domain.create_domain(organization.id, name)[0].domain
    assert found() == [] and found(include="all") == [connection.id]
    configure(call, connection)
    scalekit.connection.enable_connection(organization.id, connection.id)
    assert found() == [connection.id]
    assigned = call("AssignDomainsToConnection", AssignDomainsToConnectionRequest(
        organization_id=organization.id, connection_id=connection.id, domain_ids=[domain.id])).connection
    assert [one.id for one in assigned.domains] == [domain.id]
    other = scalekit.connection.create_connection(organization.id, CreateConnection(type=OIDC, provider=OKTA))
    assert found(include="all") == [connection.id], other


def test_is_searched_among_all_organizations(call, organization, connection):
    found = call("SearchOrganizationConnections", SearchOrganizationConnectionsRequest(query=connection.id))
    assert [(one.id, one.organization_name) for one in found.connections] == [
        (connection.id, organization.display_name)]
    assert found.total_size == 1


def test_is_deleted(scalekit, organization, connection):
    scalekit.connection.delete_connection(organization.id, connection.id)
    with pytest.raises(ScalekitNotFoundException):
        scalekit.connection.get_connection(organization.id, connection.id)


def test_an_unknown_test_has_no_result(call, connection):
    with pytest.raises(ScalekitNotFoundException):
        call("GetConnectionTestResult", GetConnectionTestResultRequest(connection_id=connection.id,
                                                                       test_request_id="test_1"))


def test_custom_attributes(scalekit, call):
    service = UserAttributeServiceStub(scalekit.connection.core_client.grpc_secure_channel)
    key = unique("attr").replace("-", "_")[:25]
    given = UserAttribute(key=key, label="Department", datatype=STRING, enabled=True,
                          sso_addition_info=SSOUserAdditionInfo(default_oidc_mapping="department"))
    made = call("CreateSsoUserAttribute", CreateUserAttributeRequest(user_attribute=given), service).user_attribute
    assert made.key == key and made.sso_addition_info.default_oidc_mapping == "department"
    assert made in call("ListSsoUserAttributes", Empty(), service).user_attributes
    call("DeleteSsoUserAttribute", DeleteUserAttributeRequest(key=key), service)
    assert made not in call("ListSsoUserAttributes", Empty(), service).user_attributes
