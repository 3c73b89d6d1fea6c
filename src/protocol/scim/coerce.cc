#include "protocol/scim/coerce.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <unordered_set>
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

Coerced coerce_string(const Attribute& attribute, const json::value& value, std::string_view where) {
  if (!value.is_string()) return refuse(where, "a string");
  const std::size_t limit = attribute.max_bytes == 0 ? limits::kStringBytes : attribute.max_bytes;
  if (value.get_string().size() > limit) return refuse(where, fmt::format("at most {} bytes long", limit));
  return value;
}

Coerced coerce_boolean(const json::value& value, std::string_view where) {
  if (value.is_bool()) return value;
  if (value.is_string() && equal_names(view(value.get_string()), "true")) return json::value(true);
  if (value.is_string() && equal_names(view(value.get_string()), "false")) return json::value(false);
  return refuse(where, "true or false");
}

Coerced coerce_integer(const json::value& value, std::string_view where) {
  if (value.is_int64()) return value;
  if (value.is_double() && std::trunc(value.get_double()) == value.get_double() &&
      std::abs(value.get_double()) < 9007199254740992.0) {
    return json::value(static_cast<std::int64_t>(value.get_double()));
  }
  if (value.is_string()) {
    if (const auto number = parse_number<std::int64_t>(view(value.get_string()))) return json::value(*number);
  }
  return refuse(where, "an integer");
}

Coerced coerce_decimal(const json::value& value, std::string_view where) {
  if (value.is_number()) return value;
  if (value.is_string()) {
    const auto number = parse_number<double>(view(value.get_string()));
    if (number && std::isfinite(*number)) return json::value(*number);
  }
  return refuse(where, "a number");
}

Coerced coerce_complex(const Attribute& attribute, const json::value& value, std::string_view where) {
  const json::object* object = value.if_object();
  json::object wrapped;
  if (object == nullptr && value.is_string() && attribute.find("value") != nullptr) {
    wrapped["value"] = value;
    object = &wrapped;
  }
  if (object == nullptr) return refuse(where, "an object");
  json::object out;
  for (const auto& member : *object) {
    const Attribute* sub = attribute.find({member.key().data(), member.key().size()});
    if (sub == nullptr || sub->mutability == Mutability::kReadOnly || sub->returned == Returned::kNever) continue;
    DOORWARD_TRY(auto coerced, coerce(*sub, member.value(), fmt::format("{}.{}", where, sub->name)));
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

bool same_text(const Attribute* definition, const json::value* a, const json::value* b) {
  if (a == nullptr || b == nullptr) return a == b;
  if (definition == nullptr || definition->case_exact || !a->is_string() || !b->is_string()) return *a == *b;
  return fold_case(view(a->get_string())) == fold_case(view(b->get_string()));
}

}  // namespace

bool is_unassigned(const json::value& value) {
  return value.is_null() || (value.is_array() && value.get_array().empty()) ||
         (value.is_object() && value.get_object().empty());
}

std::size_t max_values(const Attribute& attribute) {
  return attribute.max_values == 0 ? limits::kValuesPerAttribute : attribute.max_values;
}

Coerced coerce_one(const Attribute& attribute, const json::value& value, std::string_view where) {
  if (is_unassigned(value)) return std::nullopt;
  switch (attribute.type) {
    case Type::kString:
    case Type::kReference:
      return coerce_string(attribute, value, where);
    case Type::kBoolean:
      return coerce_boolean(value, where);
    case Type::kInteger:
      return coerce_integer(value, where);
    case Type::kDecimal:
      return coerce_decimal(value, where);
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
      return coerce_string(attribute, value, where);
    case Type::kComplex:
      return coerce_complex(attribute, value, where);
  }
  return refuse(where, "of a known type");
}

Coerced coerce(const Attribute& attribute, const json::value& value, std::string_view where) {
  if (!attribute.multi_valued) {
    const json::array* array = value.if_array();
    if (array == nullptr || array->empty()) return coerce_one(attribute, value, where);
    if (array->size() > 1) return refuse(where, "a single value");
    return coerce_one(attribute, array->front(), where);
  }
  if (is_unassigned(value)) return std::nullopt;
  json::array out;
  if (const json::array* array = value.if_array()) {
    const std::size_t limit = max_values(attribute);
    if (array->size() > limit) return refuse(where, fmt::format("a list of at most {} values", limit));
    out.reserve(array->size());
    for (const json::value& element : *array) {
      DOORWARD_TRY(auto coerced, coerce_one(attribute, element, where));
      if (coerced) out.push_back(*std::move(coerced));
    }
  } else {
    DOORWARD_TRY(auto coerced, coerce_one(attribute, value, where));
    if (coerced) out.push_back(*std::move(coerced));
  }
  bool primary_seen = false;
  for (json::value& element : out) {
    if (!is_primary(element)) continue;
    if (primary_seen) element.get_object()["primary"] = false;
    primary_seen = true;
  }
  drop_repeats(out);
  if (out.empty()) return std::nullopt;
  return json::value(std::move(out));
}

void drop_repeats(json::array& elements) {
  if (elements.size() > limits::kValuesPerAttribute) return;  // Group.members: rows know each member once
  std::unordered_set<json::value> seen;                       // so few that it does not matter if all of them collide
  json::array kept;
  kept.reserve(elements.size());
  for (json::value& element : elements) {
    if (seen.insert(element).second) kept.push_back(std::move(element));
  }
  elements = std::move(kept);
}

bool same_element(const Attribute& attribute, const json::value& a, const json::value& b) {
  const json::object* left = a.if_object();
  const json::object* right = b.if_object();
  if (left == nullptr || right == nullptr) return same_text(&attribute, &a, &b);
  const json::value* left_value = left->if_contains("value");
  const json::value* right_value = right->if_contains("value");
  if (left_value == nullptr || right_value == nullptr) return *left == *right;
  return same_text(attribute.find("value"), left_value, right_value) &&
         same_text(attribute.find("type"), left->if_contains("type"), right->if_contains("type"));
}

}  // namespace doorward::scim
