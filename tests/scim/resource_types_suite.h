// A directory with a type of its own: /TestResources, with attributes of every type and characteristic.
#pragma once

#include <string>
#include <string_view>

#include "settings_suite.h"

namespace doorward::test {

inline constexpr std::string_view kTestUrn = "urn:doorward:test:2.0:TestResource";
inline constexpr std::string_view kBadgeUrn = "urn:doorward:test:2.0:Badge";

inline constexpr std::string_view kTestSchema = R"({
  "id": "urn:doorward:test:2.0:TestResource", "name": "TestResource", "description": "Of everything one",
  "attributes": [
    {"name": "title", "required": true},
    {"name": "code", "caseExact": true},
    {"name": "flag", "type": "boolean"},
    {"name": "ratio", "type": "decimal"},
    {"name": "count", "type": "integer"},
    {"name": "since", "type": "dateTime"},
    {"name": "blob", "type": "binary"},
    {"name": "link", "type": "reference", "referenceTypes": ["external"]},
    {"name": "serial", "uniqueness": "server"},
    {"name": "owner", "mutability": "readOnly"},
    {"name": "born", "mutability": "immutable"},
    {"name": "pin", "mutability": "writeOnly"},
    {"name": "label", "returned": "always"},
    {"name": "notes", "returned": "request"},
    {"name": "tags", "multiValued": true},
    {"name": "place", "type": "complex", "subAttributes": [
      {"name": "city"}, {"name": "floor", "type": "integer"}]},
    {"name": "parts", "type": "complex", "multiValued": true, "subAttributes": [
      {"name": "value", "required": true}, {"name": "type"}, {"name": "primary", "type": "boolean"},
      {"name": "weight", "type": "decimal"}]}
  ]})";

inline constexpr std::string_view kBadgeSchema = R"({
  "id": "urn:doorward:test:2.0:Badge", "name": "Badge",
  "attributes": [{"name": "number", "uniqueness": "server"}, {"name": "color"}, {"name": "level", "type": "integer"}]})";

class ResourceTypesSuite : public SettingsSuite {
 protected:
  ScimSchemas::Place here() const { return {home_.organization, home_.directory}; }
  static json::object object(std::string_view text) { return json::parse(text).as_object(); }

  Result<scim::Schema> try_register(std::string_view schema) {
    return sync_wait(schemas_.register_schema(operator_, here(), object(schema)));
  }
  void register_schema(std::string_view schema) { must(try_register(schema)); }
  Result<scim::ResourceType> try_attach(const std::string& type, std::string_view urn, bool required = false) {
    return sync_wait(
        schemas_.attach_extension(operator_, here(), type, {.schema = std::string(urn), .required = required}));
  }
  void attach(const std::string& type, std::string_view urn, bool required = false) {
    must(try_attach(type, urn, required));
  }
  Result<scim::ResourceType> try_type(const std::string& name, const std::string& endpoint, std::string_view schema) {
    return sync_wait(schemas_.create_type(
        operator_, here(),
        {.name = name, .endpoint = endpoint, .description = {}, .schema = std::string(schema), .extensions = {}}));
  }
  void make_test_resources() {
    register_schema(kTestSchema);
    must(try_type("TestResource", "/TestResources", kTestUrn));
  }

  // POST of members beside `schemas`.
  Answer post(const std::string& path, std::string_view members) {
    return call("POST", path, fmt::format("{{{}}}", members));
  }
  std::string made(std::string_view members) {
    const Answer answer = post("/TestResources", members);
    if (answer.status != 201) throw std::runtime_error(answer.text);
    return answer.str("/id");
  }
  // Titles of what a query finds, in order.
  std::vector<std::string> titles(const std::string& query) {
    const Answer answer = call("GET", "/TestResources?" + query);
    if (answer.status != 200) throw std::runtime_error(answer.text);
    std::vector<std::string> out;
    for (const json::value& resource : answer.body.at("Resources").as_array()) {
      out.emplace_back(resource.at("title").as_string());
    }
    return out;
  }
};

}  // namespace doorward::test
