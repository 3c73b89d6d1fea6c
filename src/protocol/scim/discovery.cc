#include "protocol/scim/discovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

constexpr std::string_view kConfigUrn = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
constexpr std::string_view kResourceTypeUrn = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
constexpr std::string_view kSchemaUrn = "urn:ietf:params:scim:schemas:core:2.0:Schema";

json::array texts(const std::vector<std::string>& values) {
  json::array out;
  for (const std::string& value : values) out.emplace_back(value);
  return out;
}

json::object attribute_document(const Attribute& attribute) {
  json::object out;
  out["name"] = attribute.name;
  out["type"] = type_name(attribute.type);
  out["multiValued"] = attribute.multi_valued;
  out["description"] = attribute.description;
  out["required"] = attribute.required;
  if (!attribute.canonical_values.empty()) out["canonicalValues"] = texts(attribute.canonical_values);
  const bool is_text =
      attribute.type == Type::kString || attribute.type == Type::kReference || attribute.type == Type::kBinary;
  if (is_text) out["caseExact"] = attribute.case_exact;
  out["mutability"] = mutability_name(attribute.mutability);
  out["returned"] = returned_name(attribute.returned);
  out["uniqueness"] = uniqueness_name(attribute.uniqueness);
  if (!attribute.reference_types.empty()) out["referenceTypes"] = texts(attribute.reference_types);
  if (!attribute.sub_attributes.empty()) {
    json::array subs;
    for (const Attribute& sub : attribute.sub_attributes) subs.push_back(attribute_document(sub));
    out["subAttributes"] = std::move(subs);
  }
  return out;
}

json::object meta(std::string_view resource_type, std::string location) {
  return {{"resourceType", resource_type}, {"location", std::move(location)}};
}

}  // namespace

json::object service_provider_config(std::string_view base, const ProviderLimits& provider) {
  json::object config{
      {"schemas", json::array{json::value(kConfigUrn)}},
      {"patch", {{"supported", true}}},
      {"bulk",
       {{"supported", true}, {"maxOperations", limits::kBulkOperations}, {"maxPayloadSize", provider.body_bytes}}},
      {"filter", {{"supported", true}, {"maxResults", provider.largest_page}}},
      {"changePassword", {{"supported", false}}},
      {"sort", {{"supported", true}}},
      {"etag", {{"supported", true}}},
      {"authenticationSchemes",
       json::array{{{"type", "oauthbearertoken"},
                    {"name", "Bearer token"},
                    {"description", "A secret of this directory, sent as a bearer token (RFC 6750)."},
                    {"specUri", "https://www.rfc-editor.org/info/rfc6750"},
                    {"primary", true}}}},
      {"meta", meta("ServiceProviderConfig", fmt::format("{}/ServiceProviderConfig", base))}};
  if (provider.shows_pagination) {
    config["pagination"] = {{"cursor", true},
                            {"index", true},
                            {"defaultPaginationMethod", "index"},
                            {"defaultPageSize", provider.initial_page},
                            {"maxPageSize", provider.largest_page},
                            {"cursorTimeout", limits::kCursorLifetime.count()}};
  }
  return config;
}

json::object resource_type_document(const ResourceType& type, std::string_view base) {
  json::object out{{"schemas", json::array{json::value(kResourceTypeUrn)}},
                   {"id", type.name},
                   {"name", type.name},
                   {"endpoint", type.endpoint},
                   {"description", type.description},
                   {"schema", type.schema.id}};
  json::array extensions;
  for (const SchemaExtension& extension : type.extensions) {
    extensions.push_back({{"schema", extension.schema.id}, {"required", extension.required}});
  }
  if (!extensions.empty()) out["schemaExtensions"] = std::move(extensions);
  out["meta"] = meta("ResourceType", fmt::format("{}/ResourceTypes/{}", base, type.name));
  return out;
}

json::object schema_definition(const Schema& schema) {
  json::array attributes;
  for (const Attribute& attribute : schema.attributes) attributes.push_back(attribute_document(attribute));
  return {{"id", schema.id},
          {"name", schema.name},
          {"description", schema.description},
          {"attributes", std::move(attributes)}};
}

json::object schema_document(const Schema& schema, std::string_view base) {
  json::object out{{"schemas", json::array{json::value(kSchemaUrn)}}};
  for (auto& member : schema_definition(schema)) out.emplace(member.key(), std::move(member.value()));
  out["meta"] = meta("Schema", fmt::format("{}/Schemas/{}", base, schema.id));
  return out;
}

std::vector<const Schema*> schemas_in_use(const std::vector<ResourceType>& types) {
  std::vector<const Schema*> schemas;
  const auto add = [&](const Schema& schema) {
    if (std::ranges::none_of(schemas, [&](const Schema* known) { return equal_names(known->id, schema.id); })) {
      schemas.push_back(&schema);
    }
  };
  for (const ResourceType& type : types) add(type.schema);
  for (const ResourceType& type : types) {
    for (const SchemaExtension& extension : type.extensions) add(extension.schema);
  }
  return schemas;
}

}  // namespace doorward::scim
