"""Schemas and resource types of a directory: registered by the API, spoken by its SCIM endpoint at once."""
from support.http import quoted
from support.tenant import Tenant

DEVICE = "urn:acme:scim:2.0:Device"
BADGE = "urn:acme:scim:2.0:Badge"


def base(tenant):
    return f"/doorward/v1/organizations/{tenant.organization_id}/directories/{tenant.directory_id}"


def register(tenant, urn, *attributes):
    return tenant.api.put(f"{base(tenant)}/scim_schemas", {"id": urn, "attributes": list(attributes)})


def define_devices(tenant):
    register(tenant, DEVICE, {"name": "serial", "required": True, "uniqueness": "server"},
             {"name": "tags", "multiValued": True}).expect(200)
    return tenant.api.post(f"{base(tenant)}/scim_resource_types",
                           {"name": "Device", "endpoint": "/Devices", "schema": DEVICE}).expect(201).json()


def test_a_registered_type_is_spoken_at_once(tenant):
    tenant.scim.send("GET", "/Devices").expect(404)
    made = define_devices(tenant)["resource_type"]
    assert (made["name"], made["endpoint"], made["schema"]) == ("Device", "/Devices", DEVICE)
    device = tenant.scim.send("POST", "/Devices", {"schemas": [DEVICE], "serial": "A1"}).expect(201).json()
    assert device["meta"]["resourceType"] == "Device"
    assert tenant.scim.send("POST", "/Devices", {"serial": "a1"}).expect(409).json()["scimType"] == "uniqueness"
    patch = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
             "Operations": [{"op": "add", "path": "tags", "value": ["x"]}]}
    assert tenant.scim.send("PATCH", f"/Devices/{device['id']}", patch).expect(200).json()["tags"] == ["x"]
    found = tenant.scim.send("GET", "/Devices?filter=" + quoted('tags eq "X"')).expect(200).json()
    assert [one["id"] for one in found["Resources"]] == [device["id"]]
    assert tenant.scim.send("GET", "/ResourceTypes/Device").expect(200).json()["schema"] == DEVICE


def test_an_extension_of_users_shows_only_in_its_directory(server, api, tenant):
    register(tenant, BADGE, {"name": "level", "type": "integer"}).expect(200)
    types = f"{base(tenant)}/scim_resource_types"
    attached = tenant.api.put(f"{types}/User/extensions", {"schema": BADGE}).expect(200).json()["resource_type"]
    assert attached["schema_extensions"][-1] == {"schema": BADGE, "required": False}
    user = tenant.scim.create_user(**{BADGE: {"level": 3}}).expect(201).json()
    assert user[BADGE] == {"level": 3} and BADGE in user["schemas"]
    other = Tenant(server, api)
    assert BADGE not in other.scim.create_user(**{BADGE: {"level": 3}}).expect(201).json()
    other.scim.send("GET", f"/Schemas/{BADGE}").expect(404)
    tenant.api.delete(f"{base(tenant)}/scim_schemas/{BADGE}").refuses(400, "SCIM_SCHEMA_IN_USE")
    tenant.api.delete(f"{types}/User/extensions/{BADGE}").expect(200)
    assert BADGE not in tenant.scim.send("GET", f"/Users/{user['id']}").expect(200).json()
    tenant.api.delete(f"{base(tenant)}/scim_schemas/{BADGE}").expect(200)


def test_schemas_are_listed_read_and_replaced(tenant):
    register(tenant, BADGE, {"name": "level", "type": "integer"}).expect(200)
    shown = register(tenant, BADGE, {"name": "level", "type": "integer"}, {"name": "color"}).expect(200).json()["schema"]
    assert [a["name"] for a in shown["attributes"]] == ["level", "color"]
    assert shown["attributes"][1]["mutability"] == "readWrite"
    schemas = f"{base(tenant)}/scim_schemas"
    assert tenant.api.get(schemas).expect(200).json()["schemas"] == [shown]
    assert tenant.api.get(f"{schemas}/{BADGE}").expect(200).json()["schema"] == shown
    tenant.api.get(f"{schemas}/urn:acme:Nothing").refuses(404, "SCIM_SCHEMA_NOT_FOUND")
    names = [t["name"] for t in tenant.api.get(f"{base(tenant)}/scim_resource_types").expect(200).json()["resource_types"]]
    assert names == ["User", "Group"]


def test_what_is_wrong_with_a_schema_is_named(tenant):
    answer = register(tenant, BADGE, {"name": "level", "type": "int"}).expect(400).json()
    violation = answer["validation_error_info"]["field_violations"][0]
    assert violation["field"] == "schema.attributes[0].type" and '"level"' in violation["description"]
    tenant.api.post(f"{base(tenant)}/scim_resource_types",
                    {"name": "Device", "endpoint": "/Bulk", "schema": DEVICE}).expect(400)


def test_organizations_keep_their_schemas_apart(server, api, tenant):
    register(tenant, BADGE, {"name": "level"}).expect(200)
    other = Tenant(server, api)
    crossed = f"/doorward/v1/organizations/{other.organization_id}/directories/{tenant.directory_id}/scim_schemas"
    tenant.api.get(crossed).refuses(404, "DIRECTORY_NOT_FOUND")
    assert tenant.api.get(f"{base(other)}/scim_schemas").expect(200).json().get("schemas", []) == []
