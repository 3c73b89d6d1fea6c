#include "protocol/scim/resource.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <set>
#include <utility>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/coerce.h"
#include "protocol/scim/json_member.h"
#include "protocol/scim/limits.h"
#include "protocol/scim/sent_name.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }
std::string_view key_of(const json::key_value_pair& member) { return {member.key().data(), member.key().size()}; }

bool client_may_store(const Attribute& attribute) {
  return attribute.mutability != Mutability::kReadOnly && attribute.returned != Returned::kNever;
}

bool is_urn_of(const ResourceType& type, std::string_view urn) {
  return equal_names(urn, type.schema.id) || type.find_extension(urn) != nullptr;
}

// `schemas` (RFC 7643 section 3): must name the schema of the resource and none that is not its own.
Result<void> check_schemas(const ResourceType& type, const json::value* schemas, Dialect& dialect) {
  const bool strict = dialect.behaviour.missing_schemas == Behaviour::Loose::kRefuse;
  const auto missing = [&]() -> Result<void> {
    if (strict) {
      return failure(Reason::kScimInvalidSyntax, fmt::format("\"schemas\" must contain {}.", type.schema.id));
    }
    dialect.note(Quirk::kMissingSchemas);
    return {};
  };
  if (schemas == nullptr || is_unassigned(*schemas)) return missing();
  json::array single;
  const json::array* list = schemas->if_array();
  if (list == nullptr && schemas->is_string() && dialect.behaviour.loose_values == Behaviour::Loose::kAccept) {
    dialect.note(Quirk::kSingleForList);
    single.push_back(*schemas);
    list = &single;
  }
  if (list == nullptr || !std::ranges::all_of(*list, [](const json::value& urn) { return urn.is_string(); })) {
    return failure(Reason::kScimInvalidSyntax, "\"schemas\" must be a list of URNs.");
  }
  bool has_base = false;
  for (const json::value& element : *list) {
    const std::string_view urn = view(element.get_string());
    if (is_urn_of(type, urn)) {
      has_base = has_base || equal_names(urn, type.schema.id);
      continue;
    }
    if (strict) {
      return failure(Reason::kScimInvalidValue,
                     fmt::format("\"schemas\" names {}, which {} does not have.", urn, type.name));
    }
    dialect.note(Quirk::kUnknownSchema);
    const auto standard = standard_name(type, urn);
    has_base = has_base || (standard && equal_names(*standard, type.schema.id));
  }
  return has_base ? Result<void>{} : missing();
}

// Reads a body member by member into a document.
class BodyReader {
 public:
  // `keeps_cleared`: attributes without a value become null instead of nothing.
  BodyReader(const ResourceType& type, bool keeps_cleared, Dialect& dialect)
      : type_(type), keeps_cleared_(keeps_cleared), dialect_(dialect) {}

  Result<json::object> read(const json::object& body) {
    const json::value* schemas = nullptr;
    for (const auto& member : body) {
      if (equal_names(key_of(member), "schemas")) {
        schemas = &member.value();
      } else {
        DOORWARD_CHECK(read_member(key_of(member), member.value()));
      }
    }
    DOORWARD_CHECK(check_schemas(type_, schemas, dialect_));
    DOORWARD_CHECK(check_document(type_, document_));
    return std::move(document_);
  }

 private:
  Result<void> read_member(std::string_view key, const json::value& value) {
    if (const Schema* extension = type_.find_extension(key)) return read_extension(*extension, value);
    // Dotted and URN-qualified names mean something in paths only; here they are unknown.
    const Attribute* attribute = type_.schema.find(key);
    if (attribute == nullptr) attribute = find_common(key);
    if (attribute != nullptr) return read_attribute(*attribute, value, document_);
    if (dialect_.behaviour.missing_schemas == Behaviour::Loose::kAccept) {
      const auto standard = standard_name(type_, key);
      if (const Schema* extension = standard ? type_.find_extension(*standard) : nullptr) {
        dialect_.note(Quirk::kUnknownSchema);
        return read_extension(*extension, value);
      }
    }
    return meet_unknown(key,
                        key.find(':') == std::string_view::npos ? Quirk::kUnknownAttribute : Quirk::kUnknownSchema);
  }

  Result<void> read_extension(const Schema& schema, const json::value& value) {
    if (is_unassigned(value)) {
      if (keeps_cleared_) document_[schema.id] = nullptr;
      return {};
    }
    const json::object* object = value.if_object();
    if (object == nullptr) {
      return failure(Reason::kScimInvalidValue, fmt::format("\"{}\" must be an object.", schema.id));
    }
    json::object data;
    for (const auto& member : *object) {
      const Attribute* attribute = schema.find(key_of(member));
      if (attribute == nullptr) {
        DOORWARD_CHECK(meet_unknown(key_of(member), Quirk::kUnknownAttribute));
      } else {
        DOORWARD_CHECK(read_attribute(*attribute, member.value(), data));
      }
    }
    if (!data.empty()) document_[schema.id] = std::move(data);
    return {};
  }

  Result<void> read_attribute(const Attribute& attribute, const json::value& sent, json::object& into) {
    if (!client_may_store(attribute)) return {};
    DOORWARD_TRY(auto value, coerce(attribute, sent, attribute.name, dialect_));
    if (value) {
      into[attribute.name] = *std::move(value);
    } else if (keeps_cleared_) {
      into[attribute.name] = nullptr;
    }
    return {};
  }

  Result<void> meet_unknown(std::string_view key, Quirk quirk) {
    if (dialect_.behaviour.unknown_attributes == Behaviour::Unknown::kRefuse) {
      return failure(Reason::kScimInvalidValue, fmt::format("\"{}\" is no attribute of {}.", key, type_.name));
    }
    dialect_.note(quirk);
    return {};
  }

  static const Attribute* find_common(std::string_view key) {
    const auto& common = common_attributes();
    const auto found = std::ranges::find_if(common, [&](const Attribute& a) { return equal_names(a.name, key); });
    return found == common.end() ? nullptr : &*found;
  }

  const ResourceType& type_;
  bool keeps_cleared_;
  Dialect& dialect_;
  json::object document_;
};

bool is_missing(const json::value* value) {
  return value == nullptr || is_unassigned(*value) || (value->is_string() && value->get_string().empty());
}

}  // namespace

Result<json::object> read_resource(const ResourceType& type, const json::object& body, Dialect& dialect) {
  return BodyReader(type, false, dialect).read(body);
}

Result<json::object> read_replacement(const ResourceType& type, const json::object& body, Dialect& dialect) {
  return BodyReader(type, true, dialect).read(body);
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

Result<std::vector<Member>> read_members(const json::value& value, Dialect& dialect) {
  static const Attribute& definition = *group_type().schema.find("members");
  DOORWARD_TRY(auto coerced, coerce(definition, value, definition.name, dialect));
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

Result<std::optional<std::vector<Member>>> take_members(json::object& document, Dialect& dialect) {
  const auto found = document.find("members");
  if (found == document.end()) return std::optional<std::vector<Member>>();
  const json::value members = std::move(found->value());
  document.erase(found);
  DOORWARD_TRY(auto read, read_members(members, dialect));
  return std::optional<std::vector<Member>>(std::move(read));
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
