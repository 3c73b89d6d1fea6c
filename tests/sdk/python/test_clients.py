"""ClientService by the stubs that the Python SDK ships; it has no client of its own for them."""
import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.wrappers_pb2 import BoolValue
from scalekit.common.exceptions import ScalekitBadRequestException, ScalekitNotFoundException
from scalekit.v1.clients import clients_pb2 as messages
from scalekit.v1.clients.clients_pb2_grpc import ClientServiceStub

from support.tenant import unique


@pytest.fixture
def call(scalekit):
    stub = ClientServiceStub(scalekit.core_client.grpc_secure_channel)

    def make(method, request):
        return scalekit.core_client.grpc_exec(getattr(stub, method).with_call, request)[0]
    return make


@pytest.fixture
def client(call):
    wanted = messages.CreateClient(name=unique("Shop"), client_type="WEB_APP",
                                   post_login_uris=["https://app.example.com/callback"], access_token_expiry=3600,
                                   custom_claims=[messages.CustomClaim(key="tier", value="gold")])
    return call("CreateClient", messages.CreateClientRequest(client=wanted)).client


def read(call, client):
    return call("GetClient", messages.GetClientRequest(client_id=client.id)).client


def test_creates_reads_changes_and_deletes(call, client):
    assert client.id.startswith("skc_") and not client.secrets and not client.enforce_pkce
    assert (client.access_token_expiry, client.custom_claims[0].value) == (3600, "gold")
    assert read(call, client) == client
    change = messages.UpdateClient(name="After", post_login_uris=["https://app.example.com/new"])
    mask = FieldMask(paths=["name", "post_login_uris", "access_token_expiry"])
    after = call("UpdateClient", messages.UpdateClientRequest(client_id=client.id, client=change, mask=mask)).client
    assert (after.name, list(after.post_login_uris)) == ("After", ["https://app.example.com/new"])
    assert not after.HasField("access_token_expiry") and after.custom_claims[0].value == "gold"
    call("DeleteClient", messages.DeleteClientRequest(client_id=client.id))
    with pytest.raises(ScalekitNotFoundException):
        read(call, client)


def test_public_clients_are_made_with_pkce(call):
    for kind in ("SPA", "NTV"):
        made = messages.CreateClient(name=unique("App"), client_type=kind)
        assert call("CreateClient", messages.CreateClientRequest(client=made)).client.enforce_pkce


def test_lists_the_environments_own_client_unless_asked_for_others(call, client):
    own = call("ListClient", messages.ListClientsRequest()).clients
    assert [one.client_type for one in own] == ["ENV"]
    everything = messages.ListClientsRequest(filter=messages.ListClientsRequest.Filter(client_type=["ALL"]), page_size=30)
    assert client.id in [one.id for one in call("ListClient", everything).clients]


def test_a_new_client_calls_the_api_with_its_secret(call, client, new_client):
    made = call("CreateClientSecret", messages.CreateClientSecretRequest(client_id=client.id))
    assert made.plain_secret.endswith(made.secret.secret_suffix)
    other = new_client(client_id=client.id, client_secret=made.plain_secret)
    assert other.organization.list_organizations(page_size=1)[0].total_size >= 0
    change = messages.UpdateClientSecret(status=messages.INACTIVE)
    inactive = call("UpdateClientSecret", messages.UpdateClientSecretRequest(
        client_id=client.id, secret_id=made.secret.id, secret=change)).secret
    assert inactive.status == messages.INACTIVE
    call("DeleteClientSecret", messages.DeleteClientSecretRequest(client_id=client.id, secret_id=made.secret.id))
    assert not read(call, client).secrets


def test_a_client_kept_from_the_api_still_gets_its_token(call, new_client):
    wanted = messages.CreateClient(name=unique("Shop"), client_type="WEB_APP",
                                   disallow_scalekit_api_access=BoolValue(value=True))
    made = call("CreateClient", messages.CreateClientRequest(client=wanted)).client
    secret = call("CreateClientSecret", messages.CreateClientSecretRequest(client_id=made.id)).plain_secret
    kept_out = new_client(client_id=made.id, client_secret=secret)
    # By the stub: the SDK's own wrapper fetches a token and repeats the call until a limit of the server stops it.
    with pytest.raises(grpc.RpcError) as refused:
        ClientServiceStub(kept_out.core_client.grpc_secure_channel).ListClient(messages.ListClientsRequest())
    assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED


def test_a_callback_that_cannot_be_one_is_a_bad_request(call):
    wanted = messages.CreateClient(name="Shop", client_type="WEB_APP", post_login_uris=["javascript:alert(1)"])
    with pytest.raises(ScalekitBadRequestException):
        call("CreateClient", messages.CreateClientRequest(client=wanted))
