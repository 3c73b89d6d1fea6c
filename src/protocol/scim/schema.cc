#include "protocol/scim/schema.h"

#include <algorithm>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

const Attribute* find_in(const std::vector<Attribute>& attributes, std::string_view name) {
  const auto found = std::ranges::find_if(attributes, [&](const Attribute& a) { return equal_names(a.name, name); });
  return found == attributes.end() ? nullptr : &*found;
}

// `attr` or `attr.sub` inside one list of attributes.
std::optional<AttributeTarget> resolve_in(const std::vector<Attribute>& attributes, const Schema* extension,
                                          std::string_view name) {
  const std::size_t dot = name.find('.');
  const Attribute* attribute = find_in(attributes, name.substr(0, dot));
  if (attribute == nullptr) return std::nullopt;
  if (dot == std::string_view::npos) return AttributeTarget{extension, attribute, nullptr};
  const Attribute* sub = attribute->find(name.substr(dot + 1));
  if (sub == nullptr) return std::nullopt;
  return AttributeTarget{extension, attribute, sub};
}

std::optional<AttributeTarget> resolve_core(const ResourceType& type, std::string_view name) {
  if (auto found = resolve_in(type.schema.attributes, nullptr, name)) return found;
  return resolve_in(common_attributes(), nullptr, name);
}

// The part of `name` behind "URN:"; empty when `name` is the URN itself; nullopt when it does not carry this URN.
std::optional<std::string_view> behind_urn(std::string_view name, std::string_view urn) {
  if (!starts_with_name(name, urn)) return std::nullopt;
  if (name.size() == urn.size()) return std::string_view{};
  if (name[urn.size()] != ':') return std::nullopt;
  return name.substr(urn.size() + 1);
}

}  // namespace

std::string_view type_name(Type type) {
  switch (type) {
    case Type::kString:
      return "string";
    case Type::kBoolean:
      return "boolean";
    case Type::kDecimal:
      return "decimal";
    case Type::kInteger:
      return "integer";
    case Type::kDateTime:
      return "dateTime";
    case Type::kBinary:
      return "binary";
    case Type::kReference:
      return "reference";
    case Type::kComplex:
      return "complex";
  }
  return "string";
}

std::string_view mutability_name(Mutability mutability) {
  switch (mutability) {
    case Mutability::kReadOnly:
      return "readOnly";
    case Mutability::kReadWrite:
      return "readWrite";
    case Mutability::kImmutable:
      return "immutable";
    case Mutability::kWriteOnly:
      return "writeOnly";
  }
  return "readWrite";
}

std::string_view returned_name(Returned returned) {
  switch (returned) {
    case Returned::kAlways:
      return "always";
    case Returned::kNever:
      return "never";
    case Returned::kDefault:
      return "default";
    case Returned::kRequest:
      return "request";
  }
  return "default";
}

std::string_view uniqueness_name(Uniqueness uniqueness) {
  switch (uniqueness) {
    case Uniqueness::kNone:
      return "none";
    case Uniqueness::kServer:
      return "server";
    case Uniqueness::kGlobal:
      return "global";
  }
  return "none";
}

const Attribute* Attribute::find(std::string_view sub_name) const { return find_in(sub_attributes, sub_name); }
const Attribute* Schema::find(std::string_view attribute_name) const { return find_in(attributes, attribute_name); }

const Schema* ResourceType::find_extension(std::string_view urn) const {
  const auto found =
      std::ranges::find_if(extensions, [&](const SchemaExtension& e) { return equal_names(e.schema.id, urn); });
  return found == extensions.end() ? nullptr : &found->schema;
}

std::optional<AttributeTarget> resolve(const ResourceType& type, std::string_view name) {
  if (name.find(':') != std::string_view::npos) {
    for (const SchemaExtension& extension : type.extensions) {
      const auto rest = behind_urn(name, extension.schema.id);
      if (!rest) continue;
      if (rest->empty()) return AttributeTarget{&extension.schema, nullptr, nullptr};
      // One URN may go on where another ends: then the longer one is meant.
      if (auto found = resolve_in(extension.schema.attributes, &extension.schema, *rest)) return found;
    }
    if (const auto rest = behind_urn(name, type.schema.id)) {
      return rest->empty() ? AttributeTarget{} : resolve_core(type, *rest);
    }
    return std::nullopt;
  }
  if (auto found = resolve_core(type, name)) return found;
  for (const SchemaExtension& extension : type.extensions) {
    if (auto found = resolve_in(extension.schema.attributes, &extension.schema, name)) return found;
  }
  return std::nullopt;
}

bool has_foreign_urn(const ResourceType& type, std::string_view name) {
  if (name.find(':') == std::string_view::npos) return false;
  if (behind_urn(name, type.schema.id)) return false;
  return std::ranges::none_of(type.extensions,
                              [&](const SchemaExtension& e) { return behind_urn(name, e.schema.id).has_value(); });
}

const std::vector<Attribute>& common_attributes() {
  static const std::vector<Attribute> attributes = {
      {.name = "schemas",
       .type = Type::kReference,
       .multi_valued = true,
       .description = "URNs of the schemas that describe this resource.",
       .required = true,
       .case_exact = true,
       .mutability = Mutability::kReadOnly,
       .returned = Returned::kAlways,
       .reference_types = {"uri"}},
      {.name = "id",
       .description = "Identifier given by this server; never given to another resource.",
       .case_exact = true,
       .mutability = Mutability::kReadOnly,
       .returned = Returned::kAlways,
       .uniqueness = Uniqueness::kServer},
      {.name = "externalId",
       .description = "Identifier given by the provisioning client.",
       .case_exact = true,
       .max_bytes = limits::kIndexedValueBytes},
      {.name = "meta",
       .type = Type::kComplex,
       .description = "What the server records about the resource.",
       .mutability = Mutability::kReadOnly,
       .sub_attributes = {
           {.name = "resourceType", .case_exact = true, .mutability = Mutability::kReadOnly},
           {.name = "created", .type = Type::kDateTime, .mutability = Mutability::kReadOnly},
           {.name = "lastModified", .type = Type::kDateTime, .mutability = Mutability::kReadOnly},
           {.name = "location", .type = Type::kReference, .case_exact = true, .mutability = Mutability::kReadOnly},
           {.name = "version", .case_exact = true, .mutability = Mutability::kReadOnly}}}};
  return attributes;
}

}  // namespace doorward::scim
