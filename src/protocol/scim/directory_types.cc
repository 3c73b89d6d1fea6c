#include "protocol/scim/directory_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/limits.h"
#include "protocol/scim/schema_reader.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

tl::unexpected<Error> refuse(std::string field, std::string why) {
  return failure(invalid_field(std::move(field), std::move(why), "scim_resource_type"));
}

tl::unexpected<Error> not_registered(std::string_view urn) {
  return failure(Reason::kScimSchemaNotFound, fmt::format("The schema {} is not registered.", urn));
}

bool is_standard(std::string_view name) { return name == user_type().name || name == group_type().name; }

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return equal_names(word, text); });
}

bool is_endpoint(std::string_view text) {
  return text.size() >= 2 && text.size() <= limits::kNameBytes && text.front() == '/' &&
         std::ranges::all_of(text.substr(1), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

const Schema* find_schema(std::span<const Schema> schemas, std::string_view urn) {
  const auto found = std::ranges::find_if(schemas, [&](const Schema& schema) { return equal_names(schema.id, urn); });
  return found != schemas.end() ? &*found : nullptr;
}

Result<void> extend(ResourceType& type, std::span<const ExtensionUse> uses, std::span<const Schema> schemas) {
  for (const ExtensionUse& use : uses) {
    const Schema* schema = find_schema(schemas, use.schema);
    // What describes users of an enterprise may describe other things of it.
    if (schema == nullptr) schema = user_type().find_extension(use.schema);
    if (schema == nullptr) return not_registered(use.schema);
    if (type.find_extension(use.schema) != nullptr) {
      return refuse("schema_extensions", fmt::format("{} extends {} already", use.schema, type.name));
    }
    type.extensions.push_back({.schema = *schema, .required = use.required});
  }
  return {};
}

}  // namespace

Result<void> check_type_definition(const TypeDefinition& definition, std::string_view field) {
  const auto at = [&](std::string_view member) { return fmt::format("{}.{}", field, member); };
  if (!is_standard(definition.name)) {
    if (!is_attribute_name(definition.name) ||
        is_one_of(definition.name, std::to_array<std::string_view>(
                                       {"User", "Group", "Schema", "ResourceType", "ServiceProviderConfig"}))) {
      return refuse(at("name"),
                    "must begin with a letter, hold letters, digits, '-', '_' and '$', and not be one of "
                    "User, Group, Schema, ResourceType, ServiceProviderConfig");
    }
    if (!is_endpoint(definition.endpoint)) {
      return refuse(at("endpoint"), "must be '/' and letters, digits, '-' and '_', such as /Devices");
    }
    if (is_one_of(definition.endpoint,
                  std::to_array<std::string_view>(
                      {"/Users", "/Groups", "/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/Bulk", "/Me"}))) {
      return refuse(at("endpoint"), "is an endpoint that every directory has");
    }
    if (!is_schema_urn(definition.schema)) return refuse(at("schema"), "must be the URN of a registered schema");
    if (definition.description.size() > limits::kDescriptionBytes) {
      return refuse(at("description"), fmt::format("must be at most {} bytes", limits::kDescriptionBytes));
    }
  }
  if (definition.extensions.size() > limits::kExtensionsPerType) {
    return refuse(at("schema_extensions"), fmt::format("must be at most {}", limits::kExtensionsPerType));
  }
  for (std::size_t i = 0; i < definition.extensions.size(); ++i) {
    const std::string& urn = definition.extensions[i].schema;
    const std::string element = fmt::format("{}.schema_extensions[{}].schema", field, i);
    if (!is_schema_urn(urn)) return refuse(element, "must be the URN of a registered schema");
    if (equal_names(urn, definition.schema)) return refuse(element, "is the schema that it would extend");
    for (std::size_t j = 0; j < i; ++j) {
      if (equal_names(urn, definition.extensions[j].schema)) return refuse(element, "is named twice");
    }
  }
  return {};
}

DirectoryTypes::DirectoryTypes(std::int64_t version) : version_(version), types_{user_type(), group_type()} {}

const std::shared_ptr<const DirectoryTypes>& DirectoryTypes::standard() {
  static const std::shared_ptr<const DirectoryTypes> types(new DirectoryTypes(0));
  return types;
}

Result<std::shared_ptr<const DirectoryTypes>> DirectoryTypes::make(std::int64_t version,
                                                                   std::span<const Schema> schemas,
                                                                   std::span<const TypeDefinition> definitions) {
  if (schemas.size() > limits::kSchemasPerDirectory) {
    return refuse("schema", fmt::format("a directory has at most {} schemas", limits::kSchemasPerDirectory));
  }
  std::shared_ptr<DirectoryTypes> made(new DirectoryTypes(version));
  for (const TypeDefinition& definition : definitions) {
    if (is_standard(definition.name)) {
      ResourceType& type = made->types_[definition.name == user_type().name ? 0 : 1];
      DOORWARD_CHECK(extend(type, definition.extensions, schemas));
      continue;
    }
    for (const ResourceType& other : made->types_) {
      if (equal_names(other.name, definition.name)) return refuse("name", "another resource type has it");
      if (equal_names(other.endpoint, definition.endpoint)) return refuse("endpoint", "another resource type has it");
    }
    const Schema* schema = find_schema(schemas, definition.schema);
    if (schema == nullptr) return not_registered(definition.schema);
    ResourceType type{.name = definition.name,
                      .endpoint = definition.endpoint,
                      .description = definition.description,
                      .schema = *schema,
                      .extensions = {}};
    DOORWARD_CHECK(extend(type, definition.extensions, schemas));
    made->types_.push_back(std::move(type));
  }
  if (made->types_.size() > limits::kResourceTypesPerDirectory + 2) {
    return refuse("name", fmt::format("a directory has at most {} resource types", limits::kResourceTypesPerDirectory));
  }
  for (ResourceType& type : made->types_) type.keeps_more = true;
  return std::shared_ptr<const DirectoryTypes>(std::move(made));
}

const ResourceType* DirectoryTypes::at_endpoint(std::string_view segment) const {
  for (std::size_t i = 2; i < types_.size(); ++i) {
    if (std::string_view(types_[i].endpoint).substr(1) == segment) return &types_[i];
  }
  return nullptr;
}

const ResourceType* DirectoryTypes::named(std::string_view name) const {
  const auto found = std::ranges::find_if(types_, [&](const ResourceType& type) { return type.name == name; });
  return found == types_.end() ? nullptr : &*found;
}

json::object type_definition_document(const TypeDefinition& definition) {
  json::array extensions;
  for (const ExtensionUse& use : definition.extensions) {
    extensions.push_back({{"schema", use.schema}, {"required", use.required}});
  }
  return {{"name", definition.name},
          {"endpoint", definition.endpoint},
          {"description", definition.description},
          {"schema", definition.schema},
          {"schemaExtensions", std::move(extensions)}};
}

TypeDefinition read_type_definition(const json::object& document) {
  const auto text = [&](std::string_view key) { return std::string(document.at(key).as_string()); };
  TypeDefinition definition{.name = text("name"),
                            .endpoint = text("endpoint"),
                            .description = text("description"),
                            .schema = text("schema"),
                            .extensions = {}};
  for (const json::value& use : document.at("schemaExtensions").as_array()) {
    definition.extensions.push_back(
        {.schema = std::string(use.at("schema").as_string()), .required = use.at("required").as_bool()});
  }
  return definition;
}

}  // namespace doorward::scim
