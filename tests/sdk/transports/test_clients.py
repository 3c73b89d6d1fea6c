"""ClientService by other languages' gRPC, as the Go SDK's client of applications calls it."""
import pytest

from caller import Refused
from support.tenant import unique


@pytest.fixture
def client(api):
    wanted = {"name": unique("Shop"), "client_type": "WEB_APP", "post_login_uris": ["https://app.example.com/callback"],
              "access_token_expiry": 3600, "back_channel_logout_uris": ["https://app.example.com/logout"]}
    return api.clients("CreateClient", client=wanted)["client"]


def read(api, client):
    return api.clients("GetClient", client_id=client["id"])["client"]


def test_a_client_is_changed_by_mask_and_deleted(api, client):
    assert "secrets" not in client and client["access_token_expiry"] == "3600"
    api.clients("UpdateClient", client_id=client["id"], mask="name,postLoginUris,accessTokenExpiry",
                client={"name": "After", "post_login_uris": ["https://app.example.com/new"], "access_token_expiry": 1800})
    after = read(api, client)
    assert (after["name"], after["post_login_uris"], after["access_token_expiry"]) == (
        "After", ["https://app.example.com/new"], "1800")
    assert after["back_channel_logout_uris"] == client["back_channel_logout_uris"]
    api.clients("DeleteClient", client_id=client["id"])
    with pytest.raises(Refused) as refused:
        read(api, client)
    assert refused.value.code == "NOT_FOUND"


def test_of_two_secrets_one_is_deleted(api, client):
    first, second = (api.clients("CreateClientSecret", client_id=client["id"]) for _ in range(2))
    assert first["plain_secret"] != second["plain_secret"]
    api.clients("UpdateClientSecret", client_id=client["id"], secret_id=first["secret"]["id"],
                secret={"status": "INACTIVE"})
    api.clients("DeleteClientSecret", client_id=client["id"], secret_id=first["secret"]["id"])
    assert [secret["id"] for secret in read(api, client)["secrets"]] == [second["secret"]["id"]]


def test_lists_by_type(api, client):
    assert [one["client_type"] for one in api.clients("ListClient")["clients"]] == ["ENV"]
    listed = api.clients("ListClient", filter={"client_type": ["WEB_APP"]}, page_size=30)["clients"]
    assert client["id"] in [one["id"] for one in listed]
