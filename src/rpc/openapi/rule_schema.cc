#include "rpc/openapi/rule_schema.h"

#include <boost/json/array.hpp>
#include <string>
#include <string_view>

namespace doorward::rpc {
namespace {

namespace json = boost::json;

std::string quoted_for_regex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}/").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

void add_pattern(std::string pattern, json::object& schema) {
  if (!schema.contains("pattern")) {
    schema["pattern"] = pattern;
    return;
  }
  json::array all;
  if (auto* given = schema.if_contains("allOf")) all = given->as_array();
  all.push_back(json::object{{"pattern", pattern}});
  schema["allOf"] = std::move(all);
}

void add_text_rules(const doorward::v1::StringRules& rules, json::object& schema) {
  if (rules.has_min_len()) schema["minLength"] = rules.min_len();
  if (rules.has_max_len()) schema["maxLength"] = rules.max_len();
  if (rules.has_prefix()) add_pattern("^" + quoted_for_regex(rules.prefix()), schema);
  if (rules.has_pattern()) add_pattern(rules.pattern(), schema);
  if (rules.uri()) schema["format"] = "uri";
  if (rules.in_size() > 0) schema["enum"] = json::array(rules.in().begin(), rules.in().end());
}

void add_number_rules(const doorward::v1::NumberRules& rules, json::object& schema) {
  if (rules.has_lte()) schema["maximum"] = rules.lte();
  if (rules.has_gte()) schema["minimum"] = rules.gte();
  if (rules.has_gt()) schema["exclusiveMinimum"] = rules.gt();
}

}  // namespace

void add_value_rules(const doorward::v1::FieldRules& rules, json::object& schema) {
  if (rules.has_string()) add_text_rules(rules.string(), schema);
  if (rules.has_uint32()) add_number_rules(rules.uint32(), schema);
  if (rules.has_int32()) add_number_rules(rules.int32(), schema);
}

void add_size_rules(const doorward::v1::FieldRules& rules, json::object& schema) {
  const auto& list = rules.repeated();
  if (list.has_min_items()) schema["minItems"] = list.min_items();
  if (list.has_max_items()) schema["maxItems"] = list.max_items();
  if (list.unique()) schema["uniqueItems"] = true;
  if (rules.map().has_max_pairs()) schema["maxProperties"] = rules.map().max_pairs();
}

}  // namespace doorward::rpc
