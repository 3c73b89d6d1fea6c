// D: discovery (RFC 7643 sections 5 to 7, RFC 7644 section 4).
#include <set>

#include "protocol/scim/schema.h"
#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

// The keys that a strict client knows (RFC 7643 sections 5, 6 and 7).
const std::set<std::string> kConfigKeys = {
    "schemas", "documentationUri",      "patch", "bulk", "filter", "changePassword", "sort",
    "etag",    "authenticationSchemes", "meta"};
const std::set<std::string> kTypeKeys = {"schemas",          "id",  "name", "description", "endpoint", "schema",
                                         "schemaExtensions", "meta"};
const std::set<std::string> kSchemaKeys = {"schemas", "id", "name", "description", "attributes", "meta"};
const std::set<std::string> kAttributeKeys = {"name",        "type",     "subAttributes",   "multiValued",
                                              "description", "required", "canonicalValues", "caseExact",
                                              "mutability",  "returned", "uniqueness",      "referenceTypes"};

void expect_keys(const json::object& object, const std::set<std::string>& known) {
  for (const auto& member : object) {
    EXPECT_TRUE(known.contains(std::string(member.key()))) << member.key() << " in " << json::serialize(object);
    EXPECT_FALSE(member.value().is_null()) << member.key();
  }
}

void expect_definition(const json::object& attribute) {
  expect_keys(attribute, kAttributeKeys);
  for (const char* key :
       {"name", "type", "multiValued", "description", "required", "mutability", "returned", "uniqueness"}) {
    EXPECT_TRUE(attribute.contains(key)) << key << " of " << json::serialize(attribute);
  }
  EXPECT_FALSE(attribute.at("description").as_string().empty()) << json::serialize(attribute);
  const std::string type(attribute.at("type").as_string());
  EXPECT_EQ(attribute.contains("subAttributes"), type == "complex") << json::serialize(attribute);
  EXPECT_EQ(attribute.contains("referenceTypes"), type == "reference") << json::serialize(attribute);
  if (type == "string" || type == "reference")
    EXPECT_TRUE(attribute.contains("caseExact")) << json::serialize(attribute);
  if (!attribute.contains("subAttributes")) return;
  for (const json::value& sub : attribute.at("subAttributes").as_array()) {
    EXPECT_NE(sub.at("type"), "complex");
    expect_definition(sub.as_object());
  }
}

TEST_F(Requirements, D1_TheConfigurationIsOneObjectWithEveryPart) {
  const Answer config = call("GET", "/ServiceProviderConfig");
  ASSERT_EQ(config.status, 200);
  expect_keys(config.body.as_object(), kConfigKeys);
  EXPECT_EQ(config.body.at("schemas"), json::array({"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"}));
  for (const char* part : {"patch", "bulk", "filter", "changePassword", "sort", "etag"}) {
    EXPECT_TRUE(config.body.at(part).at("supported").is_bool()) << part;
  }
  EXPECT_TRUE(config.body.at("bulk").at("maxOperations").is_int64());
  EXPECT_TRUE(config.body.at("bulk").at("maxPayloadSize").is_int64());
  EXPECT_TRUE(config.body.at("filter").at("maxResults").is_int64());
  EXPECT_EQ(config.str("/meta/location"),
            fmt::format("{}/directory/{}/scim/v2/ServiceProviderConfig", kBaseUrl, home_.directory.str()));
  for (const json::value& scheme : config.body.at("authenticationSchemes").as_array()) {
    expect_keys(scheme.as_object(), {"type", "name", "description", "specUri", "documentationUri", "primary"});
    for (const char* key : {"type", "name", "description"}) EXPECT_TRUE(scheme.as_object().contains(key)) << key;
  }
}

TEST_F(Requirements, D2_WhatIsAnnouncedWorks) {
  const json::value config = call("GET", "/ServiceProviderConfig").body;
  const auto supported = [&](const char* part) { return config.at(part).at("supported").as_bool(); };
  const std::string user = "/Users/" + make_user("b");
  make_user("a");
  ASSERT_TRUE(supported("patch"));
  EXPECT_EQ(call("PATCH", user, R"({"Operations":[{"op":"add","path":"title","value":"x"}]})").str("/title"), "x");
  ASSERT_TRUE(supported("filter"));
  EXPECT_EQ(call("GET", "/Users?filter=title%20eq%20%22x%22").body.at("totalResults"), 1);
  ASSERT_TRUE(supported("etag"));
  EXPECT_EQ(call_with({{"if-none-match", version(user)}}, "GET", user).status, 304);
  ASSERT_TRUE(supported("bulk"));
  EXPECT_EQ(call("POST", "/Bulk", R"({"Operations":[]})").status, 200);
  ASSERT_TRUE(supported("sort"));
  EXPECT_EQ(call("GET", "/Users?sortBy=userName").str("/Resources/0/userName"), "a");
  EXPECT_FALSE(supported("changePassword"));
  const auto most = config.at("filter").at("maxResults").as_int64();
  EXPECT_EQ(call("GET", fmt::format("/Users?count={}", most + 1)).status, 200);
}

TEST_F(Requirements, D3_ResourceTypesAreListedAndServedOneByOne) {
  const Answer list = call("GET", "/ResourceTypes");
  EXPECT_EQ(list.str("/schemas/0"), "urn:ietf:params:scim:api:messages:2.0:ListResponse");
  const json::array types = list.body.at("Resources").as_array();
  EXPECT_EQ(list.body.at("totalResults").as_int64(), static_cast<std::int64_t>(types.size()));
  std::set<std::string> schemas;
  for (const json::value& schema : call("GET", "/Schemas").body.at("Resources").as_array())
    schemas.emplace(schema.at("id").as_string());
  ASSERT_GE(types.size(), 2U);
  for (const json::value& type : types) {
    expect_keys(type.as_object(), kTypeKeys);
    const std::string name(type.at("name").as_string());
    EXPECT_EQ(call("GET", "/ResourceTypes/" + name).body, type);
    EXPECT_EQ(type.at("meta").at("location"), json::value(fmt::format("{}/directory/{}/scim/v2/ResourceTypes/{}",
                                                                      kBaseUrl, home_.directory.str(), name)));
    EXPECT_TRUE(schemas.contains(std::string(type.at("schema").as_string())));
    EXPECT_EQ(call("GET", std::string(type.at("endpoint").as_string())).status, 200);
    if (!type.as_object().contains("schemaExtensions")) continue;
    for (const json::value& extension : type.at("schemaExtensions").as_array()) {
      EXPECT_TRUE(extension.at("required").is_bool());
      EXPECT_TRUE(schemas.contains(std::string(extension.at("schema").as_string())));
    }
  }
  expect_error(call("GET", "/ResourceTypes/Robot"), 404);
  expect_error(call("GET", "/ResourceTypes/user"), 404);
}

TEST_F(Requirements, D4_SchemasInUseAreListedAndServedOneByOne) {
  const Answer list = call("GET", "/Schemas");
  EXPECT_EQ(list.str("/schemas/0"), "urn:ietf:params:scim:api:messages:2.0:ListResponse");
  std::vector<std::string> ids;
  for (const json::value& schema : list.body.at("Resources").as_array()) {
    expect_keys(schema.as_object(), kSchemaKeys);
    ids.emplace_back(schema.at("id").as_string());
    EXPECT_EQ(call("GET", "/Schemas/" + ids.back()).body, schema);
    EXPECT_EQ(schema.at("meta").at("location"), json::value(fmt::format("{}/directory/{}/scim/v2/Schemas/{}", kBaseUrl,
                                                                        home_.directory.str(), ids.back())));
    EXPECT_EQ(ids.back().find(":messages:"), std::string::npos);
  }
  EXPECT_THAT(ids, testing::IsSupersetOf({std::string(scim::kUserUrn), std::string(scim::kGroupUrn),
                                          std::string(scim::kEnterpriseUserUrn)}));
  expect_error(call("GET", "/Schemas/urn:none"), 404);
  expect_error(call("GET", "/Schemas/urn:ietf:params:scim:api:messages:2.0:Error"), 404);
}

TEST_F(Requirements, D5_EveryDefinitionIsWholeAndHasNothingElse) {
  const json::value list = call("GET", "/Schemas").body;
  for (const json::value& schema : list.at("Resources").as_array()) {
    ASSERT_FALSE(schema.at("attributes").as_array().empty());
    for (const json::value& attribute : schema.at("attributes").as_array()) expect_definition(attribute.as_object());
  }
}

TEST_F(Requirements, D6_DiscoveryAnswersGetAndHeedsNoListParameters) {
  for (const std::string path : {"/ServiceProviderConfig", "/ResourceTypes", "/Schemas", "/ResourceTypes/User"}) {
    for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
      const Answer refused = call(method, path, "{}");
      expect_error(refused, 405);
      EXPECT_EQ(refused.header("allow"), "GET");
    }
    EXPECT_EQ(call("GET", path + "?startIndex=9&count=0&sortBy=id&attributes=id&excludedAttributes=id").text,
              call("GET", path).text);
  }
  expect_error(call("GET", "/ResourceTypes?filter=name%20eq%20%22User%22"), 403);
  expect_error(call("GET", "/Schemas?filter=id%20pr"), 403);
  EXPECT_EQ(call("GET", "/ServiceProviderConfig?filter=x").status, 200);
  EXPECT_EQ(call("GET", "/Schemas?filter=id%20pr&aadOptscim062020").text, call("GET", "/Schemas").text)
      << "where the behaviour is to ignore it";
}

TEST_F(Requirements, D7_TheSchemasSayWhatTheEngineEnforces) {
  const json::value user = call("GET", "/Schemas/" + std::string(scim::kUserUrn)).body;
  int required = 0;
  for (const json::value& attribute : user.at("attributes").as_array()) {
    const std::string name(attribute.at("name").as_string());
    if (attribute.at("required").as_bool()) {
      ++required;
      EXPECT_THAT(call("POST", "/Users", R"({"title":"x"})").str("/detail"), testing::HasSubstr(name));
    }
    const std::string type(attribute.at("type").as_string());
    if (attribute.at("multiValued").as_bool() || (type != "string" && type != "boolean")) continue;
    if (attribute.at("mutability") == "readOnly" || attribute.at("returned") == "never") continue;
    const json::object body{
        {"userName", "d7" + name},
        {name == "userName" ? "title" : name, type == "boolean" ? json::value(true) : json::value("Text")}};
    const Answer made = call("POST", "/Users", json::serialize(body));
    EXPECT_EQ(made.status, 201) << name << made.text;
    EXPECT_TRUE(made.body.as_object().contains(name)) << name << " is accepted, kept and shown";
    json::object wrong{{"userName", "w"}};
    wrong[name] = {{"no", "object"}};
    expect_error(call("POST", "/Users", json::serialize(wrong)), 400, "invalidValue");
  }
  EXPECT_EQ(required, 1);
}

TEST_F(Requirements, D7_WithoutCredentialsThereIsNoDiscoveryUnlessSwitchedOn) {
  for (const std::string path : {"/ServiceProviderConfig", "/ResourceTypes", "/Schemas"}) {
    expect_error(send(home_, {"GET", path, "", ""}), 401);
  }
}

TEST_F(Requirements, D8_WhatStrictClientsDoNotKnowIsHiddenByDefault) {
  const Answer config = call("GET", "/ServiceProviderConfig");
  EXPECT_FALSE(config.body.as_object().contains("pagination"));
  EXPECT_FALSE(config.body.as_object().contains("securityEvents"));
}

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
