#include "protocol/scim/filter_condition.h"

#include <utility>

#include "protocol/scim/filter_match.h"

namespace doorward::scim {
namespace {

// The names inside brackets are sub-attributes.
void put_below(Condition& condition, const std::string& attribute) {
  if (condition.kind == Condition::Kind::kEquals || condition.kind == Condition::Kind::kTime) {
    condition.name = attribute + "." + condition.name;
  }
  // One element must meet all of them at once; an index knows only that each is met by some element.
  if (condition.kind == Condition::Kind::kAll) condition.operands.emplace_back();
  for (Condition& operand : condition.operands) put_below(operand, attribute);
}

}  // namespace

std::string BoundFilter::path_of(const Node& node) {
  std::string path = node.element_itself ? "value" : node.target.attribute->name;
  if (node.target.sub != nullptr) path += "." + node.target.sub->name;
  return path;
}

Condition BoundFilter::condition_of(const Node& node) {
  Condition condition;
  switch (node.kind) {
    case Filter::Kind::kAnd:
    case Filter::Kind::kOr:
      condition.kind = node.kind == Filter::Kind::kAnd ? Condition::Kind::kAll : Condition::Kind::kAny;
      for (const Node& operand : node.operands) condition.operands.push_back(condition_of(operand));
      break;
    case Filter::Kind::kValuePath:
      if (!node.known || node.target.extension != nullptr) break;
      condition = condition_of(node.operands.front());
      put_below(condition, node.target.attribute->name);
      break;
    case Filter::Kind::kCompare:
      if (!node.known || node.target.extension != nullptr) break;
      if (const auto* text = std::get_if<std::string>(&node.operand); text != nullptr && node.op == CompareOp::kEq) {
        condition = {
            .kind = Condition::Kind::kEquals, .name = path_of(node), .value = *text, .time = {}, .operands = {}};
      } else if (const auto* time = std::get_if<Timestamp>(&node.operand);
                 time != nullptr && node.op != CompareOp::kNe) {
        condition = {.kind = Condition::Kind::kTime,
                     .name = path_of(node),
                     .value = {},
                     .op = node.op,
                     .time = *time,
                     .operands = {}};
      }
      break;
    case Filter::Kind::kNot:
      break;
  }
  return condition;
}

}  // namespace doorward::scim
