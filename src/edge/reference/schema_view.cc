#include "edge/reference/schema_view.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>

#include "edge/html.h"
#include "edge/reference/markup.h"

namespace doorward::edge {
namespace {

namespace json = boost::json;

constexpr int kMaxFolds = 4;  // of members inside members; deeper ones are reached by the link of their type
constexpr std::string_view kPrefix = "#/components/schemas/";

std::string_view text_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

void add(std::string& out, const std::string& part) {
  if (!out.empty()) out += " · ";
  out += part;
}

// "1 to 200 characters"
void add_range(const json::object& schema, std::string_view least, std::string_view most, std::string_view unit,
               std::string& out) {
  const auto* low = schema.if_contains(least);
  const auto* high = schema.if_contains(most);
  if (low != nullptr && high != nullptr) {
    add(out, fmt::format("{} to {}{}", json::serialize(*low), json::serialize(*high), unit));
  } else if (low != nullptr) {
    add(out, fmt::format("at least {}{}", json::serialize(*low), unit));
  } else if (high != nullptr) {
    add(out, fmt::format("at most {}{}", json::serialize(*high), unit));
  }
}

// The whole range of a type is no rule.
bool is_ranged(const json::object& schema) {
  const auto* low = schema.if_contains("minimum");
  const auto* high = schema.if_contains("maximum");
  if (low == nullptr || high == nullptr) return true;
  const auto least = low->to_number<std::int64_t>();
  const auto most = high->to_number<std::int64_t>();
  return !(least == 0 && most == UINT32_MAX) && !(least == INT32_MIN && most == INT32_MAX);
}

bool requires_member(const json::object& schema, std::string_view name) {
  const auto* required = schema.if_contains("required");
  if (required == nullptr) return false;
  for (const json::value& one : required->as_array()) {
    if (one.as_string() == name) return true;
  }
  return false;
}

}  // namespace

const json::object* SchemaView::target(const json::object& schema) const {
  const std::string_view name = text_at(schema, "$ref");
  if (name.empty()) return nullptr;
  return &document_.at("components").at("schemas").at(name.substr(kPrefix.size())).as_object();
}

std::string SchemaView::type(const json::object& schema) const {
  if (const std::string_view target = text_at(schema, "$ref"); !target.empty()) {
    const std::string name = escaped(target.substr(kPrefix.size()));
    return fmt::format("<a href=\"#schema-{0}\">{0}</a>", name);
  }
  const auto* type = schema.if_contains("type");
  if (type == nullptr) return "any value";
  if (const auto* several = type->if_array()) {
    return std::string(several->at(0).as_string()) + " or null";
  }
  const std::string_view name = type->as_string();
  if (name == "array") {
    return "list of " + this->type(schema.at("items").as_object());
  }
  const auto* values = schema.if_contains("additionalProperties");
  if (name == "object" && values != nullptr && values->is_object()) {
    return "map of text to " + this->type(values->get_object());
  }
  const std::string_view format = text_at(schema, "format");
  const bool told = format == "date-time" || format == "int64" || format == "uint64" || format == "double";
  return std::string(name) + (told && !(name == "integer") ? " · " + escaped(format) : "");
}

std::string SchemaView::bounds(const json::object& schema) {
  std::string out;
  add_range(schema, "minLength", "maxLength", " characters", out);
  if (is_ranged(schema)) add_range(schema, "minimum", "maximum", "", out);
  if (const auto* above = schema.if_contains("exclusiveMinimum")) add(out, "more than " + json::serialize(*above));
  add_range(schema, "minItems", "maxItems", " items", out);
  add_range(schema, "minProperties", "maxProperties", " pairs", out);
  if (schema.contains("uniqueItems")) add(out, "no item twice");
  if (const auto* keys = schema.if_contains("propertyNames")) add(out, "keys: " + bounds(keys->as_object()));
  if (const auto* values = schema.if_contains("additionalProperties"); values != nullptr && values->is_object()) {
    if (const std::string of_values = bounds(values->get_object()); !of_values.empty())
      add(out, "values: " + of_values);
  }
  if (const auto* items = schema.if_contains("items"); items != nullptr && items->is_object()) {
    if (const std::string of_items = bounds(items->get_object()); !of_items.empty()) add(out, "each: " + of_items);
  }
  if (text_at(schema, "format") != "int64" && text_at(schema, "format") != "uint64") {
    if (const auto pattern = text_at(schema, "pattern"); !pattern.empty()) {
      add(out, fmt::format("matches <code>{}</code>", escaped(pattern)));
    }
  }
  if (const auto* values = schema.if_contains("enum")) {
    std::string list;
    for (const json::value& value : values->as_array()) {
      list += fmt::format("{}<code>{}</code>", list.empty() ? "" : ", ", escaped(value.as_string()));
    }
    add(out, "one of " + list);
  }
  return out;
}

std::string SchemaView::members(const json::object& schema, int depth) const {
  const json::object* referred = target(schema);
  const json::object& whole = referred == nullptr ? schema : *referred;
  const auto* properties = whole.if_contains("properties");
  if (properties == nullptr || properties->as_object().empty()) return "";
  std::string out = "<dl class=\"members\">";
  for (const auto& [name, value] : properties->as_object()) {
    const json::object& member = value.as_object();
    const auto* items = member.if_contains("items");
    const json::object& value_schema = items == nullptr ? member : items->as_object();
    const json::object* type_schema = target(value_schema);
    const json::object& inner = type_schema == nullptr ? value_schema : *type_schema;
    out += fmt::format("<div><dt><code>{}</code> <span class=\"type\">{}</span>{}</dt><dd>", escaped(name),
                       type(member), requires_member(whole, name) ? " <span class=\"required\">required</span>" : "");
    std::string_view description = text_at(member, "description");
    if (description.empty()) description = text_at(inner, "description");
    out += marked_up(description);
    std::string limits = bounds(member);
    if (&inner != &member && inner.contains("enum")) add(limits, bounds(inner));
    if (!limits.empty()) out += fmt::format("<p class=\"bounds\">{}</p>", limits);
    if (depth < kMaxFolds && inner.contains("properties")) {
      const std::string below = members(inner, depth + 1);
      if (!below.empty()) out += fmt::format("<details><summary>Members</summary>{}</details>", below);
    }
    out += "</dd></div>";
  }
  return out + "</dl>";
}

}  // namespace doorward::edge
