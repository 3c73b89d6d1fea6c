"""Applications verify tokens by a key set that the SDK fetches once in the life of a process and never again."""
import subprocess

import jwt
import pytest
from scalekit.common.exceptions import ScalekitValidateTokenFailureException

from support.jwt import forged
from support.process import environment
from support.tenant import token
from support.waiting import PATIENCE_SECONDS, wait_until


def signer(text):
    return jwt.get_unverified_header(text)["kid"]


def rotate(server):
    database = ["--database-url", server.database.url] if server.database.url else []
    subprocess.run([server.binary, "rotate-signing-key", "--data-dir", str(server.data_dir), *database, "--at-once"],
                   env=environment(), check=True, capture_output=True, timeout=PATIENCE_SECONDS * 4)


def test_a_client_that_fetched_the_key_set_once_verifies_tokens_across_a_rotation(server, new_client):
    wait_until(lambda: len(server.client().get("/keys").expect(200).json()["keys"]) >= 4, "the next keys")
    client = new_client()
    before = token(server)
    assert client.validate_token(before)["client_id"] == server.credentials["client_id"]
    rotate(server)
    after = wait_until(lambda: next((t for t in [token(server)] if signer(t) != signer(before)), None),
                       "a token under the new key")
    for one in (before, after):
        assert client.validate_access_token(one)
        assert client.validate_access_token_and_get_claims(one)["client_id"] == server.credentials["client_id"]


def test_a_damaged_token_is_refused_by_the_client(server, new_client):
    genuine = token(server)
    bent = forged(genuine)
    client = new_client()
    assert client.validate_access_token(genuine) and not client.validate_access_token(bent)
    with pytest.raises(ScalekitValidateTokenFailureException):
        client.validate_access_token_and_get_claims(bent)
