"""Settings and policies of the Python SDK's organization client."""
import pytest
from scalekit.common.exceptions import ScalekitBadRequestException, ScalekitNotFoundException
from scalekit.v1.commons.commons_pb2 import HOURS, MINUTES
from scalekit.v1.organizations.organizations_pb2 import APPLICATION, CUSTOM

UNKNOWN_ORGANIZATION = "org_99999999999999999"


def test_features_are_switched_and_others_keep_their_value(scalekit, organization):
    def switch(*features):
        settings = [{"name": name, "enabled": enabled} for name, enabled in features]
        changed = scalekit.organization.update_organization_settings(organization.id, settings)[0].organization
        return {feature.name: feature.enabled for feature in changed.settings.features}

    assert switch(("sso", True), ("dir_sync", True)) == {"sso": True, "dir_sync": True}
    assert switch(("sso", False)) == {"sso": False, "dir_sync": True}
    read = scalekit.organization.get_organization(organization.id)[0].organization
    assert {feature.name: feature.enabled for feature in read.settings.features} == {"sso": False, "dir_sync": True}


def test_an_unknown_feature_is_a_bad_request(scalekit, organization):
    with pytest.raises(ScalekitBadRequestException):
        scalekit.organization.update_organization_settings(organization.id, [{"name": "teleport", "enabled": True}])


def test_the_cap_of_users_is_set_and_lifted(scalekit, organization):
    capped = scalekit.organization.upsert_user_management_settings(organization.id, max_allowed_users=50)
    assert capped.max_allowed_users.value == 50
    lifted = scalekit.organization.upsert_user_management_settings(organization.id)
    assert lifted.max_allowed_users.value == 0


def test_a_session_policy_of_its_own_is_set_and_given_up(scalekit, organization):
    policy = scalekit.organization.get_organization_session_policy(organization.id)[0].policy
    assert policy.policy_source == APPLICATION and not policy.HasField("absolute_session_timeout")
    changed = scalekit.organization.update_organization_session_policy(
        organization.id, CUSTOM, absolute_session_timeout=8, absolute_session_timeout_unit=HOURS,
        idle_session_timeout_enabled=True, idle_session_timeout=45, idle_session_timeout_unit=MINUTES)[0].policy
    assert (changed.policy_source, changed.absolute_session_timeout.value) == (CUSTOM, 480)
    assert (changed.absolute_session_timeout_unit, changed.idle_session_timeout_unit) == (MINUTES, MINUTES)
    assert (changed.idle_session_timeout_enabled.value, changed.idle_session_timeout.value) == (True, 45)
    assert scalekit.organization.get_organization_session_policy(organization.id)[0].policy == changed
    back = scalekit.organization.update_organization_session_policy(organization.id, APPLICATION)[0].policy
    assert back.policy_source == APPLICATION and not back.HasField("absolute_session_timeout")


def test_timeouts_in_the_wrong_order_are_a_bad_request(scalekit, organization):
    with pytest.raises(ScalekitBadRequestException):
        scalekit.organization.update_organization_session_policy(
            organization.id, CUSTOM, absolute_session_timeout=60, idle_session_timeout_enabled=True,
            idle_session_timeout=61)


@pytest.mark.parametrize("call", [
    lambda client: client.update_organization_settings(UNKNOWN_ORGANIZATION, [{"name": "sso", "enabled": True}]),
    lambda client: client.upsert_user_management_settings(UNKNOWN_ORGANIZATION, 5),
    lambda client: client.get_organization_session_policy(UNKNOWN_ORGANIZATION),
    lambda client: client.update_organization_session_policy(UNKNOWN_ORGANIZATION, APPLICATION),
], ids=["settings", "user management", "policy", "new policy"])
def test_an_unknown_organization_is_not_found(scalekit, call):
    with pytest.raises(ScalekitNotFoundException):
        call(scalekit.organization)
