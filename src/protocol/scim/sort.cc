#include "protocol/scim/sort.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "base/time.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/limits.h"
#include "protocol/scim/preferred_element.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

std::string_view text_of(const json::value& value) {
  const json::string& text = value.get_string();
  return {text.data(), text.size()};
}

SortValue key_of(const json::value& value, const Attribute& attribute) {
  switch (attribute.type) {
    case Type::kBoolean:
      if (value.is_bool()) return std::int64_t{value.get_bool()};
      break;
    case Type::kInteger:
      if (value.is_int64()) return value.get_int64();
      break;
    case Type::kDecimal:
      if (value.is_number()) return value.to_number<double>();
      break;
    case Type::kDateTime:
      if (!value.is_string()) break;
      if (const auto time = parse_rfc3339(text_of(value))) return to_micros(*time);
      break;
    case Type::kString:
    case Type::kReference:
    case Type::kBinary:
      if (!value.is_string() || value.get_string().empty()) break;
      return (attribute.case_exact ? std::string(text_of(value)) : fold_case(text_of(value)))
          .substr(0, limits::kSortKeyBytes);
    case Type::kComplex:
      break;
  }
  return std::monostate();
}

}  // namespace

bool sorts_before(const SortValue& a, const SortValue& b) {
  const bool a_unassigned = std::holds_alternative<std::monostate>(a);
  const bool b_unassigned = std::holds_alternative<std::monostate>(b);
  if (a_unassigned || b_unassigned) return !a_unassigned && b_unassigned;
  return a < b;  // of one attribute, so of one kind
}

Result<SortBy> SortBy::bind(std::string_view name, const ResourceType& type, Dialect& dialect) {
  SortBy sort;
  const auto target = resolve(type, name);
  if (!target || target->attribute == nullptr) {
    if (dialect.behaviour.unknown_attributes == Behaviour::Unknown::kRefuse) {
      return failure(Reason::kScimInvalidValue, fmt::format("There is no attribute \"{}\" to sort by.", name));
    }
    dialect.note(Quirk::kUnknownAttribute);
    return sort;
  }
  sort.target_ = *target;
  sort.compared_ = target->sub != nullptr ? target->sub : target->attribute;
  if (sort.compared_->type == Type::kComplex) {
    sort.target_.sub = sort.compared_->find("value");
    if (sort.target_.sub == nullptr) {
      return failure(Reason::kScimInvalidValue, fmt::format("\"{}\" has parts: sort by one of them, such as \"{}.{}\".",
                                                            name, name, sort.compared_->sub_attributes.front().name));
    }
    sort.compared_ = sort.target_.sub;
  }
  if (target->attribute->returned == Returned::kNever || sort.compared_->returned == Returned::kNever) {
    return failure(Reason::kScimSensitive, fmt::format("Lists cannot be sorted by \"{}\".", name));
  }
  if (target->extension == nullptr) {
    sort.path_ = target->attribute->name;
    if (sort.target_.sub != nullptr) sort.path_ += "." + sort.target_.sub->name;
  }
  return sort;
}

SortValue SortBy::value_of(const json::object& resource) const {
  if (!known()) return std::monostate();
  const json::object* container = &resource;
  if (target_.extension != nullptr) {
    const json::value* extension = resource.if_contains(target_.extension->id);
    container = extension != nullptr ? extension->if_object() : nullptr;
  }
  const json::value* value = container != nullptr ? container->if_contains(target_.attribute->name) : nullptr;
  if (value == nullptr) return std::monostate();
  if (const json::array* elements = value->if_array()) {
    value = preferred_element(*elements, {}, [](const json::value&) { return true; });
    if (value == nullptr) return std::monostate();
  }
  if (const json::object* object = value->if_object(); object != nullptr && target_.sub != nullptr) {
    value = object->if_contains(target_.sub->name);
    if (value == nullptr) return std::monostate();
  }
  return key_of(*value, *compared_);
}

}  // namespace doorward::scim
