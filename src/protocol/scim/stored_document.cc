#include "protocol/scim/stored_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "protocol/scim/case_fold.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }
std::string_view key_of(const json::key_value_pair& member) { return {member.key().data(), member.key().size()}; }

// Removes the members of `object` for which `keep(name, value)` is false; `keep` may trim the value.
template <class Keep>
void keep_members(json::object& object, Keep keep) {
  std::vector<std::string> gone;
  for (auto& member : object) {
    if (!keep(key_of(member), member.value())) gone.emplace_back(key_of(member));
  }
  for (const std::string& name : gone) object.stable_erase(name);
}

bool fits(const Attribute& attribute, json::value& value);

bool element_fits(const Attribute& attribute, json::value& value) {
  switch (attribute.type) {
    case Type::kBoolean:
      return value.is_bool();
    case Type::kInteger:
      return value.is_int64();
    case Type::kDecimal:
      return value.is_number();
    case Type::kComplex: {
      json::object* object = value.if_object();
      if (object == nullptr) return false;
      keep_members(*object, [&](std::string_view name, json::value& part) {
        const Attribute* sub = attribute.find(name);
        return sub != nullptr && fits(*sub, part);
      });
      return !object->empty();
    }
    default:
      return value.is_string();
  }
}

bool fits(const Attribute& attribute, json::value& value) {
  json::array* elements = value.if_array();
  if (!attribute.multi_valued) return elements == nullptr && element_fits(attribute, value);
  if (elements == nullptr) return false;
  json::array kept;
  for (json::value& element : *elements) {
    if (element_fits(attribute, element)) kept.push_back(std::move(element));
  }
  *elements = std::move(kept);
  return !elements->empty();
}

std::string comparable(const Attribute& attribute, const json::value& value) {
  if (!value.is_string()) return json::serialize(value);
  const std::string_view text = view(value.get_string());
  if (attribute.type == Type::kDateTime) {
    const auto time = parse_rfc3339(text);
    return time ? std::to_string(to_micros(*time)) : std::string(text);
  }
  return attribute.case_exact || attribute.type == Type::kBinary ? std::string(text) : fold_case(text);
}

// Collects the values under one attribute; `path` is its name with the URN in front.
void collect(const Attribute& attribute, const json::value& value, const std::string& path, const std::string& name,
             std::vector<UniqueValue>& into) {
  if (const json::array* elements = value.if_array()) {
    for (const json::value& element : *elements) collect(attribute, element, path, name, into);
    return;
  }
  if (attribute.uniqueness != Uniqueness::kNone) {
    into.push_back({name, fold_case(path) + '\0' + comparable(attribute, value)});
  }
  const json::object* object = value.if_object();
  if (object == nullptr) return;
  for (const Attribute& sub : attribute.sub_attributes) {
    if (const json::value* found = object->if_contains(sub.name)) {
      collect(sub, *found, fmt::format("{}.{}", path, sub.name), fmt::format("{}.{}", name, sub.name), into);
    }
  }
}

void collect_schema(const Schema& schema, const json::object& data, std::vector<UniqueValue>& into) {
  for (const Attribute& attribute : schema.attributes) {
    if (const json::value* found = data.if_contains(attribute.name)) {
      collect(attribute, *found, fmt::format("{}:{}", schema.id, attribute.name), attribute.name, into);
    }
  }
}

}  // namespace

void hide_unknown(const ResourceType& type, json::object& document) {
  if (!type.keeps_more) return;
  keep_members(document, [&](std::string_view name, json::value& value) {
    if (name == "externalId" || name == "members") return true;
    if (const Schema* extension = type.find_extension(name)) {
      json::object* data = value.if_object();
      if (data == nullptr) return false;
      keep_members(*data, [&](std::string_view inner, json::value& part) {
        const Attribute* attribute = extension->find(inner);
        return attribute != nullptr && fits(*attribute, part);
      });
      return !data->empty();
    }
    const Attribute* attribute = type.schema.find(name);
    return attribute != nullptr && fits(*attribute, value);
  });
}

const json::object& known_part(const ResourceType& type, const json::object& document, json::object& scratch) {
  const json::object* known = &document;
  if (type.keeps_more) {
    scratch = document;
    hide_unknown(type, scratch);
    known = &scratch;
  }
  return *known;
}

std::vector<UniqueValue> unique_values(const ResourceType& type, const json::object& document) {
  std::vector<UniqueValue> values;
  if (type.schema.id != kUserUrn && type.schema.id != kGroupUrn) collect_schema(type.schema, document, values);
  for (const SchemaExtension& extension : type.extensions) {
    const json::value* data = document.if_contains(extension.schema.id);
    if (data != nullptr && data->is_object()) collect_schema(extension.schema, data->get_object(), values);
  }
  std::set<std::string_view> seen;
  std::vector<UniqueValue> each_once;
  for (const UniqueValue& value : values) {
    if (seen.insert(value.key).second) each_once.push_back(value);
  }
  return each_once;
}

}  // namespace doorward::scim
