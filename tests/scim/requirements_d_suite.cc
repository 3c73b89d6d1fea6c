// D: custom types and extensions in discovery.
#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

class RequirementsOfTypes : public Requirements {
 protected:
  void make_devices() {
    const Caller operator_{.kind = CallerKind::kApiClient, .environment_id = environment_, .id = "skc_1"};
    const ScimSchemas::Place here{home_.organization, home_.directory};
    for (const char* schema : {R"({"id": "urn:acme:Device", "name": "Device", "description": "A machine",
             "attributes": [{"name": "serial", "required": true, "uniqueness": "server"}]})",
                               R"({"id": "urn:acme:Badge", "attributes": [{"name": "level", "type": "integer"}]})"}) {
      must(sync_wait(schemas_.register_schema(operator_, here, json::parse(schema).as_object())));
    }
    must(sync_wait(schemas_.create_type(operator_, here,
                                        {.name = "Device",
                                         .endpoint = "/Devices",
                                         .description = "Machines",
                                         .schema = "urn:acme:Device",
                                         .extensions = {{.schema = "urn:acme:Badge", .required = true}}})));
    must(
        sync_wait(schemas_.attach_extension(operator_, here, "User", {.schema = "urn:acme:Badge", .required = false})));
  }
};

TEST_F(RequirementsOfTypes, D9_CustomTypesShowInResourceTypes) {
  make_devices();
  const Answer device = call("GET", "/ResourceTypes/Device");
  ASSERT_EQ(device.status, 200) << device.text;
  EXPECT_EQ(device.str("/endpoint"), "/Devices");
  EXPECT_EQ(device.str("/schema"), "urn:acme:Device");
  EXPECT_EQ(json::serialize(device.body.at("schemaExtensions")), R"([{"schema":"urn:acme:Badge","required":true}])");
  EXPECT_EQ(call("GET", "/ResourceTypes").body.at("totalResults"), 3);
  EXPECT_EQ(call("GET", "/ResourceTypes/User").body.at("schemaExtensions").as_array().size(), 2U);
}

TEST_F(RequirementsOfTypes, D9_CustomSchemasShowInSchemasAndAreEnforced) {
  make_devices();
  const Answer schema = call("GET", "/Schemas/urn:acme:Device");
  ASSERT_EQ(schema.status, 200) << schema.text;
  EXPECT_EQ(json::serialize(schema.body.at("attributes")),
            R"([{"name":"serial","type":"string","multiValued":false,"description":"","required":true,)"
            R"("caseExact":false,"mutability":"readWrite","returned":"default","uniqueness":"server"}])");
  EXPECT_EQ(call("GET", "/Schemas").body.at("totalResults"), 5) << "User, Enterprise, Group, Device, Badge";
  EXPECT_EQ(call("POST", "/Devices", R"({"urn:acme:Badge": {"level": 1}})").status, 400) << "serial is required";
  EXPECT_EQ(call("POST", "/Devices", R"({"serial": "1"})").status, 400) << "the extension is required";
  EXPECT_EQ(call("POST", "/Devices", R"({"serial": "1", "urn:acme:Badge": {"level": 1}})").status, 201);
}

TEST_F(RequirementsOfTypes, D9_OtherDirectoriesKnowNothingOfThem) {
  make_devices();
  const Tenant other = make_tenant();
  for (const char* path :
       {"/ResourceTypes/Device", "/Schemas/urn:acme:Device", "/Schemas/urn:acme:Badge", "/Devices"}) {
    EXPECT_EQ(send(other, {"GET", path, {}, other.secret}).status, 404) << path;
  }
}

}  // namespace
}  // namespace doorward::test
