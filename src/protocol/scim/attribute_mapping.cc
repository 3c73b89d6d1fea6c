#include "protocol/scim/attribute_mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "protocol/scim/filter_match.h"
#include "protocol/scim/path.h"
#include "protocol/scim/preferred_element.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

constexpr std::string_view kCustom = "custom_attributes";

constexpr auto kNormalized = std::to_array<std::string_view>(
    {"preferred_username", "email", "name", "given_name", "family_name", "nickname", "picture", "phone_number", "title",
     "department", "division", "cost_center", "organization", "employee_id", "user_type", "language", "locale",
     "zoneinfo", "profile"});
// What users have beside their attributes: no mapping may speak for it.
constexpr auto kReserved =
    std::to_array<std::string_view>({"id", "organization_id", "directory_id", "dp_id", "external_id", "active",
                                     "address", "groups", "roles", "attributes", "raw_attributes"});

bool is_normalized(std::string_view name) { return std::ranges::find(kNormalized, name) != kNormalized.end(); }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// The custom attribute that a key names; empty when it names none.
std::string_view custom_name(std::string_view key) {
  if (key.starts_with(kCustom) && key.substr(kCustom.size()).starts_with('.')) key.remove_prefix(kCustom.size() + 1);
  const bool taken = is_normalized(key) || std::ranges::find(kReserved, key) != kReserved.end() || key == kCustom;
  return is_name(key) && !taken ? key : std::string_view();
}

// A SCIM path and what it leads to. `attribute` is null for a whole extension.
struct ScimSource {
  AttributeTarget target;
  std::optional<BoundFilter> filter;

  bool is_object() const {
    if (target.attribute == nullptr) return true;
    return target.sub == nullptr && target.attribute->type == Type::kComplex && !target.attribute->multi_valued;
  }
};

bool is_sent(const Attribute& attribute) {
  return attribute.mutability != Mutability::kReadOnly && attribute.returned != Returned::kNever;
}

std::optional<ScimSource> scim_source(const ResourceType& user, std::string_view text) {
  Dialect dialect;  // an administrator's, who is told nothing of dialects
  const auto path = parse_path(text, dialect);
  if (!path) return std::nullopt;
  const auto target = resolve(user, path->name);
  if (!target) return std::nullopt;
  ScimSource source{.target = *target, .filter = std::nullopt};
  const Attribute* attribute = target->attribute;
  if (attribute == nullptr) {
    if (target->extension == nullptr || path->filter) return std::nullopt;
    return source;
  }
  if (!is_sent(*attribute) || (path->filter && (!attribute->multi_valued || target->sub != nullptr))) {
    return std::nullopt;
  }
  if (path->filter) {
    auto bound = BoundFilter::bind_element(*path->filter, *attribute, dialect);
    if (!bound) return std::nullopt;
    source.filter = *std::move(bound);
  }
  if (!path->sub.empty()) source.target.sub = attribute->find(path->sub);
  if (source.target.sub == nullptr && (!path->sub.empty() || attribute->multi_valued)) {
    source.target.sub = attribute->find(path->sub.empty() ? "value" : path->sub);
    if (source.target.sub == nullptr && attribute->type == Type::kComplex) return std::nullopt;
  }
  if (source.target.sub != nullptr && !is_sent(*source.target.sub)) return std::nullopt;
  return source;
}

const json::value* member(const json::value* container, std::string_view name) {
  const json::object* object = container == nullptr ? nullptr : container->if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

const json::value* value_of(const ScimSource& source, const json::object& document) {
  const auto& [extension, attribute, sub] = source.target;
  const json::value* data = extension == nullptr ? nullptr : document.if_contains(extension->id);
  if (attribute == nullptr) return data;
  const json::value* value =
      extension == nullptr ? document.if_contains(attribute->name) : member(data, attribute->name);
  if (value == nullptr) return nullptr;
  const auto inner = [&](const json::value& element) {
    return sub == nullptr || !element.is_object() ? &element : member(&element, sub->name);
  };
  if (!attribute->multi_valued) return inner(*value);
  const json::array* elements = value->if_array();
  if (elements == nullptr) return nullptr;
  const json::value* chosen = preferred_element(*elements, "work", [&](const json::value& element) {
    return inner(element) != nullptr && (!source.filter || source.filter->matches_element(element));
  });
  return chosen == nullptr ? nullptr : inner(*chosen);
}

// `standard` is the profile by the standard rules.
const json::value* source_value(const ResourceType& user, const AttributeMapping& mapping, const json::object& document,
                                const json::object& standard) {
  if (is_normalized(mapping.map_to) && mapping.key != kCustom) return standard.if_contains(mapping.map_to);
  const auto source = scim_source(user, mapping.map_to);
  return source ? value_of(*source, document) : nullptr;
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return value.is_bool() || value.is_number() ? json::serialize(value) : std::string();
}

Error refuse(std::string_view element, std::string_view member_name, std::string description) {
  return invalid_field(fmt::format("{}.{}", element, member_name), std::move(description), "attribute_mapping");
}

Result<void> check_one(const ResourceType& user, const AttributeMapping& mapping, std::string_view element) {
  const bool whole = mapping.key == kCustom;
  if (!whole && !is_normalized(mapping.key) && custom_name(mapping.key).empty()) {
    return failure(refuse(element, "key", "is no attribute of users that can be mapped"));
  }
  if (is_normalized(mapping.map_to) && !whole) return {};
  const auto source = scim_source(user, mapping.map_to);
  if (!source) return failure(refuse(element, "map_to", "is no attribute that identity providers send of users"));
  if (whole != source->is_object() && (whole || is_normalized(mapping.key))) {
    return failure(refuse(element, "map_to",
                          whole ? "must lead to an object: its members become custom attributes"
                                : "leads to an object: name one of its sub-attributes"));
  }
  return {};
}

}  // namespace

Result<void> check_mappings(const ResourceType& user, std::span<const AttributeMapping> mappings,
                            std::string_view field) {
  if (mappings.size() > kMaxAttributeMappings) {
    return failure(invalid_field(std::string(field), fmt::format("must be at most {}", kMaxAttributeMappings),
                                 "repeated.max_items"));
  }
  std::set<std::string_view> keys;
  for (std::size_t i = 0; i < mappings.size(); ++i) {
    const std::string element = fmt::format("{}[{}]", field, i);
    DOORWARD_CHECK(check_one(user, mappings[i], element));
    const std::string_view custom = custom_name(mappings[i].key);
    if (!keys.insert(custom.empty() ? std::string_view(mappings[i].key) : custom).second) {
      return failure(refuse(element, "key", "is named twice"));
    }
  }
  return {};
}

void apply_mappings(const ResourceType& user, std::span<const AttributeMapping> mappings, const json::object& document,
                    json::object& profile) {
  if (mappings.empty()) return;
  const json::object standard = profile;
  json::object custom;
  for (const AttributeMapping& mapping : mappings) {
    const json::value* value = source_value(user, mapping, document, standard);
    if (is_normalized(mapping.key)) {
      const std::string text = value == nullptr ? std::string() : text_of(*value);
      if (text.empty()) {
        profile.stable_erase(mapping.key);
      } else {
        profile[mapping.key] = text;
      }
    } else if (value != nullptr && mapping.key == kCustom) {
      if (!value->is_object()) continue;
      for (const auto& entry : value->get_object()) custom.emplace(entry.key(), entry.value());
    } else if (const std::string_view name = custom_name(mapping.key); value != nullptr && !name.empty()) {
      custom[name] = *value;
    }
  }
  if (!custom.empty()) profile[kCustom] = std::move(custom);
}

}  // namespace doorward::scim
