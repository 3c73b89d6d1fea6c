"""The recorder: the last requests of a directory, by API."""
import json
import secrets

from support.http import quoted
from support.tenant import PATCH_SCHEMA, SCIM_JSON, Tenant, api_client, user
from support.waiting import wait_until


def own(tenant):
    return f"/doorward/v1/organizations/{tenant.organization_id}/directories/{tenant.directory_id}/scim_requests"


def recorded(tenant, count, query=""):
    """The recorded requests once there are at least `count`."""
    def fetch():
        listed = tenant.api.get(own(tenant) + "?page_size=100" + query).expect(200).json().get("scim_requests", [])
        return listed if len(listed) >= count else None
    return wait_until(fetch, f"{count} recorded requests")


def test_what_a_push_said_and_did_can_be_read(tenant):
    made = tenant.scim.create_user("ann").expect(201)
    ann = made.json()["id"]
    refused = tenant.scim.patch(f"/Users/{ann}", {"op": "replace", "path": "emails[type eq", "value": 1}).expect(400)
    newest, oldest = recorded(tenant, 2)
    assert (oldest["method"], oldest["path"], oldest["status"]) == ("POST", "/Users", 201)
    assert oldest["effect"] == "SCIM_CREATED" and oldest["resource_id"] == ann
    assert oldest["request_id"] == made.headers["x-request-id"]
    assert oldest["changes"][0]["object_id"] == ann and oldest["transaction_id"].startswith("txn_")
    assert oldest["credential_id"].startswith("sec_") and "error" not in oldest
    assert newest["effect"] == "SCIM_NO_CHANGE" and newest.get("change_count", 0) == 0
    assert newest["error"] == {"reason": "scim_invalid_filter", "scim_type": "invalidFilter",
                               "detail": refused.json()["detail"], "clause": "RFC 7644 section 3.4.2.2"}
    view = tenant.api.get(f"{own(tenant)}/{oldest['id']}").expect(200).json()
    assert json.loads(view["request_body"]["text"])["userName"] == "ann@example.test"
    assert json.loads(view["response_body"]["text"])["id"] == ann
    assert view["response_body"]["size_bytes"] == len(made.body)
    tenant.api.get(own(tenant) + "/sreq_1").refuses(404, "SCIM_REQUEST_NOT_FOUND")


def test_lists_are_filtered_and_paged(tenant):
    ann = tenant.scim.create_user("ann").expect(201).json()["id"]
    group = tenant.scim.create_group("Team", [ann]).expect(201).json()["id"]
    tenant.scim.send("GET", f"/Groups/{group}").expect(200)
    tenant.scim.send("GET", "/Users/diruser_404").expect(404)
    assert len(recorded(tenant, 4)) == 4
    assert [r["status"] for r in recorded(tenant, 1, "&status_class=SCIM_CLIENT_ERROR")] == [404]
    assert [r["method"] for r in recorded(tenant, 2, f"&resource_id={group}")] == ["GET", "POST"]
    assert len(recorded(tenant, 2, "&path_prefix=/Users")) == 2
    assert len(recorded(tenant, 2, "&method=POST")) == 2
    page = tenant.api.get(own(tenant) + "?page_size=3").expect(200).json()
    rest = tenant.api.get(own(tenant) + f"?page_size=3&page_token={quoted(page['next_page_token'])}").expect(200).json()
    assert [r["path"] for r in rest["scim_requests"]] == ["/Users"] and not rest["next_page_token"]
    tenant.api.get(own(tenant) + f"?page_token={quoted(page['next_page_token'])}&method=GET").refuses(
        400, "INVALID_PAGE_TOKEN")


def test_refused_credentials_are_recorded_without_the_token(tenant):
    tenant.scim_client("guess-" + secrets.token_hex(8)).send("GET", "/Users").expect(401)
    refused, = recorded(tenant, 1)
    assert refused["status"] == 401 and refused["error"]["reason"] == "directory_secret_invalid"
    assert not refused.get("credential_id") and "guess-" not in str(refused)


def test_no_secret_reaches_a_record(new_server):
    server = new_server("--log-level", "debug").start()
    tenant = Tenant(server, api_client(server))
    canary = "canary" + secrets.token_hex(12)
    scim = tenant.scim
    ann = scim.create_user("ann", password=canary).expect(201).json()["id"]
    scim.send("PUT", f"/Users/{ann}", user("ann", password=canary)).expect(200)
    for operation in ({"op": "replace", "value": {"password": canary}}, {"op": "replace", "path": "password", "value": canary},
                      {"op": "nonsense", "value": canary, "path": "password"}):
        scim.send("PATCH", f"/Users/{ann}", {"schemas": [PATCH_SCHEMA], "Operations": [operation]})
    for body in (b'{"userName":"b","password":"%s"', b'{"userName":"b","pass\\u0077ord":"%s"', b'{"password":"%s","password":1}'):
        scim.client.request("POST", "/Users", headers={"Content-Type": SCIM_JSON}, body=body % canary.encode())
    scim.send("GET", "/Users?filter=" + quoted(f'password eq "{canary}"'))
    scim.send("GET", f"/Users?access_token={canary}")
    tenant.scim_client(canary).send("GET", "/Users").expect(401)
    for request in recorded(tenant, 11):
        assert canary not in str(tenant.api.get(f"{own(tenant)}/{request['id']}").expect(200).json())
    assert server.stop() == 0
    stored = server.database.contents(server)
    assert b"ann@example.test" in stored, "the search looks in the right place"
    assert canary.encode() not in stored
    assert canary not in server.log()


def test_bodies_are_sealed_at_rest_and_written_at_the_latest_when_the_server_stops(new_server):
    server = new_server().start()
    tenant = Tenant(server, api_client(server))
    marker = "marker" + secrets.token_hex(8)
    tenant.scim.send("GET", "/Users?filter=" + quoted(f'userName eq "{marker}"')).expect(200)
    assert server.stop() == 0
    stored = server.database.contents(server)
    assert marker.encode() not in stored
    server.start()
    api = api_client(server)
    listed = api.get(own(tenant)).expect(200).json()["scim_requests"]
    assert marker in listed[0]["query"]


def test_the_recorder_can_be_switched_off(new_server):
    server = new_server("--scim-record-requests", "0").start()
    tenant = Tenant(server, api_client(server))
    tenant.scim.create_user("ann").expect(201)
    assert server.stop() == 0
    server.start()
    assert api_client(server).get(own(tenant)).expect(200).json().get("scim_requests", []) == []
