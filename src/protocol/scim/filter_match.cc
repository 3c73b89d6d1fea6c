#include "protocol/scim/filter_match.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <compare>
#include <optional>
#include <utility>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/sent_name.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

tl::unexpected<Error> refuse(const Filter& filter, std::string_view why) {
  return failure(Reason::kScimInvalidFilter, fmt::format("The filter on \"{}\" is not valid: {}.", filter.name, why));
}

std::string_view text_of(const json::value& value) {
  const json::string& text = value.get_string();
  return {text.data(), text.size()};
}

// Unassigned (RFC 7643 section 2.5): null, nothing, or only such things inside.
bool has_value(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return false;
    case json::kind::string:
      return !value.get_string().empty();
    case json::kind::array:
      return std::ranges::any_of(value.get_array(), has_value);
    case json::kind::object:
      return std::ranges::any_of(value.get_object(), [](const auto& member) { return has_value(member.value()); });
    default:
      return true;
  }
}

bool ordered(CompareOp op, std::partial_ordering order) {
  switch (op) {
    case CompareOp::kEq:
      return order == 0;
    case CompareOp::kNe:
      return order != 0;
    case CompareOp::kGt:
      return order > 0;
    case CompareOp::kGe:
      return order >= 0;
    case CompareOp::kLt:
      return order < 0;
    case CompareOp::kLe:
      return order <= 0;
    default:
      return false;
  }
}

bool compare_text(CompareOp op, std::string_view value, std::string_view wanted) {
  switch (op) {
    case CompareOp::kCo:
      return value.find(wanted) != std::string_view::npos;
    case CompareOp::kSw:
      return value.starts_with(wanted);
    case CompareOp::kEw:
      return value.ends_with(wanted);
    default:
      return ordered(op, value <=> wanted);
  }
}

constexpr bool is_ordering(CompareOp op) {
  return op == CompareOp::kGt || op == CompareOp::kGe || op == CompareOp::kLt || op == CompareOp::kLe;
}
constexpr bool is_part_match(CompareOp op) {
  return op == CompareOp::kCo || op == CompareOp::kSw || op == CompareOp::kEw;
}

// What an attribute without value answers (RFC 7644 section 3.4.2.2; `eq null` asks exactly for it).
bool answer_without_value(CompareOp op, bool operand_is_null) {
  return operand_is_null ? op == CompareOp::kEq : op == CompareOp::kNe;
}

// What no schema knows has no value, where that is accepted.
Result<void> meet_unknown(const Filter& filter, Dialect& dialect) {
  if (dialect.behaviour.unknown_attributes == Behaviour::Unknown::kRefuse) {
    return refuse(filter, "there is no such attribute");
  }
  dialect.note(Quirk::kUnknownAttribute);
  return {};
}

// A quoted literal where a boolean or a number is expected.
Result<void> meet_text(const Filter& filter, Quirk quirk, Dialect& dialect) {
  if (!filter.literal.is_string()) return {};
  if (dialect.behaviour.loose_values == Behaviour::Loose::kRefuse) {
    return refuse(filter, "the value must stand without quotes");
  }
  dialect.note(quirk);
  return {};
}

bool never_returned(const AttributeTarget& target) {
  return (target.attribute != nullptr && target.attribute->returned == Returned::kNever) ||
         (target.sub != nullptr && target.sub->returned == Returned::kNever);
}

}  // namespace

Result<BoundFilter> BoundFilter::bind(const Filter& filter, const ResourceType& type, Dialect& dialect) {
  BoundFilter bound;
  bound.type_ = &type;
  DOORWARD_TRY(bound.root_, bind_node(filter, {.dialect = &dialect, .type = &type}));
  collect(filter, bound.root_, bound.equalities_);
  return bound;
}

Result<BoundFilter> BoundFilter::bind_element(const Filter& filter, const Attribute& attribute, Dialect& dialect) {
  BoundFilter bound;
  DOORWARD_TRY(bound.root_, bind_node(filter, {.dialect = &dialect, .element = &attribute}));
  collect(filter, bound.root_, bound.equalities_);
  return bound;
}

Result<BoundFilter::Node> BoundFilter::bind_node(const Filter& filter, const Scope& scope) {
  if (filter.kind == Filter::Kind::kCompare) return bind_comparison(filter, scope);
  Node node;
  node.kind = filter.kind;
  Scope inner = scope;
  if (filter.kind == Filter::Kind::kValuePath) {
    if (scope.element != nullptr) return refuse(filter, "brackets cannot be nested");
    const auto target = resolve_sent(*scope.type, filter.name, *scope.dialect);
    if (!target || target->attribute == nullptr) {
      DOORWARD_CHECK(meet_unknown(filter, *scope.dialect));
      return node;
    }
    if (never_returned(*target)) {
      return failure(Reason::kScimSensitive, fmt::format("A filter cannot use \"{}\".", filter.name));
    }
    if (target->sub != nullptr) return refuse(filter, "brackets cannot follow a sub-attribute");
    node.known = true;
    node.target = *target;
    inner = {.dialect = scope.dialect, .element = target->attribute};
  }
  for (const Filter& operand : filter.operands) {
    DOORWARD_TRY(Node bound, bind_node(operand, inner));
    node.operands.push_back(std::move(bound));
  }
  return node;
}

Result<BoundFilter::Node> BoundFilter::bind_comparison(const Filter& filter, const Scope& scope) {
  Node node;
  node.op = filter.op;
  if (scope.element != nullptr) {
    const Attribute* found = scope.element->find(filter.name);
    // A simple attribute has elements without sub-attributes; `value` then means the element itself.
    if (found == nullptr && scope.element->sub_attributes.empty() && equal_names(filter.name, "value")) {
      found = scope.element;
      node.element_itself = true;
    }
    node.known = found != nullptr;
    node.target.attribute = found;
  } else if (const auto target = resolve_sent(*scope.type, filter.name, *scope.dialect)) {
    node.known = target->attribute != nullptr;
    node.target = *target;
  }
  if (never_returned(node.target)) {
    return failure(Reason::kScimSensitive, fmt::format("A filter cannot use \"{}\".", filter.name));
  }
  if (!node.known) DOORWARD_CHECK(meet_unknown(filter, *scope.dialect));
  if (!node.known || node.op == CompareOp::kPr) {
    if (!node.known && !filter.literal.is_null()) node.operand = filter.raw;
    return node;
  }
  node.compared = node.target.sub != nullptr ? node.target.sub : node.target.attribute;
  if (node.compared->type == Type::kComplex) {
    // RFC 7644 section 3.4.2.2: a complex attribute compares its default sub-attribute.
    node.target.sub = node.compared->find("value");
    if (node.target.sub == nullptr) return refuse(filter, "a sub-attribute must be named");
    node.compared = node.target.sub;
  }
  DOORWARD_TRY(node.operand, convert(filter, *node.compared, *scope.dialect));
  return node;
}

Result<BoundFilter::Operand> BoundFilter::convert(const Filter& filter, const Attribute& attribute, Dialect& dialect) {
  if (filter.literal.is_null()) {
    if (is_ordering(filter.op) || is_part_match(filter.op))
      return refuse(filter, "null can only be compared by eq and ne");
    return Operand{};
  }
  switch (attribute.type) {
    case Type::kBoolean:
      if (is_ordering(filter.op) || is_part_match(filter.op)) return refuse(filter, "a boolean has no order");
      DOORWARD_CHECK(meet_text(filter, Quirk::kBooleanAsText, dialect));
      if (equal_names(filter.raw, "true")) return Operand{true};
      if (equal_names(filter.raw, "false")) return Operand{false};
      return refuse(filter, "true or false is expected");
    case Type::kInteger:
    case Type::kDecimal: {
      if (is_part_match(filter.op)) return refuse(filter, "a number has no parts");
      DOORWARD_CHECK(meet_text(filter, Quirk::kNumberAsText, dialect));
      std::int64_t whole = 0;
      const char* const end = filter.raw.data() + filter.raw.size();
      if (auto [rest, error] = std::from_chars(filter.raw.data(), end, whole); error == std::errc{} && rest == end) {
        return Operand{whole};
      }
      double number = 0;
      if (auto [rest, error] = std::from_chars(filter.raw.data(), end, number); error == std::errc{} && rest == end) {
        return Operand{number};
      }
      return refuse(filter, "a number is expected");
    }
    case Type::kDateTime: {
      if (is_part_match(filter.op)) return refuse(filter, "a time has no parts");
      const auto time = parse_rfc3339(filter.raw);
      if (!time) return refuse(filter, "a time such as 2026-01-31T12:00:00Z is expected");
      return Operand{*time};
    }
    case Type::kBinary:
      if (is_ordering(filter.op)) return refuse(filter, "binary data have no order");
      return Operand{filter.raw};
    case Type::kString:
    case Type::kReference:
      return Operand{attribute.case_exact ? filter.raw : fold_case(filter.raw)};
    case Type::kComplex:
      break;
  }
  return refuse(filter, "a sub-attribute must be named");
}

bool BoundFilter::matches(const json::object& resource) const { return evaluate(root_, resource); }

bool BoundFilter::matches_element(const json::value& element) const {
  if (const json::object* object = element.if_object()) return evaluate(root_, *object);
  json::object wrapped;
  wrapped["value"] = element;
  return evaluate(root_, wrapped);
}

bool BoundFilter::evaluate(const Node& node, const json::object& scope) {
  const auto holds_here = [&](const Node& operand) { return evaluate(operand, scope); };
  switch (node.kind) {
    case Filter::Kind::kAnd:
      return std::ranges::all_of(node.operands, holds_here);
    case Filter::Kind::kOr:
      return std::ranges::any_of(node.operands, holds_here);
    case Filter::Kind::kNot:
      return !holds_here(node.operands.front());
    case Filter::Kind::kCompare:
      return evaluate_comparison(node, scope);
    case Filter::Kind::kValuePath:
      break;
  }
  if (!node.known) return false;
  const json::object* container = &scope;
  if (node.target.extension != nullptr) {
    const json::value* extension = scope.if_contains(node.target.extension->id);
    container = extension != nullptr ? extension->if_object() : nullptr;
    if (container == nullptr) return false;
  }
  const json::value* value = container->if_contains(node.target.attribute->name);
  if (value == nullptr) return false;
  const auto element_holds = [&](const json::value& element) {
    if (const json::object* object = element.if_object()) return evaluate(node.operands.front(), *object);
    json::object wrapped;
    wrapped["value"] = element;
    return evaluate(node.operands.front(), wrapped);
  };
  if (const json::array* array = value->if_array()) return std::ranges::any_of(*array, element_holds);
  return element_holds(*value);
}

bool BoundFilter::evaluate_comparison(const Node& node, const json::object& scope) {
  const bool operand_is_null = std::holds_alternative<std::monostate>(node.operand);
  if (!node.known) return answer_without_value(node.op, operand_is_null);
  const json::object* container = &scope;
  if (node.target.extension != nullptr) {
    const json::value* extension = scope.if_contains(node.target.extension->id);
    container = extension != nullptr ? extension->if_object() : nullptr;
  }
  const json::value* found = nullptr;
  if (container != nullptr) {
    found = container->if_contains(node.element_itself ? "value" : std::string_view(node.target.attribute->name));
  }

  bool any_value = false;
  bool any_holds = false;
  const auto look_at_simple = [&](const json::value& value) {
    if (!has_value(value)) return;
    any_value = true;
    any_holds = any_holds || (node.compared != nullptr && !operand_is_null && holds(node, value));
  };
  const auto look_at = [&](const json::value& value) {
    const json::object* object = value.if_object();
    if (node.target.sub == nullptr || object == nullptr) {
      look_at_simple(value);
    } else if (const json::value* sub = object->if_contains(node.target.sub->name)) {
      look_at_simple(*sub);
    }
  };
  if (found != nullptr) {
    if (const json::array* array = found->if_array()) {
      std::ranges::for_each(*array, look_at);
    } else {
      look_at(*found);
    }
  }
  if (node.op == CompareOp::kPr) return any_value;
  if (operand_is_null) return any_value == (node.op == CompareOp::kNe);
  return any_value ? any_holds : answer_without_value(node.op, false);
}

bool BoundFilter::holds(const Node& node, const json::value& value) {
  if (const bool* wanted = std::get_if<bool>(&node.operand)) {
    return value.is_bool() && (value.get_bool() == *wanted) == (node.op == CompareOp::kEq);
  }
  if (const Timestamp* wanted = std::get_if<Timestamp>(&node.operand)) {
    if (!value.is_string()) return false;
    const auto time = parse_rfc3339(text_of(value));
    return time && ordered(node.op, *time <=> *wanted);
  }
  if (const std::int64_t* wanted = std::get_if<std::int64_t>(&node.operand)) {
    if (value.is_int64()) return ordered(node.op, value.get_int64() <=> *wanted);
    return value.is_number() && ordered(node.op, value.to_number<double>() <=> static_cast<double>(*wanted));
  }
  if (const double* wanted = std::get_if<double>(&node.operand)) {
    return value.is_number() && ordered(node.op, value.to_number<double>() <=> *wanted);
  }
  const std::string* wanted = std::get_if<std::string>(&node.operand);
  if (wanted == nullptr || !value.is_string()) return false;
  if (node.compared->case_exact || node.compared->type == Type::kBinary) {
    return compare_text(node.op, text_of(value), *wanted);
  }
  return compare_text(node.op, fold_case(text_of(value)), *wanted);
}

std::size_t BoundFilter::node_mentions(const Node& node, const Attribute* attribute) {
  if (node.target.extension == nullptr && node.target.attribute == attribute) return 1;
  if (node.kind == Filter::Kind::kValuePath) return 0;  // inside brackets are sub-attributes only
  std::size_t times = 0;
  for (const Node& operand : node.operands) times += node_mentions(operand, attribute);
  return times;
}

std::size_t BoundFilter::times_mentioned(std::string_view attribute_name) const {
  const Attribute* attribute = type_ != nullptr ? type_->schema.find(attribute_name) : nullptr;
  return attribute == nullptr ? 0 : node_mentions(root_, attribute);
}

void BoundFilter::collect(const Filter& filter, const Node& node, std::vector<RequiredEquality>& into) {
  switch (node.kind) {
    case Filter::Kind::kAnd:
      for (std::size_t i = 0; i < node.operands.size(); ++i) collect(filter.operands[i], node.operands[i], into);
      return;
    case Filter::Kind::kValuePath: {
      if (!node.known || node.target.extension != nullptr) return;
      std::vector<RequiredEquality> inner;
      collect(filter.operands.front(), node.operands.front(), inner);
      for (RequiredEquality& term : inner) {
        into.push_back({fmt::format("{}.{}", node.target.attribute->name, term.name), std::move(term.value)});
      }
      return;
    }
    case Filter::Kind::kCompare: {
      if (!node.known || node.target.extension != nullptr || node.op != CompareOp::kEq) return;
      if (!std::holds_alternative<std::string>(node.operand)) return;
      into.push_back({path_of(node), filter.raw});
      return;
    }
    case Filter::Kind::kOr:
    case Filter::Kind::kNot:
      return;
  }
}

}  // namespace doorward::scim
