"""What of SCIM only the wire shows: headers of answers, and refusals that no handler makes."""
import pytest

from support.tenant import ERROR_SCHEMA, SCIM_JSON


def is_scim_error(answer, status):
    assert answer.expect(status).headers["content-type"] == SCIM_JSON
    error = answer.json()
    assert error["schemas"] == [ERROR_SCHEMA] and error["status"] == str(status) and error["detail"]
    return error


def test_e1_e2_e3_versions_travel_in_headers(tenant):
    made = tenant.scim.create_user("ann").expect(201)
    tag, path = made.headers["etag"], f"/Users/{made.json()['id']}"
    assert tag.startswith('W/"') and made.json()["meta"]["version"] == tag
    assert made.headers["location"] == made.headers["content-location"] == made.json()["meta"]["location"]
    kept = tenant.scim.client.get(path, headers={"If-None-Match": tag}).expect(304)
    assert kept.body == b"" and kept.headers["etag"] == tag
    # The connection goes on after an answer without body.
    assert tenant.scim.client.get(path).expect(200).headers["etag"] == tag
    stale = tenant.scim.client.delete(path, headers={"If-Match": 'W/"0"'})
    is_scim_error(stale, 412)
    tenant.scim.client.delete(path, headers={"If-Match": tag}).expect(204)


def test_r3_every_answer_has_a_request_id(tenant):
    ids = []
    for answer in (tenant.scim.create_user("bob").expect(201), tenant.scim.send("GET", "/Users").expect(200),
                   tenant.scim.send("GET", "/Users/none").expect(404), tenant.scim.send("POST", "/Users", {}).expect(400),
                   tenant.scim.send("POST", "/Bulk", {"Operations": []}).expect(200),
                   tenant.scim_client("wrong").send("GET", "/Users").expect(401)):
        ids.append(answer.headers["x-request-id"])
    assert all(one.startswith("req_") for one in ids) and len(set(ids)) == len(ids)


def test_h9_h10_what_the_server_refuses_before_a_handler_is_a_scim_error(tenant):
    client = tenant.scim.client
    is_scim_error(client.get("/Users?filter=" + "x" * 20_000), 414)
    is_scim_error(client.get("/Users", headers={"X-Long": "x" * 10_000}), 431)
    body = client.request("POST", "/Users", body=b" " * (2 << 20), headers={"Content-Type": SCIM_JSON})
    assert "1048576" in is_scim_error(body, 413)["detail"]


def test_h3_json_is_called_what_the_client_asked_for(tenant):
    client = tenant.scim.client
    assert client.get("/Users", headers={"Accept": "application/json"}).expect(200).headers["content-type"] == "application/json"
    assert client.get("/Users", headers={"Accept": "*/*"}).expect(200).headers["content-type"] == SCIM_JSON


@pytest.mark.parametrize("path", ["/Users/?", "/Users?", "/Users/?&aadOptscim062020"])
def test_h7_odd_ends_of_urls(tenant, path):
    tenant.scim.client.get(path).expect(200)
