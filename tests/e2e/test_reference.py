"""What the server says of its own API."""
import base64
import hashlib
import json
import pathlib
import re

KEPT = pathlib.Path(__file__).resolve().parents[2] / "docs/reference/openapi.json"


def test_the_document_is_the_one_that_is_kept(server):
    served = server.client().get("/openapi.json").expect(200)
    assert served.headers["content-type"] == "application/json"
    document = served.json()
    kept = json.loads(KEPT.read_text())
    base_url = document["servers"][0]["url"]
    assert base_url == server.credentials["environment_url"]
    flow = document["components"]["securitySchemes"]["clientCredentials"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == base_url + "/oauth/token"
    flow["tokenUrl"] = kept["servers"][0]["url"] + "/oauth/token"
    document["servers"] = kept["servers"]
    assert document == kept, "tools/update-golden writes docs/reference/openapi.json anew"


def test_every_operation_of_the_document_is_served(server):
    for path, item in server.client().get("/openapi.json").json()["paths"].items():
        for verb, operation in item.items():
            answer = server.client().request(verb.upper(), re.sub(r"\{[^}]*\}", "some_1", path))
            assert answer.status == (401 if operation.get("security", True) else 200), f"{verb} {path}"


def test_both_have_entity_tags_and_take_only_get(server):
    for path in ("/openapi.json", "/docs/api"):
        first = server.client().get(path).expect(200)
        again = server.client().get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status, again.body) == (304, b"")
        head = server.client().request("HEAD", path)
        assert (head.status, head.body) == (200, b"") and head.headers["etag"] == first.headers["etag"]
        refused = server.client().post(path, {})
        assert refused.status == 405 and "GET" in refused.headers["allow"]


def test_the_page_needs_nothing_else_and_forbids_it(server):
    page = server.client().get("/docs/api").expect(200)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    text = page.body.decode()
    style, = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and f"style-src 'sha256-{digest}'" in policy and "script" not in policy
    assert "<script" not in text and server.credentials["environment_url"] + "/oauth/token" in text
    for operation_id in re.findall(r'"operationId":"(\w+)"', server.client().get("/openapi.json").body.decode()):
        assert f'id="{operation_id}"' in text
