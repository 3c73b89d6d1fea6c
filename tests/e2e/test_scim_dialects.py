"""What each identity provider sends, in its order, with its headers."""
import pytest

from scim_replay import OPTIONAL_TIERS, replay, sequences
from support.tenant import Tenant, api_client

# The number of steps of each sequence, so that none is lost unnoticed.
STEPS = {"okta": 41, "entra": 51, "google": 10, "onelogin": 13, "generic": 38, "okta-wizard": 19, "entra-flag": 22,
         "jumpcloud": 32, "pingfederate": 22, "pingone": 19, "rippling": 21, "cyberark": 21, "duo": 20, "keycloak": 25,
         "authentik": 21}
# How a directory is made for the provider; the others are not in the API's list of providers.
API_NAMES = {"okta": "OKTA", "okta-wizard": "OKTA", "entra": "MICROSOFT_AD", "entra-flag": "MICROSOFT_AD",
             "google": "GOOGLE", "onelogin": "ONELOGIN", "jumpcloud": "JUMPCLOUD", "pingfederate": "PING_IDENTITY",
             "pingone": "PING_IDENTITY"}


def test_every_sequence_is_replayed():
    assert {name: len(recorded["steps"]) for name, recorded in sequences().items()} == STEPS


@pytest.mark.parametrize("provider", STEPS)
@pytest.mark.parametrize("known", [True, False], ids=["named", "unnamed"])
def test_every_step_passes(server, provider, known):
    """Also in a directory of which nobody said whose it is: the tolerance is the default."""
    tenant = Tenant(server, api_client(server), provider=API_NAMES.get(provider) if known else None)
    bare = tenant.scim.client.derived(tenant.scim.client.prefix, {})
    bare.headers = {}
    outcomes = replay(bare, tenant.secret, provider)
    assert [repr(o) for o in outcomes if o.complaints] == []
    assert len(outcomes) == STEPS[provider]
    assert all(o.tier in OPTIONAL_TIERS for o in outcomes if o.skipped)
