#include "protocol/scim/resource.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <numeric>
#include <set>
#include <utility>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/coerce.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }
std::string_view key_of(const json::key_value_pair& member) { return {member.key().data(), member.key().size()}; }

bool client_may_store(const Attribute& attribute) {
  return attribute.mutability != Mutability::kReadOnly && attribute.returned != Returned::kNever;
}

Result<void> check_schemas(const json::value& schemas) {
  const auto refuse = [] { return failure(Reason::kScimInvalidSyntax, "\"schemas\" must be a list of URNs."); };
  if (schemas.is_null()) return {};
  const json::array* list = schemas.if_array();
  if (list == nullptr || !std::ranges::all_of(*list, [](const json::value& urn) { return urn.is_string(); })) {
    return refuse();
  }
  return {};
}

Result<json::object> read_extension(const Schema& schema, const json::value& body) {
  json::object out;
  if (is_unassigned(body)) return out;
  const json::object* object = body.if_object();
  if (object == nullptr) return failure(Reason::kScimInvalidValue, fmt::format("\"{}\" must be an object.", schema.id));
  for (const auto& member : *object) {
    const Attribute* attribute = schema.find(key_of(member));
    if (attribute == nullptr || !client_may_store(*attribute)) continue;
    DOORWARD_TRY(auto value, coerce(*attribute, member.value(), attribute->name));
    if (value) out[attribute->name] = *std::move(value);
  }
  return out;
}

// Roughly what the text form takes.
std::size_t bytes_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::string:
      return value.get_string().size() + 3;
    case json::kind::array:
      return std::accumulate(value.get_array().begin(), value.get_array().end(), std::size_t{2},
                             [](std::size_t sum, const json::value& element) { return sum + bytes_of(element); });
    case json::kind::object:
      return std::accumulate(value.get_object().begin(), value.get_object().end(), std::size_t{2},
                             [](std::size_t sum, const json::key_value_pair& member) {
                               return sum + member.key().size() + 4 + bytes_of(member.value());
                             });
    default:
      return 8;
  }
}

bool is_missing(const json::value* value) {
  return value == nullptr || is_unassigned(*value) || (value->is_string() && value->get_string().empty());
}

}  // namespace

Result<json::object> read_resource(const ResourceType& type, const json::object& body) {
  json::object document;
  for (const auto& member : body) {
    const std::string_view key = key_of(member);
    if (equal_names(key, "schemas")) {
      DOORWARD_CHECK(check_schemas(member.value()));
      continue;
    }
    if (const Schema* extension = type.find_extension(key)) {
      DOORWARD_TRY(json::object read, read_extension(*extension, member.value()));
      if (!read.empty()) document[extension->id] = std::move(read);
      continue;
    }
    // Dotted and URN-qualified names mean something in paths only; here they are unknown.
    const Attribute* attribute = type.schema.find(key);
    if (attribute == nullptr && equal_names(key, "externalId")) attribute = resolve(type, "externalId")->attribute;
    if (attribute == nullptr || !client_may_store(*attribute)) continue;
    DOORWARD_TRY(auto value, coerce(*attribute, member.value(), attribute->name));
    if (value) document[attribute->name] = *std::move(value);
  }
  DOORWARD_CHECK(check_document(type, document));
  return document;
}

Result<void> check_document(const ResourceType& type, const json::object& document) {
  for (const Attribute& attribute : type.schema.attributes) {
    if (attribute.required && is_missing(document.if_contains(attribute.name))) {
      return failure(Reason::kScimInvalidValue, fmt::format("\"{}\" is required.", attribute.name));
    }
  }
  for (const SchemaExtension& extension : type.extensions) {
    const json::value* found = document.if_contains(extension.schema.id);
    const json::object* data = found != nullptr ? found->if_object() : nullptr;
    if (data == nullptr) {
      if (!extension.required) continue;
      return failure(Reason::kScimInvalidValue, fmt::format("The extension {} is required.", extension.schema.id));
    }
    for (const Attribute& attribute : extension.schema.attributes) {
      if (attribute.required && is_missing(data->if_contains(attribute.name))) {
        return failure(Reason::kScimInvalidValue, fmt::format("\"{}\" is required.", attribute.name));
      }
    }
  }
  std::size_t bytes = 0;
  for (const auto& member : document) {
    if (member.key() == "members") continue;  // rows; bounded by number and by the size of the body
    bytes += member.key().size() + bytes_of(member.value());
  }
  if (bytes > limits::kDocumentBytes) {
    return failure(Reason::kScimInvalidValue,
                   fmt::format("The resource is larger than {} bytes.", limits::kDocumentBytes));
  }
  return {};
}

Result<std::vector<Member>> read_members(const json::value& value) {
  static const Attribute& definition = *group_type().schema.find("members");
  DOORWARD_TRY(auto coerced, coerce(definition, value, definition.name));
  std::vector<Member> members;
  if (!coerced) return members;
  std::set<std::string> seen;  // not hashed: who sends a million members chooses what collides
  members.reserve(coerced->get_array().size());
  for (const json::value& element : coerced->get_array()) {
    const json::object& object = element.get_object();
    const auto text = [&](std::string_view name) {
      const json::value* found = object.if_contains(name);
      return found == nullptr ? std::string() : std::string(view(found->get_string()));
    };
    Member member{text("value"), text("type"), text("display")};
    if (member.value.empty()) return failure(Reason::kScimInvalidValue, "A member must have a \"value\".");
    if (seen.insert(member.value).second) members.push_back(std::move(member));
  }
  return members;
}

Result<std::vector<Member>> take_members(json::object& document) {
  const auto found = document.find("members");
  if (found == document.end()) return std::vector<Member>{};
  const json::value members = std::move(found->value());
  document.erase(found);
  return read_members(members);
}

json::array schemas_of(const ResourceType& type, const json::object& document) {
  json::array urns;
  urns.emplace_back(type.schema.id);
  for (const SchemaExtension& extension : type.extensions) {
    if (document.contains(extension.schema.id)) urns.emplace_back(extension.schema.id);
  }
  return urns;
}

}  // namespace doorward::scim
