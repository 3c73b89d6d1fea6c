"""Organizations over the REST API."""
import json

import pytest

from support.http import quoted
from support.tenant import Tenant, unique
from support.waiting import wait_until

ORGANIZATIONS = "/api/v1/organizations"


def create(api, **fields):
    fields.setdefault("display_name", unique("Org"))
    return api.post(ORGANIZATIONS, fields).expect(201).json()["organization"]


def violations(answer):
    return {v["field"] for v in answer.json()["validation_error_info"]["field_violations"]}


def test_create_and_read_back(api):
    external_id = unique("ext")
    made = create(api, display_name="Größe & 株式会社", external_id=external_id, metadata={"plan": "gold"})
    assert made["id"].startswith("org_") and len(made["id"]) <= 32
    assert (made["display_name"], made["external_id"]) == ("Größe & 株式会社", external_id)
    assert made["metadata"] == {"plan": "gold"} and made["create_time"].endswith("Z")
    assert api.get(f"{ORGANIZATIONS}/{made['id']}").expect(200).json()["organization"] == made
    by_external = api.get(f"{ORGANIZATIONS}:external/{quoted(external_id)}").expect(200)
    assert by_external.json()["organization"] == made


def test_json_names_may_be_camel_case_too(api):
    made = api.post(ORGANIZATIONS, {"displayName": "Camel", "externalId": unique("ext")}).expect(201).json()
    assert made["organization"]["display_name"] == "Camel"


def test_a_taken_external_id_is_refused_with_words(api):
    external_id = unique("ext")
    create(api, external_id=external_id)
    refused = api.post(ORGANIZATIONS, {"display_name": "Twin", "external_id": external_id}).expect(409)
    refused.refuses(409, "EXTERNAL_ID_TAKEN")
    assert any(word in refused.body.decode().lower() for word in ("external", "duplicate", "already exists"))


def test_update_changes_only_what_is_given(api):
    made = create(api, external_id=unique("ext"), metadata={"plan": "gold"})
    path = f"{ORGANIZATIONS}/{made['id']}"
    changed = api.patch(path, {"display_name": "Renamed"}).expect(200).json()["organization"]
    assert changed["display_name"] == "Renamed"
    assert (changed["external_id"], changed["metadata"]) == (made["external_id"], made["metadata"])
    assert changed["update_time"] >= made["update_time"] and changed["create_time"] == made["create_time"]
    assert api.get(path).json()["organization"] == changed


def test_delete_frees_the_external_id_and_the_rest_is_not_found(server, api):
    tenant = Tenant(server, api)
    external_id = unique("ext")
    path = f"{ORGANIZATIONS}/{tenant.organization_id}"
    api.patch(path, {"external_id": external_id}).expect(200)
    tenant.scim.create_user("gone").expect(201)
    deleted = api.delete(path).expect(200)
    assert deleted.json() == {}
    for answer in (api.get(path), api.patch(path, {"display_name": "x"}), api.delete(path),
                   api.get(f"{ORGANIZATIONS}:external/{external_id}"), api.get(tenant.directories)):
        answer.refuses(404, "ORGANIZATION_NOT_FOUND")
    wait_until(lambda: tenant.scim.send("GET", "/Users").status == 401, "the secret to lose access", seconds=5)
    assert create(api, external_id=external_id)["id"] != tenant.organization_id


def test_listing_is_newest_first_and_pages_cover_everything_once(api):
    made = [create(api)["id"] for _ in range(7)]
    seen, page_token, pages = [], "", 0
    while True:
        page = api.get(f"{ORGANIZATIONS}?page_size=3&page_token={quoted(page_token)}").expect(200).json()
        assert len(page["organizations"]) <= 3
        seen += [o["id"] for o in page["organizations"]]
        page_token, pages = page["next_page_token"], pages + 1
        if not page_token or set(made) <= set(seen):
            break
    assert pages >= 3
    assert len(seen) == len(set(seen))
    assert [i for i in seen if i in made] == made[::-1]
    assert page["total_size"] >= 7


def test_going_back_a_page(api):
    for _ in range(4):
        create(api)
    first = api.get(f"{ORGANIZATIONS}?page_size=2").expect(200).json()
    assert first["prev_page_token"] == ""
    second = api.get(f"{ORGANIZATIONS}?page_size=2&page_token={quoted(first['next_page_token'])}").expect(200).json()
    back = api.get(f"{ORGANIZATIONS}?page_size=2&page_token={quoted(second['prev_page_token'])}").expect(200).json()
    assert [o["id"] for o in back["organizations"]] == [o["id"] for o in first["organizations"]]


def test_page_size_100_of_the_python_sample(api):
    api.get(f"{ORGANIZATIONS}?page_size=100").expect(200)


@pytest.mark.parametrize("forged", ["AAAA", "not base64 !", "null"])
def test_a_forged_page_token_is_refused(api, forged):
    api.get(f"{ORGANIZATIONS}?page_token={quoted(forged)}").refuses(400, "INVALID_PAGE_TOKEN")


def test_a_page_token_is_good_only_for_its_list(api, tenant):
    for n in range(3):
        create(api)
        tenant.scim.create_user(unique("u")).expect(201)
    page_token = api.get(f"{ORGANIZATIONS}?page_size=1").json()["next_page_token"]
    users = f"{tenant.directories}/{tenant.directory_id}/users"
    api.get(f"{users}?page_size=1&page_token={quoted(page_token)}").refuses(400, "INVALID_PAGE_TOKEN")
    page_token = api.get(f"{users}?page_size=1").json()["next_page_token"]
    api.get(f"{users}?page_size=1&page_token={quoted(page_token)}").expect(200)
    changed = page_token[:-2] + ("AA" if page_token[-2:] != "AA" else "BB")
    api.get(f"{users}?page_size=1&page_token={quoted(changed)}").refuses(400, "INVALID_PAGE_TOKEN")


@pytest.mark.parametrize("body, field", [
    ({}, "display_name"), ({"display_name": ""}, "display_name"), ({"display_name": "x" * 201}, "display_name"),
    ({"display_name": "x", "metadata": {"ab": "short key"}}, "metadata"),
    ({"display_name": "x", "metadata": {f"key{n}": "v" for n in range(11)}}, "metadata"),
    ({"display_name": "x", "slug": "Not A Label"}, "slug")])
def test_field_rules_answer_with_the_field(api, body, field):
    refused = api.post(ORGANIZATIONS, body)
    refused.refuses(400, "INVALID_ARGUMENT")
    assert any(field in name for name in violations(refused)), refused.body
    for violation in refused.json()["validation_error_info"]["field_violations"]:
        assert violation["description"] and violation["constraint"]


def test_length_counts_characters_not_bytes(api):
    assert create(api, display_name="ü" * 200)["display_name"] == "ü" * 200


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"display_name": 7}', b"\xff\xfe"])
def test_a_broken_body_is_the_callers_fault(api, body):
    refused = api.request("POST", ORGANIZATIONS, body=body, headers={"Content-Type": "application/json"})
    assert refused.expect(400).json()["error_code"]


@pytest.mark.parametrize("method, path, body", [
    ("POST", ORGANIZATIONS, {}), ("GET", ORGANIZATIONS + "/" + "x" * 100, None), ("POST", ORGANIZATIONS, None),
    ("GET", ORGANIZATIONS + "?page_size=abc", None)])
def test_authentication_comes_before_validation(server, method, path, body):
    info = server.client().request(method, path, json_body=body).refuses(401, "MISSING_CREDENTIALS")
    assert not info.get("validation_error_info")


def test_two_identities_in_one_request_are_refused(api):
    made = create(api, external_id=unique("ext"))
    api.get(f"{ORGANIZATIONS}:external/{made['external_id']}?id={made['id']}").expect(400)


def test_members_of_a_newer_interface_are_ignored(api):
    assert create(api, no_such_field=1)["id"]


def test_unknown_ids_are_not_found(api):
    for path in ("/org_1", "/org_99999999999999999", "/nonsense", ":external/" + unique("none")):
        api.get(ORGANIZATIONS + path).refuses(404, "ORGANIZATION_NOT_FOUND")


def test_a_wrong_verb_is_told_what_is_allowed(api):
    answer = api.put(ORGANIZATIONS, {"display_name": "x"})
    assert answer.status == 405 and "POST" in answer.headers["allow"]


def test_answers_emit_defaults(api):
    page = json.loads(api.get(f"{ORGANIZATIONS}?page_size=1").expect(200).body)
    assert set(page) >= {"next_page_token", "prev_page_token", "total_size", "organizations"}


# ---- search

def search(api, query, **parameters):
    parameters = "".join(f"&{name}={quoted(str(value))}" for name, value in parameters.items())
    return api.get(f"{ORGANIZATIONS}:search?query={quoted(query)}{parameters}")


def test_search_looks_into_names_and_ids_without_letter_case(api):
    word = unique("Zebra")
    named = create(api, display_name=f"The {word} GmbH & Söhne")
    external = create(api, external_id=f"crm/{word}")
    slug = create(api, slug=f"{word.lower()}.example")
    found = search(api, word.upper()).expect(200).json()
    assert [o["id"] for o in found["organizations"]] == [slug["id"], external["id"], named["id"]]
    assert (found["total_size"], found["next_page_token"], found["prev_page_token"]) == (3, "", "")
    assert found["organizations"][2] == named
    assert search(api, f"{word} gmbh & SÖHNE").json()["total_size"] == 1
    assert [o["id"] for o in search(api, named["id"]).json()["organizations"]] == [named["id"]]
    assert search(api, unique("nobody")).json()["organizations"] == []
    api.delete(f"{ORGANIZATIONS}/{named['id']}").expect(200)
    assert search(api, word).json()["total_size"] == 2


def test_search_pages_forwards_and_backwards(api):
    word = unique("paging")
    made = [create(api, display_name=f"{word} {n}")["id"] for n in range(7)]
    create(api)
    pages, token = [], ""
    while True:
        page = search(api, word, page_size=3, page_token=token).expect(200).json()
        assert page["total_size"] == 7
        pages.append(page)
        token = page["next_page_token"]
        if not token:
            break
    assert [o["id"] for p in pages for o in p["organizations"]] == made[::-1]
    assert [len(p["organizations"]) for p in pages] == [3, 3, 1]
    back = search(api, word, page_size=3, page_token=pages[2]["prev_page_token"]).json()
    assert back["organizations"] == pages[1]["organizations"]
    assert search(api, word, page_size=3, page_token=back["prev_page_token"]).json()["prev_page_token"] == ""
    search(api, "another", page_token=pages[0]["next_page_token"]).refuses(400, "INVALID_PAGE_TOKEN")


@pytest.mark.parametrize("query, parameters", [("ab", {}), ("x" * 101, {}), ("", {}), ("abc", {"page_size": 31})])
def test_search_refuses_what_its_declaration_refuses(api, query, parameters):
    search(api, query, **parameters).refuses(400, "INVALID_ARGUMENT")


# ---- settings

def features(organization):
    return [(f["name"], f["enabled"]) for f in organization["settings"]["features"]]


def set_features(api, organization_id, **switches):
    listed = [{"name": name, "enabled": enabled} for name, enabled in switches.items()]
    return api.patch(f"{ORGANIZATIONS}/{organization_id}/settings", {"features": listed})


def test_features_that_are_not_mentioned_keep_their_value(api):
    made = create(api, logo_url="https://acme.test/logo.png")
    assert features(made) == []
    changed = set_features(api, made["id"], dir_sync=True, sso=True).expect(200).json()["organization"]
    assert features(changed) == [("sso", True), ("dir_sync", True)]
    assert changed["logo_url"] == made["logo_url"]
    changed = set_features(api, made["id"], session_policy=True, sso=False).expect(200).json()["organization"]
    assert features(changed) == [("sso", False), ("dir_sync", True), ("session_policy", True)]
    changed = set_features(api, made["id"], directory_sync=False).expect(200).json()["organization"]
    assert features(changed) == [("sso", False), ("dir_sync", False), ("session_policy", True)]
    assert api.get(f"{ORGANIZATIONS}/{made['id']}").json()["organization"] == changed


def test_an_unknown_feature_is_refused_at_its_place(api):
    made = create(api)
    refused = set_features(api, made["id"], sso=True, scim=True)
    refused.refuses(400, "INVALID_ARGUMENT")
    assert violations(refused) == {"settings.features[1].name"}
    assert '"domain_verification"' in refused.body.decode().replace("\\", "")
    assert features(api.get(f"{ORGANIZATIONS}/{made['id']}").json()["organization"]) == []


def test_settings_change_update_time_only_when_they_change_something(api):
    made = create(api)
    first = set_features(api, made["id"], sso=True).json()["organization"]
    again = set_features(api, made["id"], sso=True).json()["organization"]
    assert first["update_time"] > made["update_time"] and again == first


def policy_path(organization_id):
    return f"{ORGANIZATIONS}/{organization_id}/session-policy"


def test_a_session_policy_begins_with_the_applications(api):
    made = create(api)
    assert api.get(policy_path(made["id"])).expect(200).json() == {"policy": {"policy_source": "APPLICATION"}}
    application = api.get(f"{ORGANIZATIONS}/{made['id']}/application-session-policy").expect(200).json()
    assert application == {"application_policy": {
        "absolute_session_timeout": 43200, "absolute_session_timeout_unit": "MINUTES",
        "idle_session_timeout_enabled": False, "idle_session_timeout": 10080, "idle_session_timeout_unit": "MINUTES",
        "access_token_expiry": 15}}


def test_a_custom_session_policy_is_answered_in_minutes_and_can_be_given_back(api):
    path = policy_path(create(api)["id"])
    custom = {"policy_source": "CUSTOM", "absolute_session_timeout": 6, "absolute_session_timeout_unit": "HOURS",
              "idle_session_timeout_enabled": True, "idle_session_timeout": 60}
    answered = {"policy": {"policy_source": "CUSTOM", "absolute_session_timeout": 360,
                           "absolute_session_timeout_unit": "MINUTES", "idle_session_timeout_enabled": True,
                           "idle_session_timeout": 60, "idle_session_timeout_unit": "MINUTES"}}
    assert api.patch(path, custom).expect(200).json() == answered
    assert api.get(path).json() == answered
    changed = api.patch(path, {"idle_session_timeout_enabled": False}).expect(200).json()["policy"]
    assert changed["policy_source"] == "CUSTOM" and changed["absolute_session_timeout"] == 360
    assert changed["idle_session_timeout_enabled"] is False
    back = api.patch(path, {"policy_source": "APPLICATION", "absolute_session_timeout": 60}).expect(200).json()
    assert back == {"policy": {"policy_source": "APPLICATION"}} == api.get(path).json()


@pytest.mark.parametrize("change, field", [
    ({"absolute_session_timeout": 0}, "absolute_session_timeout"),
    ({"absolute_session_timeout": 366, "absolute_session_timeout_unit": "DAYS"}, "absolute_session_timeout"),
    ({"idle_session_timeout": 10081}, "idle_session_timeout"),
    ({"absolute_session_timeout": 15}, "absolute_session_timeout"),
    ({"absolute_session_timeout": 60, "idle_session_timeout": 60, "idle_session_timeout_enabled": True},
     "absolute_session_timeout"),
    ({"absolute_session_timeout": 60, "absolute_session_timeout_unit": 17}, "absolute_session_timeout_unit")])
def test_session_timeouts_have_bounds_and_an_order(api, change, field):
    path = policy_path(create(api)["id"])
    refused = api.patch(path, {"policy_source": "CUSTOM", **change})
    refused.refuses(400, "INVALID_ARGUMENT")
    assert violations(refused) == {field}
    assert api.get(path).json() == {"policy": {"policy_source": "APPLICATION"}}


def test_the_cap_of_users_is_set_and_lifted(api):
    path = f"{ORGANIZATIONS}/{create(api)['id']}/settings/usermanagement"

    def put(settings):
        answer = api.patch(path, {"settings": settings}).expect(200).json()
        assert api.get(path).expect(200).json() == answer
        return answer["settings"].get("max_allowed_users")

    assert api.get(path).json()["settings"].get("max_allowed_users") is None
    assert put({"max_allowed_users": 150}) == 150
    assert put({"max_allowed_users": 0}) == 0
    assert put({"max_allowed_users": 7}) == 7
    assert put({"max_allowed_users": None}) is None
    api.patch(path, {"settings": {"max_allowed_users": -1}}).refuses(400, "INVALID_ARGUMENT")
    api.patch(path, {"settings": {"max_allowed_users": 2 ** 31}}).expect(400)
    api.patch(path, {}).refuses(400, "INVALID_ARGUMENT")


def test_settings_tell_subscribers_once_for_each_change(api, tenant, receiver):
    hook = tenant.hook(receiver)
    path = f"{ORGANIZATIONS}/{tenant.organization_id}"
    for _ in range(2):
        set_features(api, tenant.organization_id, sso=True).expect(200)
        api.patch(f"{path}/session-policy", {"policy_source": "CUSTOM", "absolute_session_timeout": 60}).expect(200)
        api.patch(f"{path}/settings/usermanagement", {"settings": {"max_allowed_users": 3}}).expect(200)
    api.patch(path, {"display_name": "The last change"}).expect(200)
    hook.wait_for_type("organization.updated", lambda e: e["data"]["display_name"] == "The last change")
    assert hook.types() == ["organization.updated"] * 4
    assert all(e["data"]["settings"] == {"features": [{"name": "sso", "enabled": True}]} for e in hook.events())


@pytest.mark.parametrize("method, suffix, body", [
    ("PATCH", "/settings", {"features": []}), ("GET", "/session-policy", None), ("GET", "/settings/usermanagement", None),
    ("PATCH", "/session-policy", {"policy_source": "CUSTOM"}), ("GET", "/application-session-policy", None),
    ("PATCH", "/settings/usermanagement", {"settings": {"max_allowed_users": 1}})])
def test_settings_of_nobody_are_not_found(api, method, suffix, body):
    api.request(method, f"{ORGANIZATIONS}/org_1{suffix}", json_body=body).refuses(404, "ORGANIZATION_NOT_FOUND")
    if suffix != "/settings":
        api.request(method, f"{ORGANIZATIONS}/acme{suffix}", json_body=body).refuses(400, "INVALID_ARGUMENT")


def test_slug_and_logo_are_checked_kept_and_taken_away(api):
    slug = f"{unique('s').lower().replace('_', '-')}.example"
    made = create(api, slug=slug, logo_url="https://acme.test/l.png")
    path = f"{ORGANIZATIONS}/{made['id']}"
    api.post(ORGANIZATIONS, {"display_name": "Twin", "slug": slug}).refuses(409, "SLUG_TAKEN")
    for field, value in (("logo_url", "http://acme.test/l.png"), ("logo_url", "https://" + "x" * 1017),
                         ("slug", "Acme"), ("slug", "-acme"), ("slug", "a." * 127), ("external_id", "x" * 256)):
        assert violations(api.patch(path, {field: value}).expect(400)) == {f"organization.{field}"}
    kept = api.patch(path, {"display_name": "Renamed"}).json()["organization"]
    assert (kept["slug"], kept["logo_url"]) == (slug, made["logo_url"])
    cleared = api.patch(path, {"slug": "", "logo_url": ""}).expect(200).json()["organization"]
    assert "slug" not in cleared and "logo_url" not in cleared
    create(api, slug=slug)


def test_portal_links_are_announced_but_not_built(api):
    api.put(f"{ORGANIZATIONS}/{create(api)['id']}/portal_links", {}).expect(501)
