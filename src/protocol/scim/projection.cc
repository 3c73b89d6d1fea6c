#include "protocol/scim/projection.h"

#include <algorithm>
#include <utility>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The names of a comma-separated list; a bracket expression, in which commas may stand, is cut off.
Result<std::vector<AttributeTarget>> read_names(const ResourceType& type, std::string_view list) {
  std::vector<AttributeTarget> names;
  std::size_t count = 0;
  while (!list.empty()) {
    std::size_t end = 0;
    std::size_t depth = 0;
    while (end < list.size() && (list[end] != ',' || depth > 0)) {
      depth += list[end] == '[' ? 1 : 0;
      depth -= list[end] == ']' && depth > 0 ? 1 : 0;
      ++end;
    }
    if (++count > limits::kProjectionNames) return failure(Reason::kScimInvalidValue, "Too many attributes are named.");
    const std::string_view name = trim(list.substr(0, end));
    const std::string_view bare = trim(name.substr(0, name.find('[')));
    if (const auto target = resolve(type, bare)) names.push_back(*target);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

}  // namespace

Result<Projection> Projection::parse(const ResourceType& type, std::string_view attributes, std::string_view excluded) {
  attributes = trim(attributes);
  excluded = trim(excluded);
  if (!attributes.empty() && !excluded.empty()) {
    return failure(Reason::kScimInvalidValue, "\"attributes\" and \"excludedAttributes\" cannot be used together.");
  }
  Projection projection(type);
  projection.only_named_ = !attributes.empty();
  DOORWARD_TRY(projection.names_, read_names(type, attributes.empty() ? excluded : attributes));
  return projection;
}

bool Projection::named(const std::vector<AttributeTarget>& names, const Schema* extension, const Attribute& attribute,
                       const Attribute* sub, bool partly) const {
  return std::ranges::any_of(names, [&](const AttributeTarget& name) {
    if (name.attribute == nullptr) return name.extension == extension;  // a whole schema
    if (name.extension != extension || name.attribute != &attribute) return false;
    if (name.sub == nullptr) return true;
    return sub != nullptr ? name.sub == sub : partly;
  });
}

bool Projection::shows(const Schema* extension, const Attribute& attribute, const Attribute* sub) const {
  const Attribute& innermost = sub != nullptr ? *sub : attribute;
  switch (&innermost == on_request_ ? Returned::kRequest : innermost.returned) {
    case Returned::kAlways:
      return true;
    case Returned::kNever:
      return false;
    case Returned::kRequest:
      return only_named_ && named(names_, extension, attribute, sub, true);
    case Returned::kDefault:
      break;
  }
  // A part of a complex attribute shows its whole; only naming the whole hides it.
  return only_named_ ? named(names_, extension, attribute, sub, true)
                     : !named(names_, extension, attribute, sub, false);
}

void Projection::show_on_request(std::string_view attribute_name) { on_request_ = type_->schema.find(attribute_name); }

bool Projection::shows(std::string_view attribute_name) const {
  const auto target = resolve(*type_, attribute_name);
  return target && target->extension == nullptr && target->attribute != nullptr &&
         shows(nullptr, *target->attribute, nullptr);
}

bool Projection::asks_for(std::string_view attribute_name) const {
  const Attribute* attribute = type_->schema.find(attribute_name);
  return only_named_ && attribute != nullptr && named(names_, nullptr, *attribute, nullptr, true);
}

void Projection::apply_to(json::object& container, const Schema* extension) const {
  std::vector<std::string> hidden;
  for (auto& member : container) {
    const std::string_view key(member.key().data(), member.key().size());
    if (extension == nullptr && type_->find_extension(key) != nullptr) continue;
    const Attribute* attribute = nullptr;
    if (extension != nullptr) {
      attribute = extension->find(key);
    } else if (const auto target = resolve(*type_, key); target && target->extension == nullptr) {
      attribute = target->attribute;
    }
    if (attribute == nullptr) continue;
    if (!shows(extension, *attribute, nullptr)) {
      hidden.emplace_back(key);
      continue;
    }
    if (attribute->sub_attributes.empty() || names_.empty()) continue;
    // An element of which nothing is left is not shown.
    const auto trim_element = [&](json::value& element) {
      json::object* object = element.if_object();
      if (object == nullptr) return false;
      std::vector<std::string> hidden_subs;
      for (const auto& part : *object) {
        const Attribute* sub = attribute->find({part.key().data(), part.key().size()});
        if (sub != nullptr && !shows(extension, *attribute, sub)) hidden_subs.emplace_back(sub->name);
      }
      for (const std::string& name : hidden_subs) object->stable_erase(name);
      return object->empty();
    };
    json::array* array = member.value().if_array();
    bool empty = false;
    if (array != nullptr && !array->empty()) {
      array->erase(std::remove_if(array->begin(), array->end(), trim_element), array->end());
      empty = array->empty();
    } else if (array == nullptr) {
      empty = trim_element(member.value());
    }
    if (empty) hidden.emplace_back(key);
  }
  for (const std::string& name : hidden) container.stable_erase(name);
}

json::object Projection::apply(json::object resource) const {
  apply_to(resource, nullptr);
  for (const SchemaExtension& extension : type_->extensions) {
    json::value* data = resource.if_contains(extension.schema.id);
    if (data == nullptr || !data->is_object()) continue;
    apply_to(data->get_object(), &extension.schema);
    if (data->get_object().empty()) resource.stable_erase(extension.schema.id);
  }
  return resource;
}

}  // namespace doorward::scim
