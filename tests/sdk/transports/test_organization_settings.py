"""Search, settings and policies of OrganizationService by other languages' gRPC."""
import pytest

from caller import Refused
from support.tenant import unique


def features(organization):
    return {feature["name"]: feature.get("enabled", False) for feature in organization["settings"].get("features", [])}


def test_features_are_switched_and_others_keep_their_value(api, organization):
    def switch(**wanted):
        settings = {"features": [{"name": name, "enabled": enabled} for name, enabled in wanted.items()]}
        return features(api.organizations("UpdateOrganizationSettings", id=organization["id"],
                                          settings=settings)["organization"])

    assert switch(sso=True, dir_sync=True) == {"sso": True, "dir_sync": True}
    assert switch(sso=False) == {"sso": False, "dir_sync": True}
    assert features(api.organizations("GetOrganization", id=organization["id"])["organization"])["dir_sync"]


def test_the_cap_of_users_is_set_and_lifted(api, organization):
    which = {"organization_id": organization["id"]}
    settings = {"max_allowed_users": 50}
    assert api.organizations("UpsertUserManagementSettings", **which, settings=settings)["settings"] == settings
    assert api.organizations("GetOrganizationUserManagementSetting", **which)["settings"] == settings
    lifted = api.organizations("UpsertUserManagementSettings", **which, settings={})["settings"]
    assert lifted.get("max_allowed_users", 0) == 0


def test_a_session_policy_of_its_own_is_set_and_given_up(api, organization):
    which = {"organization_id": organization["id"]}
    application = api.organizations("GetApplicationSessionPolicy", **which)["application_policy"]
    assert application["absolute_session_timeout"] > application["access_token_expiry"] > 0
    assert api.organizations("GetOrganizationSessionPolicy", **which)["policy"]["policy_source"] == "APPLICATION"
    changed = api.organizations("UpdateOrganizationSessionPolicy", **which, policy_source="CUSTOM",
                                absolute_session_timeout=8, absolute_session_timeout_unit="HOURS",
                                idle_session_timeout_enabled=True, idle_session_timeout=45,
                                idle_session_timeout_unit="MINUTES")["policy"]
    assert changed == {"policy_source": "CUSTOM", "absolute_session_timeout": 480,
                       "absolute_session_timeout_unit": "MINUTES", "idle_session_timeout_enabled": True,
                       "idle_session_timeout": 45, "idle_session_timeout_unit": "MINUTES"}
    assert api.organizations("GetOrganizationSessionPolicy", **which)["policy"] == changed
    back = api.organizations("UpdateOrganizationSessionPolicy", **which, policy_source="APPLICATION")["policy"]
    assert back["policy_source"] == "APPLICATION" and "absolute_session_timeout" not in back


def test_timeouts_in_the_wrong_order_are_an_invalid_argument(api, organization):
    with pytest.raises(Refused) as refused:
        api.organizations("UpdateOrganizationSessionPolicy", organization_id=organization["id"], policy_source="CUSTOM",
                          absolute_session_timeout=60, idle_session_timeout_enabled=True, idle_session_timeout=61)
    assert refused.value.code == "INVALID_ARGUMENT" and refused.value.info["error_code"]


def test_finds_by_any_part_of_a_name_or_id(api):
    word = unique("needle")
    made = [api.organizations("CreateOrganization", organization={"display_name": f"{prefix} {word}"})["organization"]["id"]
            for prefix in ("First", "Second", "Third")]
    found = api.organizations("SearchOrganization", query=word.upper(), page_size=2)
    assert [one["id"] for one in found["organizations"]] == made[:0:-1] and found["total_size"] == 3
    rest = api.organizations("SearchOrganization", query=word.upper(), page_size=2, page_token=found["next_page_token"])
    assert [one["id"] for one in rest["organizations"]] == made[:1]
    assert api.organizations("SearchOrganization", query="no such organization").get("organizations", []) == []
    for broken in ({"query": "ab"}, {"query": word, "page_size": 31}):
        with pytest.raises(Refused) as refused:
            api.organizations("SearchOrganization", **broken)
        assert refused.value.code == "INVALID_ARGUMENT"


def test_a_slug_and_a_logo_are_set_and_taken_away(api, organization):
    slug = unique("acme")
    which = {"id": organization["id"]}
    changed = api.organizations("UpdateOrganization", **which,
                                organization={"slug": slug, "logo_url": "https://example.test/logo.png"})["organization"]
    assert (changed["slug"], changed["logo_url"]) == (slug, "https://example.test/logo.png")
    with pytest.raises(Refused) as refused:
        api.organizations("CreateOrganization", organization={"display_name": "Second", "slug": slug})
    assert (refused.value.code, refused.value.info["error_code"]) == ("ALREADY_EXISTS", "SLUG_TAKEN")
    cleared = api.organizations("UpdateOrganization", **which, organization={"slug": "", "logo_url": ""})["organization"]
    assert "slug" not in cleared and not cleared.get("logo_url")
