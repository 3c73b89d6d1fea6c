// A filter bound to a resource type: names resolved, literals converted, operators checked; then evaluated against
// resources as often as wanted.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "protocol/scim/filter.h"
#include "protocol/scim/filter_condition.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

// `attribute eq value` that holds for every resource the filter accepts. `name` is the canonical spelling without URN
// ("userName", "emails.value", "members.value"); `value` is the literal as written: the index folds it itself.
struct RequiredEquality {
  std::string name;
  std::string value;
};

class BoundFilter {
 public:
  // Refuses with kScimInvalidFilter: an ordering on a boolean or binary attribute, a literal of the wrong type, a
  // comparison of a complex attribute that has no `value`; with kScimSensitive: an attribute that is never returned
  // (RFC 7644 section 7.5.2). An unknown attribute is one without a value, or refused, as
  // Behaviour::unknown_attributes says; text that holds a boolean or a number counts as one where
  // Behaviour::loose_values accepts it. `type` must outlive the bound filter.
  static Result<BoundFilter> bind(const Filter& filter, const ResourceType& type, Dialect& dialect);

  // The inside of `attribute[...]`: names are sub-attributes; `matches` then takes one element.
  static Result<BoundFilter> bind_element(const Filter& filter, const Attribute& attribute, Dialect& dialect);

  // `resource` is spelled as the schema spells it and holds id, meta and whatever else the filter mentions. Unassigned
  // attributes are absent. An element of a simple multi-valued attribute is matched as its `value`.
  bool matches(const boost::json::object& resource) const;
  bool matches_element(const boost::json::value& element) const;

  // True when the filter names this attribute of the core schema ("members", "groups"); what is not mentioned need not
  // be loaded.
  bool mentions(std::string_view attribute_name) const { return times_mentioned(attribute_name) > 0; }
  // How many comparisons, or brackets, there are of it.
  std::size_t times_mentioned(std::string_view attribute_name) const;

  // The type that `bind` was given.
  const ResourceType& type() const { return *type_; }

  // For choosing an index.
  Condition condition() const { return condition_of(root_); }

  // Top-level eq comparisons of a string and those joined to them by and.
  const std::vector<RequiredEquality>& required_equalities() const { return equalities_; }

 private:
  using Operand = std::variant<std::monostate, bool, std::int64_t, double, std::string, Timestamp>;

  struct Node {
    Filter::Kind kind = Filter::Kind::kCompare;
    AttributeTarget target;
    bool known = false;                   // false: the attribute has no value
    bool element_itself = false;          // the elements are simple: `value` means the element
    const Attribute* compared = nullptr;  // the simple attribute whose values are compared; null for pr on a complex
    CompareOp op = CompareOp::kPr;
    Operand operand;  // monostate: null
    std::vector<Node> operands;
  };
  struct Scope {
    Dialect* dialect = nullptr;
    const ResourceType* type = nullptr;  // at the top
    const Attribute* element = nullptr;  // inside brackets
  };

  static Result<Node> bind_node(const Filter& filter, const Scope& scope);
  static Result<Node> bind_comparison(const Filter& filter, const Scope& scope);
  static Result<Operand> convert(const Filter& filter, const Attribute& attribute, Dialect& dialect);
  static bool evaluate(const Node& node, const boost::json::object& scope);
  static bool evaluate_comparison(const Node& node, const boost::json::object& scope);
  static bool holds(const Node& node, const boost::json::value& value);
  static std::size_t node_mentions(const Node& node, const Attribute* attribute);
  static Condition condition_of(const Node& node);
  static std::string path_of(const Node& node);
  static void collect(const Filter& filter, const Node& node, std::vector<RequiredEquality>& into);

  Node root_;
  const ResourceType* type_ = nullptr;
  std::vector<RequiredEquality> equalities_;
};

}  // namespace doorward::scim
