"""One method over every wire that HTTP/1.1 can carry, compressed and not, against the whole server."""
import gzip
import json
import urllib.parse

from support.tenant import unique

SERVICE = "/scalekit.v1.organizations.OrganizationService/"
JSON = {"Content-Type": "application/json"}


def make(api, **fields):
    made = api.post("/api/v1/organizations", {"display_name": unique("Org"), **fields}).expect(201)
    return made.json()["organization"]


def frame(data, compressed=False):
    return bytes([compressed]) + len(data).to_bytes(4, "big") + data


def test_connect_by_post_and_get_and_rest_tell_the_same(api):
    made = make(api)
    by_post = api.post(SERVICE + "GetOrganization", {"id": made["id"]}).expect(200).json()["organization"]
    message = urllib.parse.quote(json.dumps({"id": made["id"]}))
    by_get = api.get(f"{SERVICE}GetOrganization?connect=v1&encoding=json&message={message}").expect(200)
    assert by_post == by_get.json()["organization"] == made


def test_connect_refusals_have_their_form(server, api):
    refused = api.post(SERVICE + "GetOrganization", {"id": "org_0"}).expect(404).json()
    assert refused["code"] == "not_found"
    assert refused["details"][0]["type"] == "scalekit.v1.errdetails.ErrorInfo"
    assert refused["details"][0]["debug"]["error_code"] == "ORGANIZATION_NOT_FOUND"
    assert api.get(f"{SERVICE}CreateOrganization?encoding=json&message=%7B%7D").expect(405).headers["allow"] == "POST"
    stranger = server.client().post(SERVICE + "GetOrganization", body=b"not json", headers=JSON).expect(401)
    assert stranger.json()["code"] == "unauthenticated"


def test_long_answers_are_compressed_for_those_who_take_it(api):
    for _ in range(12):
        make(api)
    by_connect = f"{SERVICE}ListOrganization?encoding=json&message=%7B%22page_size%22%3A10%7D"
    for path in ("/api/v1/organizations?page_size=10", by_connect):
        plain = api.get(path).expect(200)
        packed = api.get(path, headers={"Accept-Encoding": "br, gzip"}).expect(200)
        assert "content-encoding" not in plain.headers and packed.headers["content-encoding"] == "gzip"
        assert len(packed.body) < len(plain.body)
        assert len(json.loads(gzip.decompress(packed.body))["organizations"]) == 10


def test_compressed_requests_are_taken_within_bounds(api):
    body = gzip.compress(json.dumps({"display_name": unique("Org")}).encode())
    headers = {**JSON, "Content-Encoding": "gzip"}
    api.post("/api/v1/organizations", body=body, headers=headers).expect(201)
    bomb = gzip.compress(b" " * (200 * 1024 * 1024), 9)
    api.post("/api/v1/organizations", body=bomb, headers=headers).refuses(413, "PAYLOAD_TOO_LARGE")
    api.post("/api/v1/organizations", body=body, headers={**JSON, "Content-Encoding": "br"}).refuses(
        415, "UNSUPPORTED_ENCODING")


def test_grpc_health_is_that_of_readyz(server):
    def status(service):
        question = frame(json.dumps({"service": service}).encode())
        answer = server.client().post("/grpc.health.v1.Health/Check", body=question,
                                      headers={"Content-Type": "application/grpc+json"}).expect(200)
        return json.loads(answer.body[5:])["status"] if answer.body else answer.headers["grpc-status"]

    assert status("") == "SERVING"
    assert status("scalekit.v1.directories.DirectoryService") == "SERVING"
    assert status("scalekit.v1.nobody.Nobody") == "5"
