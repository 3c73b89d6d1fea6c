"""The API's own description, judged by a validator that knows OpenAPI and not Doorward."""
import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from support.tenant import api_client


@pytest.fixture(scope="module")
def document(server):
    return server.client().get("/openapi.json").expect(200).json()


def test_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1.")
    errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in
              OpenAPIV31SpecValidator(document).iter_errors()]
    assert not errors, "\n".join(errors)


def schemas_in(value, path=""):
    """Every schema of the document with its place. What stands in a sample is data, whatever its names."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name in ("example", "examples") and not path.endswith("/properties"):
                continue
            here = f"{path}/{name}"
            if name == "schema" or path.endswith("/components/schemas"):
                yield here, member
            yield from schemas_in(member, here)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from schemas_in(member, f"{path}/{index}")


def media_in(document):
    """Every body of a request or an answer."""
    for item in document["paths"].values():
        for operation in item.values():
            for body in [operation.get("requestBody", {}), *operation["responses"].values()]:
                yield from body.get("content", {}).values()


def test_every_schema_is_json_schema_and_every_sample_is_good(document):
    seen = 0
    for path, schema in schemas_in(document):
        jsonschema.Draft202012Validator.check_schema(schema)
        whole = {**schema, "components": document["components"]}
        for sample in schema.get("examples", []):
            jsonschema.Draft202012Validator(whole).validate(sample)
        seen += 1
    assert seen > 50
    for media in media_in(document):
        if "example" in media:
            whole = {**media["schema"], "components": document["components"]}
            jsonschema.Draft202012Validator(whole).validate(media["example"])


def test_real_answers_are_what_it_promises(server, tenant, document):
    """A tour through one organization: each answer against the schema of its operation and status."""
    api = api_client(server)
    organization = f"/api/v1/organizations/{tenant.organization_id}"
    directory = f"{organization}/directories/{tenant.directory_id}"
    tenant.scim.create_user("ann").expect(201)
    calls = [("get", "/api/v1/organizations", "/api/v1/organizations?page_size=2"),
             ("get", "/api/v1/organizations:search", "/api/v1/organizations:search?query=ten"),
             ("get", "/api/v1/organizations:search", "/api/v1/organizations:search?query=t"),
             ("get", "/api/v1/organizations/{id}", organization),
             ("get", "/api/v1/organizations/{id}", "/api/v1/organizations/org_1"),
             ("get", "/api/v1/organizations/{organization_id}/session-policy", f"{organization}/session-policy"),
             ("get", "/api/v1/organizations/{organization_id}/application-session-policy",
              f"{organization}/application-session-policy"),
             ("get", "/api/v1/organizations/{organization_id}/settings/usermanagement",
              f"{organization}/settings/usermanagement"),
             ("get", "/api/v1/organizations/{organization_id}/directories", f"{organization}/directories"),
             ("get", "/api/v1/organizations/{organization_id}/directories/{id}", directory),
             ("get", "/api/v1/organizations/{organization_id}/directories/{directory_id}/users",
              f"{directory}/users?include_detail=true"),
             ("get", "/api/v1/organizations/{organization_id}/directories/{directory_id}/groups", f"{directory}/groups"),
             ("get", "/doorward/v1/webhook_endpoints", "/doorward/v1/webhook_endpoints")]
    for verb, template, target in calls:
        answer = api.request(verb.upper(), target)
        declared = document["paths"][template][verb]["responses"]
        assert str(answer.status) in declared, f"{target}: {answer.status} is not declared"
        promise = declared[str(answer.status)]
        if "$ref" in promise:
            promise = document["components"]["responses"][promise["$ref"].rsplit("/", 1)[1]]
        schema = {**promise["content"]["application/json"]["schema"], "components": document["components"]}
        jsonschema.Draft202012Validator(schema).validate(answer.json())
