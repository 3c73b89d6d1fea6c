#include "protocol/scim/schema_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <string>
#include <vector>

#include "protocol/scim/directory_types.h"
#include "protocol/scim/discovery.h"
#include "protocol/scim/limits.h"
#include "protocol/scim/stored_document.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

json::object object(std::string_view text) { return json::parse(text).as_object(); }

Result<Schema> with(std::string_view attributes) {
  return read_schema(object(fmt::format(R"({{"id": "urn:acme:Badge", "attributes": {}}})", attributes)), "schema");
}

// The field and the sentence of a refusal.
std::string refusal(const Result<Schema>& result) {
  if (result) return "";
  EXPECT_EQ(result.error().reason, Reason::kInvalidArgument);
  return result.error().violations.at(0).field + ": " + result.error().violations.at(0).description;
}

TEST(SchemaReader, FillsInTheDefaultsOfTheStandard) {
  const auto schema = read_schema(object(R"({"id": "urn:acme:2.0:Badge", "attributes": [{"name": "a"}]})"), "schema");
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->name, "Badge");
  EXPECT_EQ(json::serialize(schema_definition(*schema)),
            R"({"id":"urn:acme:2.0:Badge","name":"Badge","description":"","attributes":[{"name":"a","type":"string",)"
            R"("multiValued":false,"description":"","required":false,"caseExact":false,"mutability":"readWrite",)"
            R"("returned":"default","uniqueness":"none"}]})");
}

TEST(SchemaReader, ReadsWhatDiscoveryShows) {
  for (const ResourceType* type : {&user_type(), &group_type()}) {
    json::object shown = schema_document(type->schema, "http://x.test");
    shown["id"] = "urn:acme:Copy";
    const auto read = read_schema(shown, "schema");
    ASSERT_TRUE(read) << refusal(read);
    json::object again = schema_document(*read, "http://x.test");
    again["meta"] = shown["meta"];
    EXPECT_EQ(again, shown);
  }
}

TEST(SchemaReader, ANameMadeOfALongUrnReadsAgain) {
  const std::string body =
      fmt::format(R"({{"id": "urn:acme:{}", "attributes": [{{"name": "a"}}]}})", std::string(200, 'b'));
  const auto schema = read_schema(object(body), "schema");
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->name.size(), limits::kNameBytes);
  EXPECT_TRUE(read_schema(schema_definition(*schema), "schema"));
}

TEST(SchemaReader, NamesTheAttributeAtFault) {
  EXPECT_EQ(refusal(with(R"([{"name": "ok"}, {"name": "a", "type": "text"}])")),
            "schema.attributes[1].type: \"a\": must be one of string, boolean, decimal, integer, dateTime, binary, "
            "reference, complex");
  EXPECT_EQ(refusal(with(R"([{"name": "a", "type": "complex", "subAttributes": [{"name": "b", "required": 1}]}])")),
            "schema.attributes[0].subAttributes[0].required: \"b\": must be true or false");
  EXPECT_EQ(refusal(with(R"([{"name": "a"}, {"name": "A"}])")), "schema.attributes[1].name: \"A\" is named twice");
  EXPECT_EQ(refusal(with(R"([{"name": "a", "Multivalued": true}])")),
            "schema.attributes[0]: \"a\": \"Multivalued\" is no part of this form");
}

TEST(SchemaReader, RefusesWhatCannotBe) {
  for (const char* attributes : {R"([{"name": "9a"}])",
                                 R"([{"name": ""}])",
                                 R"([{"name": "a b"}])",
                                 R"([{"name": "a.b"}])",
                                 R"(["a"])",
                                 R"([{"name": "ID"}])",
                                 R"([{"name": "meta"}])",
                                 R"([{"name": "$ref"}])",
                                 R"([])",
                                 R"({})",
                                 "null",
                                 R"([{"name": "a", "type": "complex"}])",
                                 R"([{"name": "a", "subAttributes": [{"name": "b"}]}])",
                                 R"([{"name": "a", "type": "complex", "subAttributes": [{"name": "b", "type": "complex",
               "subAttributes": [{"name": "c"}]}]}])",
                                 R"([{"name": "a", "mutability": "writeOnly", "returned": "default"}])",
                                 R"([{"name": "a", "mutability": "readOnly", "required": true}])",
                                 R"([{"name": "a", "mutability": "readOnly", "returned": "never"}])",
                                 R"([{"name": "a", "returned": "never", "required": true}])",
                                 R"([{"name": "a", "returned": "never", "uniqueness": "server"}])",
                                 R"([{"name": "a", "type": "boolean", "uniqueness": "server"}])",
                                 R"([{"name": "a", "type": "integer", "caseExact": true}])",
                                 R"([{"name": "a", "type": "integer", "canonicalValues": ["1"]}])",
                                 R"([{"name": "a", "referenceTypes": ["User"]}])",
                                 R"([{"name": "a", "canonicalValues": [1]}])",
                                 R"([{"name": "a", "description": 5}])"}) {
    EXPECT_NE(refusal(with(attributes)), "") << attributes;
  }
  for (const char* id : {"", "Badge", "urn:", "urn:acme", "urn:acme:", "urn:acme:a b", "urn:acme:a[b]",
                         "URN:ietf:params:scim:schemas:core:2.0:user", "urn:ietf:params:scim:api:messages:2.0:Error"}) {
    const json::object body{{"id", id}, {"attributes", json::parse(R"([{"name": "a"}])")}};
    EXPECT_NE(refusal(read_schema(body, "schema")), "") << id;
  }
}

TEST(SchemaReader, KeepsItsLimits) {
  const auto many = [](std::size_t count, std::string_view more) {
    json::array list;
    for (std::size_t i = 0; i < count; ++i) {
      json::object attribute = object(more);
      attribute["name"] = fmt::format("a{}", i);
      list.push_back(attribute);
    }
    return json::serialize(list);
  };
  EXPECT_EQ(refusal(with(many(limits::kAttributesPerSchema, "{}"))), "");
  EXPECT_NE(refusal(with(many(limits::kAttributesPerSchema + 1, "{}"))), "");
  EXPECT_EQ(refusal(with(many(limits::kUniqueAttributesPerSchema, R"({"uniqueness": "server"})"))), "");
  EXPECT_NE(refusal(with(many(limits::kUniqueAttributesPerSchema + 1, R"({"uniqueness": "server"})"))), "");
  const auto subs = [&](std::size_t count) {
    return fmt::format(R"([{{"name": "c", "type": "complex", "subAttributes": {}}}])", many(count, "{}"));
  };
  EXPECT_EQ(refusal(with(subs(limits::kSubAttributes))), "");
  EXPECT_NE(refusal(with(subs(limits::kSubAttributes + 1))), "");
  EXPECT_NE(refusal(with(fmt::format(R"([{{"name": "{}"}}])", std::string(limits::kNameBytes + 1, 'a')))), "");
  EXPECT_NE(refusal(with(fmt::format(R"([{{"name": "a", "description": "{}"}}])",
                                     std::string(limits::kDescriptionBytes + 1, 'x')))),
            "");
}

TEST(DirectoryTypes, HoldWhatIsDefined) {
  const std::vector<Schema> schemas = {*with(R"([{"name": "number"}])")};
  const std::vector<TypeDefinition> definitions = {
      {.name = "User", .endpoint = "", .description = "", .schema = "", .extensions = {{"URN:acme:badge", true}}},
      {.name = "Device", .endpoint = "/Devices", .description = "", .schema = "urn:acme:Badge", .extensions = {}}};
  const auto types = DirectoryTypes::make(1, schemas, definitions);
  ASSERT_TRUE(types);
  EXPECT_EQ((*types)->user().extensions.size(), 2U);
  EXPECT_NE((*types)->at_endpoint("Devices"), nullptr);
  EXPECT_EQ((*types)->at_endpoint("Users"), nullptr) << "has an endpoint of its own";
  EXPECT_EQ(DirectoryTypes::standard()->user().extensions.size(), 1U);
  EXPECT_EQ(DirectoryTypes::make(1, {}, definitions).error().reason, Reason::kScimSchemaNotFound);
  const TypeDefinition& device = definitions[1];
  EXPECT_EQ(read_type_definition(type_definition_document(device)), device);
}

TEST(DirectoryTypes, RefuseNamesThatAreTaken) {
  const TypeDefinition good{
      .name = "Device", .endpoint = "/Devices", .description = "", .schema = "urn:a:B", .extensions = {}};
  EXPECT_TRUE(check_type_definition(good, "t"));
  for (const char* endpoint : {"", "/", "Devices", "/a/b", "/.search", "/users", "/BULK", "/Me", "/Schemas", "/a%20"}) {
    TypeDefinition bad = good;
    bad.endpoint = endpoint;
    EXPECT_FALSE(check_type_definition(bad, "t")) << endpoint;
  }
  for (const char* name : {"", "user", "Schema", "a b", "1"}) {
    TypeDefinition bad = good;
    bad.name = name;
    EXPECT_FALSE(check_type_definition(bad, "t")) << name;
  }
  TypeDefinition twice = good;
  twice.extensions = {{"urn:x:Y", false}, {"URN:X:y", false}};
  EXPECT_FALSE(check_type_definition(twice, "t"));
  twice.extensions = {{"urn:a:b", false}};
  EXPECT_FALSE(check_type_definition(twice, "t")) << "its own schema";
}

TEST(StoredDocument, HidesWhatTheSchemasNoLongerKnow) {
  ResourceType type{.name = "T",
                    .endpoint = "/Ts",
                    .description = "",
                    .schema = *with(R"([
      {"name": "n", "type": "integer"}, {"name": "list", "multiValued": true},
      {"name": "c", "type": "complex", "subAttributes": [{"name": "x"}, {"name": "y", "type": "boolean"}]}])"),
                    .extensions = {}};
  const json::object stored =
      object(R"({"externalId":"e","n":"text","list":["a",1],"c":{"x":"1","y":"no","z":1},"gone":1,"urn:a:b":{"k":1}})");
  json::object shown = stored;
  hide_unknown(type, shown);
  EXPECT_EQ(shown, stored) << "schemas that never change hide nothing";
  type.keeps_more = true;
  hide_unknown(type, shown);
  EXPECT_EQ(shown, object(R"({"externalId":"e","list":["a"],"c":{"x":"1"}})"));
}

TEST(StoredDocument, FindsUniqueValues) {
  const ResourceType type{.name = "T",
                          .endpoint = "/Ts",
                          .description = "",
                          .schema = *with(R"([
      {"name": "a", "uniqueness": "server", "multiValued": true}, {"name": "b"},
      {"name": "t", "type": "dateTime", "uniqueness": "global"},
      {"name": "c", "type": "complex", "subAttributes": [{"name": "x", "caseExact": true, "uniqueness": "server"}]}])"),
                          .extensions = {}};
  const auto keys = [&](std::string_view document) {
    std::set<std::string> out;
    for (const UniqueValue& value : unique_values(type, object(document))) out.insert(value.key);
    return out;
  };
  EXPECT_EQ(unique_values(type, object(R"({"a":["X","x","y"],"b":"z","c":{"x":"q"}})")).size(), 3U);
  EXPECT_EQ(keys(R"({"a":["X"]})"), keys(R"({"a":["x"]})"));
  EXPECT_NE(keys(R"({"c":{"x":"X"}})"), keys(R"({"c":{"x":"x"}})"));
  EXPECT_EQ(keys(R"({"t":"2026-01-31T12:00:00Z"})"), keys(R"({"t":"2026-01-31T13:00:00+01:00"})"));
  EXPECT_TRUE(unique_values(user_type(), object(R"({"userName":"ann"})")).empty()) << "has a column";
}

}  // namespace
}  // namespace doorward::scim
