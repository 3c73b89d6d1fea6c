"""What Okta sends, in its order."""
import pytest

from scim_replay import replay
from support.tenant import Tenant, api_client


@pytest.fixture(scope="module")
def outcomes(server):
    tenant = Tenant(server, api_client(server))
    bare = tenant.scim.client.derived(tenant.scim.client.prefix, {})
    bare.headers = {}
    return replay(bare, tenant.secret, "okta")


def test_every_required_step_of_okta_passes(outcomes):
    required = [o for o in outcomes if o.tier == "required"]
    assert len(required) == 40
    assert [repr(o) for o in required if o.complaints] == []


def test_no_step_of_okta_was_skipped(outcomes):
    assert len(outcomes) == 41 and not [o for o in outcomes if o.skipped]
