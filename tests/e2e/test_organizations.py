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
