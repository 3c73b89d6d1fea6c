#include "protocol/scim/schema_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }
std::string_view key_of(const json::key_value_pair& member) { return {member.key().data(), member.key().size()}; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Where in the document the reader is, for refusals.
struct Place {
  std::string field;
  std::string name;  // of the attribute; empty at the schema itself

  Place at(std::string_view member) const { return {fmt::format("{}.{}", field, member), name}; }
};

tl::unexpected<Error> refuse(const Place& place, std::string_view why) {
  std::string description = place.name.empty() ? std::string(why) : fmt::format("\"{}\": {}", place.name, why);
  return failure(invalid_field(place.field, std::move(description), "scim_schema"));
}

Result<std::string> read_text(const json::object& body, std::string_view key, std::size_t limit, const Place& place) {
  const json::value* found = body.if_contains(key);
  if (found == nullptr || found->is_null()) return std::string();
  if (!found->is_string()) return refuse(place.at(key), "must be a string");
  if (found->get_string().size() > limit) return refuse(place.at(key), fmt::format("must be at most {} bytes", limit));
  if (!is_valid_utf8(view(found->get_string())) || view(found->get_string()).find('\0') != std::string_view::npos) {
    return refuse(place.at(key), "must be UTF-8 without NUL characters");
  }
  return std::string(view(found->get_string()));
}

Result<bool> read_flag(const json::object& body, std::string_view key, const Place& place) {
  const json::value* found = body.if_contains(key);
  if (found == nullptr || found->is_null()) return false;
  if (!found->is_bool()) return refuse(place.at(key), "must be true or false");
  return found->get_bool();
}

// One of the words of an enumeration; nullopt when absent.
template <class Enum, std::size_t N>
Result<std::optional<Enum>> read_word(const json::object& body, std::string_view key, std::string_view (*name_of)(Enum),
                                      const std::array<Enum, N>& values, const Place& place) {
  const json::value* found = body.if_contains(key);
  if (found == nullptr || found->is_null()) return std::optional<Enum>();
  std::string words;
  for (const Enum value : values) {
    if (found->is_string() && view(found->get_string()) == name_of(value)) return std::optional<Enum>(value);
    words += words.empty() ? "" : ", ";
    words += name_of(value);
  }
  return refuse(place.at(key), fmt::format("must be one of {}", words));
}

Result<std::vector<std::string>> read_texts(const json::object& body, std::string_view key, const Place& place) {
  std::vector<std::string> out;
  const json::value* found = body.if_contains(key);
  if (found == nullptr || found->is_null()) return out;
  const json::array* list = found->if_array();
  const bool texts = list != nullptr && list->size() <= limits::kSchemaWords &&
                     std::ranges::all_of(*list, [](const json::value& word) {
                       return word.is_string() && !word.get_string().empty() &&
                              word.get_string().size() <= limits::kNameBytes && is_valid_utf8(view(word.get_string()));
                     });
  if (!texts) {
    return refuse(place.at(key), fmt::format("must be a list of at most {} strings of 1 to {} bytes",
                                             limits::kSchemaWords, limits::kNameBytes));
  }
  for (const json::value& word : *list) out.emplace_back(view(word.get_string()));
  return out;
}

template <std::size_t N>
Result<void> check_keys(const json::object& body, const std::array<std::string_view, N>& known, const Place& place) {
  for (const auto& member : body) {
    if (std::ranges::find(known, key_of(member)) == known.end()) {
      return refuse(place, fmt::format("\"{}\" is no part of this form", key_of(member).substr(0, limits::kNameBytes)));
    }
  }
  return {};
}

// What is stored and compared may not contradict itself.
Result<void> check_characteristics(const Attribute& a, const Place& place) {
  const bool is_text = a.type == Type::kString || a.type == Type::kReference || a.type == Type::kBinary;
  const bool is_never = a.returned == Returned::kNever;
  if (a.mutability == Mutability::kWriteOnly && !is_never) {
    return refuse(place.at("returned"), "must be never, because the attribute is writeOnly");
  }
  if (a.mutability == Mutability::kReadOnly && is_never) {
    return refuse(place.at("returned"), "cannot be never for a readOnly attribute: nobody could write or read it");
  }
  if (a.required && a.mutability == Mutability::kReadOnly) {
    return refuse(place.at("required"), "cannot be true for a readOnly attribute: nobody could write it");
  }
  if (a.required && is_never) {
    return refuse(place.at("required"), "cannot be true for an attribute that is never returned: it is not stored");
  }
  if (a.uniqueness != Uniqueness::kNone && (a.type == Type::kBoolean || a.type == Type::kComplex || is_never)) {
    return refuse(place.at("uniqueness"), "must be none for boolean, complex and never returned attributes");
  }
  if (a.case_exact && !is_text) return refuse(place.at("caseExact"), "is for string, reference and binary attributes");
  if (!a.canonical_values.empty() && a.type != Type::kString && a.type != Type::kReference) {
    return refuse(place.at("canonicalValues"), "are for string and reference attributes");
  }
  if (!a.reference_types.empty() && a.type != Type::kReference) {
    return refuse(place.at("referenceTypes"), "are for reference attributes");
  }
  return {};
}

constexpr auto kAttributeKeys = std::to_array<std::string_view>(
    {"name", "type", "multiValued", "description", "required", "canonicalValues", "caseExact", "mutability", "returned",
     "uniqueness", "referenceTypes", "subAttributes"});
constexpr std::array kTypes{Type::kString,   Type::kBoolean, Type::kDecimal,   Type::kInteger,
                            Type::kDateTime, Type::kBinary,  Type::kReference, Type::kComplex};
constexpr std::array kMutabilities{Mutability::kReadOnly, Mutability::kReadWrite, Mutability::kImmutable,
                                   Mutability::kWriteOnly};
constexpr std::array kReturns{Returned::kAlways, Returned::kNever, Returned::kDefault, Returned::kRequest};
constexpr std::array kUniquenesses{Uniqueness::kNone, Uniqueness::kServer, Uniqueness::kGlobal};

Result<std::vector<Attribute>> read_attributes(const json::value* list, bool inside_complex, const Place& place);

Result<Attribute> read_attribute(const json::value& value, bool inside_complex, Place place) {
  const json::object* body = value.if_object();
  if (body == nullptr) return refuse(place, "must be an object");
  Attribute out;
  DOORWARD_TRY(out.name, read_text(*body, "name", limits::kNameBytes, place));
  const bool is_ref = inside_complex && out.name == "$ref";
  if (!is_ref && !is_attribute_name(out.name)) {
    return refuse(place.at("name"), "must begin with a letter; letters, digits, '-', '_' and '$' may follow");
  }
  place.name = out.name;
  if (!inside_complex && std::ranges::any_of(common_attributes(), [&](const Attribute& common) {
        return equal_names(common.name, out.name);
      })) {
    return refuse(place.at("name"), "is an attribute of every resource already");
  }
  DOORWARD_CHECK(check_keys(*body, kAttributeKeys, place));
  DOORWARD_TRY(const auto type, read_word(*body, "type", &type_name, kTypes, place));
  out.type = type.value_or(Type::kString);
  DOORWARD_TRY(out.multi_valued, read_flag(*body, "multiValued", place));
  DOORWARD_TRY(out.description, read_text(*body, "description", limits::kDescriptionBytes, place));
  DOORWARD_TRY(out.required, read_flag(*body, "required", place));
  DOORWARD_TRY(out.canonical_values, read_texts(*body, "canonicalValues", place));
  DOORWARD_TRY(out.case_exact, read_flag(*body, "caseExact", place));
  DOORWARD_TRY(const auto mutability, read_word(*body, "mutability", &mutability_name, kMutabilities, place));
  out.mutability = mutability.value_or(Mutability::kReadWrite);
  DOORWARD_TRY(const auto returned, read_word(*body, "returned", &returned_name, kReturns, place));
  out.returned = returned.value_or(out.mutability == Mutability::kWriteOnly ? Returned::kNever : Returned::kDefault);
  DOORWARD_TRY(const auto uniqueness, read_word(*body, "uniqueness", &uniqueness_name, kUniquenesses, place));
  out.uniqueness = uniqueness.value_or(Uniqueness::kNone);
  DOORWARD_TRY(out.reference_types, read_texts(*body, "referenceTypes", place));
  if (out.uniqueness != Uniqueness::kNone) out.max_bytes = limits::kIndexedValueBytes;
  DOORWARD_CHECK(check_characteristics(out, place));

  const json::value* subs = body->if_contains("subAttributes");
  const bool has_subs = subs != nullptr && !(subs->is_array() && subs->get_array().empty());
  if (out.type != Type::kComplex) {
    if (has_subs) return refuse(place.at("subAttributes"), "are for complex attributes");
    return out;
  }
  if (inside_complex) return refuse(place.at("type"), "cannot be complex inside a complex attribute");
  DOORWARD_TRY(out.sub_attributes, read_attributes(subs, true, place));
  if (out.sub_attributes.empty()) return refuse(place.at("subAttributes"), "must be given for a complex attribute");
  return out;
}

Result<std::vector<Attribute>> read_attributes(const json::value* list, bool inside_complex, const Place& place) {
  const std::string_view key = inside_complex ? "subAttributes" : "attributes";
  const std::size_t limit = inside_complex ? limits::kSubAttributes : limits::kAttributesPerSchema;
  std::vector<Attribute> out;
  if (list == nullptr || list->is_null()) return out;
  if (!list->is_array()) return refuse(place.at(key), "must be a list");
  if (list->get_array().size() > limit) return refuse(place.at(key), fmt::format("must be at most {}", limit));
  for (std::size_t i = 0; i < list->get_array().size(); ++i) {
    const Place here{fmt::format("{}.{}[{}]", place.field, key, i), place.name};
    DOORWARD_TRY(Attribute attribute, read_attribute(list->get_array()[i], inside_complex, here));
    if (std::ranges::any_of(out, [&](const Attribute& a) { return equal_names(a.name, attribute.name); })) {
      return refuse(here.at("name"), fmt::format("\"{}\" is named twice", attribute.name));
    }
    out.push_back(std::move(attribute));
  }
  return out;
}

std::size_t unique_attributes(const std::vector<Attribute>& attributes) {
  std::size_t count = 0;
  for (const Attribute& attribute : attributes) {
    count += attribute.uniqueness != Uniqueness::kNone ? 1 : 0;
    count += unique_attributes(attribute.sub_attributes);
  }
  return count;
}

// Schemas that the server itself speaks (RFC 7643 section 10.3); messages have a namespace of their own.
bool is_taken(std::string_view urn) {
  constexpr auto kTaken = std::to_array<std::string_view>(
      {kUserUrn, kGroupUrn, kEnterpriseUserUrn, "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
       "urn:ietf:params:scim:schemas:core:2.0:ResourceType", "urn:ietf:params:scim:schemas:core:2.0:Schema"});
  return std::ranges::any_of(kTaken, [&](std::string_view taken) { return equal_names(taken, urn); }) ||
         starts_with_name(urn, "urn:ietf:params:scim:api:");
}

}  // namespace

bool is_schema_urn(std::string_view text) {
  if (text.size() > limits::kUrnBytes || !starts_with_name(text, "urn:")) return false;
  text.remove_prefix(4);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size() || text.back() == ':') return false;
  // Of what URNs may hold (RFC 8141), what filters and PATCH paths can name.
  return std::ranges::all_of(text, [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view(":.-_").find(c) != std::string_view::npos;
  });
}

bool is_attribute_name(std::string_view text) {
  return !text.empty() && text.size() <= limits::kNameBytes && is_letter(text.front()) &&
         std::ranges::all_of(text,
                             [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '$'; });
}

Result<Schema> read_schema(const json::object& body, std::string_view field) {
  constexpr auto kKeys =
      std::to_array<std::string_view>({"schemas", "id", "name", "description", "attributes", "meta"});
  const Place place{std::string(field), {}};
  DOORWARD_CHECK(check_keys(body, kKeys, place));
  Schema out;
  DOORWARD_TRY(out.id, read_text(body, "id", limits::kUrnBytes, place));
  if (!is_schema_urn(out.id)) return refuse(place.at("id"), "must be a URN, such as urn:acme:scim:2.0:Badge");
  if (is_taken(out.id)) return refuse(place.at("id"), "is a schema that every directory has");
  DOORWARD_TRY(out.name, read_text(body, "name", limits::kNameBytes, place));
  if (out.name.empty()) out.name = out.id.substr(out.id.rfind(':') + 1, limits::kNameBytes);
  DOORWARD_TRY(out.description, read_text(body, "description", limits::kDescriptionBytes, place));
  DOORWARD_TRY(out.attributes, read_attributes(body.if_contains("attributes"), false, place));
  if (out.attributes.empty()) return refuse(place.at("attributes"), "must be given");
  if (unique_attributes(out.attributes) > limits::kUniqueAttributesPerSchema) {
    return refuse(place.at("attributes"),
                  fmt::format("may hold at most {} unique attributes", limits::kUniqueAttributesPerSchema));
  }
  return out;
}

}  // namespace doorward::scim
