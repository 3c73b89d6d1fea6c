#include "protocol/scim/coerce.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/encoding.h"
#include "base/time.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;
using Coerced = Result<std::optional<json::value>>;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

tl::unexpected<Error> refuse(std::string_view where, std::string_view expected) {
  return failure(Reason::kScimInvalidValue, fmt::format("\"{}\" must be {}.", where, expected));
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
  return number;
}

// What only a lenient endpoint takes: noted, or refused as whatever it is not.
Result<void> forgive(Behaviour::Loose loose, Quirk quirk, Dialect& dialect, std::string_view where,
                     std::string_view expected) {
  if (loose == Behaviour::Loose::kRefuse) return refuse(where, expected);
  dialect.note(quirk);
  return {};
}

Result<void> forgive_value(Quirk quirk, Dialect& dialect, std::string_view where, std::string_view expected) {
  return forgive(dialect.behaviour.loose_values, quirk, dialect, where, expected);
}

constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// RFC 3986 section 2: every character that a URI can hold.
bool is_uri_text(std::string_view text) {
  constexpr std::string_view kMarks = "-._~:/?#[]@!$&'()*+,;=%";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
  });
}

Coerced coerce_string(const Attribute& attribute, const json::value& value, std::string_view where, Dialect& dialect) {
  if (!value.is_string()) return refuse(where, "a string");
  const std::string_view text = view(value.get_string());
  const std::size_t limit = attribute.max_bytes == 0 ? limits::kStringBytes : attribute.max_bytes;
  if (text.size() > limit) return refuse(where, fmt::format("at most {} bytes long", limit));
  if (attribute.country_code && !(text.size() == 2 && is_upper(text[0]) && is_upper(text[1]))) {
    DOORWARD_CHECK(forgive(dialect.behaviour.free_country, Quirk::kFreeCountry, dialect, where,
                           "a country of two upper-case letters, such as DE"));
  }
  if (attribute.type == Type::kReference && !is_uri_text(text)) {
    DOORWARD_CHECK(forgive_value(Quirk::kFreeReference, dialect, where, "a URI"));
  }
  return value;
}

Coerced coerce_boolean(const json::value& value, std::string_view where, Dialect& dialect) {
  if (value.is_bool()) return value;
  if (value.is_string()) {
    const std::string_view text = view(value.get_string());
    const bool is_true = equal_names(text, "true");
    if (is_true || equal_names(text, "false")) {
      DOORWARD_CHECK(forgive_value(Quirk::kBooleanAsText, dialect, where, "true or false"));
      return json::value(is_true);
    }
  }
  return refuse(where, "true or false");
}

Coerced coerce_integer(const json::value& value, std::string_view where, Dialect& dialect) {
  if (value.is_int64()) return value;
  if (value.is_double() && std::trunc(value.get_double()) == value.get_double() &&
      std::abs(value.get_double()) < 9007199254740992.0) {
    return json::value(static_cast<std::int64_t>(value.get_double()));
  }
  if (value.is_string()) {
    if (const auto number = parse_number<std::int64_t>(view(value.get_string()))) {
      DOORWARD_CHECK(forgive_value(Quirk::kNumberAsText, dialect, where, "an integer"));
      return json::value(*number);
    }
  }
  return refuse(where, "an integer");
}

Coerced coerce_decimal(const json::value& value, std::string_view where, Dialect& dialect) {
  if (value.is_number()) return value;
  if (value.is_string()) {
    const auto number = parse_number<double>(view(value.get_string()));
    if (number && std::isfinite(*number)) {
      DOORWARD_CHECK(forgive_value(Quirk::kNumberAsText, dialect, where, "a number"));
      return json::value(*number);
    }
  }
  return refuse(where, "a number");
}

Coerced coerce_complex(const Attribute& attribute, const json::value& value, std::string_view where, Dialect& dialect) {
  const json::object* object = value.if_object();
  json::object wrapped;
  if (object == nullptr && value.is_string() && attribute.find("value") != nullptr) {
    DOORWARD_CHECK(forgive_value(Quirk::kTextForComplex, dialect, where, "an object"));
    wrapped["value"] = value;
    object = &wrapped;
  }
  if (object == nullptr) return refuse(where, "an object");
  json::object out;
  for (const auto& member : *object) {
    DOORWARD_TRY(const Attribute* const sub,
                 sub_attribute(attribute, {member.key().data(), member.key().size()}, where, dialect));
    if (sub == nullptr || sub->mutability == Mutability::kReadOnly || sub->returned == Returned::kNever) continue;
    if (attribute.multi_valued && member.value().is_null()) {
      DOORWARD_CHECK(forgive_value(Quirk::kNullValue, dialect, fmt::format("{}.{}", where, sub->name),
                                   "left out rather than null"));
      continue;
    }
    DOORWARD_TRY(auto coerced, coerce(*sub, member.value(), fmt::format("{}.{}", where, sub->name), dialect));
    if (coerced) out[sub->name] = *std::move(coerced);
  }
  if (out.empty()) return std::nullopt;
  for (const Attribute& sub : attribute.sub_attributes) {
    if (sub.required && !out.contains(sub.name)) return refuse(fmt::format("{}.{}", where, sub.name), "given");
  }
  return json::value(std::move(out));
}

bool is_primary(const json::value& element) {
  const json::object* object = element.if_object();
  const json::value* primary = object != nullptr ? object->if_contains("primary") : nullptr;
  return primary != nullptr && primary->is_bool() && primary->get_bool();
}

json::value folded(const Attribute* definition, const json::value& value) {
  if (definition == nullptr || definition->case_exact || !value.is_string()) return value;
  return json::value(fold_case(view(value.get_string())));
}

// What makes an element another one than its neighbours: see same_element.
json::value identity_of(const Attribute& attribute, const json::value& element) {
  const json::object* object = element.if_object();
  if (object == nullptr) return folded(&attribute, element);
  const json::value* value = object->if_contains("value");
  if (value == nullptr) return element;
  json::array identity{folded(attribute.find("value"), *value)};
  if (const json::value* type = object->if_contains("type")) identity.push_back(folded(attribute.find("type"), *type));
  return identity;
}

}  // namespace

bool is_unassigned(const json::value& value) {
  return value.is_null() || (value.is_array() && value.get_array().empty()) ||
         (value.is_object() && value.get_object().empty());
}

std::size_t max_values(const Attribute& attribute) {
  return attribute.max_values == 0 ? limits::kValuesPerAttribute : attribute.max_values;
}

Result<const Attribute*> sub_attribute(const Attribute& attribute, std::string_view name, std::string_view where,
                                       Dialect& dialect) {
  if (const Attribute* sub = attribute.find(name)) return sub;
  if (dialect.behaviour.unknown_attributes == Behaviour::Unknown::kRefuse) {
    return failure(Reason::kScimInvalidValue, fmt::format("\"{}\" has no sub-attribute \"{}\".", where, name));
  }
  // The figures of RFC 7644 section 3.5.2 name a member so.
  if (const Attribute* display = attribute.find("display"); display != nullptr && equal_names(name, "displayName")) {
    dialect.note(Quirk::kDisplayNameOfMember);
    return display;
  }
  dialect.note(Quirk::kUnknownAttribute);
  return nullptr;
}

Coerced coerce_one(const Attribute& attribute, const json::value& value, std::string_view where, Dialect& dialect) {
  if (is_unassigned(value)) return std::nullopt;
  switch (attribute.type) {
    case Type::kString:
    case Type::kReference:
      return coerce_string(attribute, value, where, dialect);
    case Type::kBoolean:
      return coerce_boolean(value, where, dialect);
    case Type::kInteger:
      return coerce_integer(value, where, dialect);
    case Type::kDecimal:
      return coerce_decimal(value, where, dialect);
    case Type::kDateTime:
      if (!value.is_string() || !parse_rfc3339(view(value.get_string()))) {
        return refuse(where, "a time such as 2026-01-31T12:00:00Z");
      }
      return value;
    case Type::kBinary:
      if (!value.is_string() ||
          !(base64_decode(view(value.get_string())) || base64url_decode(view(value.get_string())))) {
        return refuse(where, "base64 text");
      }
      return coerce_string(attribute, value, where, dialect);
    case Type::kComplex:
      return coerce_complex(attribute, value, where, dialect);
  }
  return refuse(where, "of a known type");
}

namespace {

Coerced coerce_list(const Attribute& attribute, const json::value& value, std::string_view where, Dialect& dialect) {
  json::array out;
  const auto take = [&](const json::value& element) -> Result<void> {
    DOORWARD_TRY(auto coerced, coerce_one(attribute, element, where, dialect));
    if (coerced) out.push_back(*std::move(coerced));
    return {};
  };
  if (const json::array* array = value.if_array()) {
    const std::size_t limit = max_values(attribute);
    if (array->size() > limit) return refuse(where, fmt::format("a list of at most {} values", limit));
    out.reserve(array->size());
    for (const json::value& element : *array) {
      if (element.is_null()) DOORWARD_CHECK(forgive_value(Quirk::kNullValue, dialect, where, "a list without null"));
      DOORWARD_CHECK(take(element));
    }
  } else {
    DOORWARD_CHECK(forgive_value(Quirk::kSingleForList, dialect, where, "a list"));
    DOORWARD_CHECK(take(value));
  }
  drop_repeats(attribute, out);
  bool primary_seen = false;
  for (json::value& element : out) {
    if (!is_primary(element)) continue;
    if (primary_seen) {
      DOORWARD_CHECK(forgive(dialect.behaviour.several_primaries, Quirk::kSeveralPrimaries, dialect, where,
                             "a list with at most one primary value"));
      element.get_object()["primary"] = false;
    }
    primary_seen = true;
  }
  drop_repeats(attribute, out);  // elements without a value may differ in nothing else
  if (out.empty()) return std::nullopt;
  return json::value(std::move(out));
}

}  // namespace

Coerced coerce(const Attribute& attribute, const json::value& value, std::string_view where, Dialect& dialect) {
  if (attribute.multi_valued) {
    return is_unassigned(value) ? Coerced(std::nullopt) : coerce_list(attribute, value, where, dialect);
  }
  const json::array* array = value.if_array();
  if (array == nullptr || array->empty()) return coerce_one(attribute, value, where, dialect);
  if (array->size() > 1) return refuse(where, "a single value");
  DOORWARD_CHECK(forgive_value(Quirk::kListForSingle, dialect, where, "a single value"));
  return coerce_one(attribute, array->front(), where, dialect);
}

void drop_repeats(const Attribute& attribute, json::array& elements) {
  if (elements.size() > limits::kValuesPerAttribute) return;  // Group.members: rows know each member once
  std::unordered_map<json::value, std::size_t> seen;          // so few that it does not matter if all of them collide
  json::array kept;
  kept.reserve(elements.size());
  for (json::value& element : elements) {
    const auto [first, is_new] = seen.try_emplace(identity_of(attribute, element), kept.size());
    if (is_new) {
      kept.push_back(std::move(element));
    } else if (json::object* object = kept[first->second].if_object()) {
      for (auto& member : element.get_object()) (*object)[member.key()] = std::move(member.value());
    }
  }
  elements = std::move(kept);
}

bool same_element(const Attribute& attribute, const json::value& a, const json::value& b) {
  return identity_of(attribute, a) == identity_of(attribute, b);
}

}  // namespace doorward::scim
