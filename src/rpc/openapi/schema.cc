#include "rpc/openapi/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "rpc/enforced_rules.h"
#include "rpc/openapi/rule_schema.h"

namespace doorward::rpc {
namespace {

namespace json = boost::json;
using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

constexpr std::uint8_t kRequest = 1;
constexpr std::uint8_t kAnswer = 2;

// Types of google.protobuf have a JSON form of their own (proto3 JSON mapping); nullopt for every other message.
std::optional<json::object> well_known(const Descriptor* message) {
  static const std::map<std::string_view, json::object> forms = {
      {"Timestamp", {{"type", "string"}, {"format", "date-time"}}},
      {"Duration", {{"type", "string"}, {"pattern", "^-?[0-9]+(\\.[0-9]{1,9})?s$"}}},
      {"FieldMask", {{"type", "string"}}},
      {"Struct", {{"type", "object"}, {"additionalProperties", true}}},
      {"Value", {}},
      {"ListValue", {{"type", "array"}, {"items", json::object()}}},
      {"Empty", {{"type", "object"}}},
  };
  if (message->file()->package() != "google.protobuf") return std::nullopt;
  const auto found = forms.find(message->name());
  return found == forms.end() ? std::nullopt : std::optional(found->second);
}

// A wrapper (Int32Value, …) is its value or null.
const FieldDescriptor* wrapped(const Descriptor* message) {
  const bool wrapper = message->file()->name() == "google/protobuf/wrappers.proto";
  return wrapper ? message->field(0) : nullptr;
}

json::object scalar(const FieldDescriptor* field) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return {{"type", "integer"}, {"format", "int32"}, {"minimum", INT32_MIN}, {"maximum", INT32_MAX}};
    case FieldDescriptor::CPPTYPE_UINT32:
      return {{"type", "integer"}, {"format", "int64"}, {"minimum", 0}, {"maximum", UINT32_MAX}};
    case FieldDescriptor::CPPTYPE_INT64:
      return {{"type", "string"}, {"format", "int64"}, {"pattern", "^-?[0-9]{1,19}$"}};
    case FieldDescriptor::CPPTYPE_UINT64:
      return {{"type", "string"}, {"format", "uint64"}, {"pattern", "^[0-9]{1,20}$"}};
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return {{"type", "number"}, {"format", "double"}};
    case FieldDescriptor::CPPTYPE_FLOAT:
      return {{"type", "number"}, {"format", "float"}};
    case FieldDescriptor::CPPTYPE_BOOL:
      return {{"type", "boolean"}};
    default:
      break;
  }
  if (field->type() == FieldDescriptor::TYPE_BYTES) return {{"type", "string"}, {"contentEncoding", "base64"}};
  return {{"type", "string"}};
}

// The member of a oneof excludes the others.
json::array exclusions(const Descriptor* message, const std::set<const FieldDescriptor*>& left_out) {
  json::array all;
  for (int o = 0; o < message->real_oneof_decl_count(); ++o) {
    std::vector<std::string> names;
    for (int f = 0; f < message->oneof_decl(o)->field_count(); ++f) {
      if (!left_out.contains(message->oneof_decl(o)->field(f))) {
        names.push_back(message->oneof_decl(o)->field(f)->name());
      }
    }
    for (std::size_t a = 0; a < names.size(); ++a) {
      for (std::size_t b = a + 1; b < names.size(); ++b) {
        all.push_back(json::object{{"not", json::object{{"required", json::array{names[a], names[b]}}}}});
      }
    }
  }
  return all;
}

void describe(std::string_view text, json::object& schema) {
  if (!text.empty()) schema["description"] = text;
}

// "pkg.Outer.Inner" -> "Outer.Inner"
template <class Type>
std::string short_name(const Type* type) {
  const std::string& package = type->file()->package();
  return package.empty() ? type->full_name() : type->full_name().substr(package.size() + 1);
}

}  // namespace

bool is_required(const FieldDescriptor* field) {
  const auto rules = enforced_rules(field);
  if (rules.required()) return true;
  if (field->is_repeated()) return rules.repeated().min_items() > 0;
  if (field->has_presence()) return false;
  const auto refuses_zero = [](const doorward::v1::NumberRules& number) {
    return number.gte() > 0 || (number.has_gt() && number.gt() >= 0);
  };
  return rules.string().min_len() > 0 || refuses_zero(rules.uint32()) || refuses_zero(rules.int32()) ||
         std::ranges::count(rules.enum_().not_in(), 0) > 0;
}

void Schemas::occurs_in_request(const Descriptor* message) { note(message, kRequest); }
void Schemas::occurs_in_request(const FieldDescriptor* field) { note_type(field, kRequest); }
void Schemas::occurs_in_answer(const Descriptor* message) { note(message, kAnswer); }

void Schemas::note(const Descriptor* message, std::uint8_t use) {
  if (well_known(message) || wrapped(message) != nullptr) return;
  const bool first = !messages_.contains(message);
  std::uint8_t& uses = messages_[message];
  if ((uses & use) != 0) return;
  uses |= use;
  if (first) ++short_names_[short_name(message)];
  for (int i = 0; i < message->field_count(); ++i) note_type(message->field(i), use);
}

void Schemas::note_type(const FieldDescriptor* field, std::uint8_t use) {
  if (field->is_map()) return note_type(field->message_type()->map_value(), use);
  if (field->message_type() != nullptr) return note(field->message_type(), use);
  if (field->enum_type() != nullptr && enums_.insert(field->enum_type()).second) {
    ++short_names_[short_name(field->enum_type())];
  }
}

// The short name while it is the only one, else the full one.
std::string Schemas::name_of(const Descriptor* message) const {
  const std::string name = short_name(message);
  const auto found = short_names_.find(name);
  return found == short_names_.end() || found->second == 1 ? name : message->full_name();
}

std::string Schemas::name_of(const EnumDescriptor* type) const {
  const std::string name = short_name(type);
  const auto found = short_names_.find(name);
  return found == short_names_.end() || found->second == 1 ? name : type->full_name();
}

json::object Schemas::of(const Descriptor* message) const {
  if (auto form = well_known(message)) return *std::move(form);
  if (const FieldDescriptor* value = wrapped(message)) {
    json::object schema = scalar(value);
    schema["type"] = json::array{schema["type"], "null"};
    return schema;
  }
  return {{"$ref", "#/components/schemas/" + name_of(message)}};
}

json::object Schemas::of_value(const FieldDescriptor* field) const {
  if (field->message_type() != nullptr) return of(field->message_type());
  if (field->enum_type() != nullptr) return {{"$ref", "#/components/schemas/" + name_of(field->enum_type())}};
  return scalar(field);
}

json::object Schemas::of(const FieldDescriptor* field) const {
  const auto rules = enforced_rules(field);
  json::object schema;
  if (field->is_map()) {
    json::object keys;
    add_value_rules(rules.map().keys(), keys);
    json::object values = of_value(field->message_type()->map_value());
    add_value_rules(rules.map().values(), values);
    schema["type"] = "object";
    if (!keys.empty()) schema["propertyNames"] = std::move(keys);
    schema["additionalProperties"] = std::move(values);
  } else if (field->is_repeated()) {
    json::object items = of_value(field);
    add_value_rules(rules.repeated().items(), items);
    schema["type"] = "array";
    schema["items"] = std::move(items);
  } else {
    schema = of_value(field);
    add_value_rules(rules, schema);
  }
  if (field->enum_type() != nullptr && rules.enum_().not_in_size() > 0) {
    json::array refused;
    for (const int number : rules.enum_().not_in()) {
      const auto* value = field->enum_type()->FindValueByNumber(number);
      if (value != nullptr) refused.push_back(json::string(value->name()));
    }
    schema["not"] = json::object{{"enum", std::move(refused)}};
  }
  add_size_rules(rules, schema);
  describe(comments_.of(field->full_name()), schema);
  const auto& options = field->options();
  if (options.deprecated()) schema["deprecated"] = true;
  if (options.GetExtension(doorward::v1::secret)) schema["format"] = "password";
  if (options.HasExtension(doorward::v1::example)) {
    schema["examples"] = json::array{json::parse(options.GetExtension(doorward::v1::example))};
  }
  return schema;
}

json::object Schemas::without(const Descriptor* message, const std::set<const FieldDescriptor*>& left_out) const {
  const auto uses = messages_.find(message);
  const bool answer_only = uses != messages_.end() && uses->second == kAnswer;
  json::object schema{{"type", "object"}};
  describe(comments_.of(message->full_name()), schema);
  json::object properties;
  json::array required;
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    if (left_out.contains(field)) continue;
    properties[field->name()] = of(field);
    // The writer leaves out only fields with presence that are not set.
    if (answer_only ? !field->has_presence() : is_required(field)) required.push_back(json::string(field->name()));
  }
  schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  if (json::array all = exclusions(message, left_out); !all.empty()) schema["allOf"] = std::move(all);
  return schema;
}

json::object Schemas::of_enum(const EnumDescriptor* type) const {
  json::array names;
  std::string text(comments_.of(type->full_name()));
  std::string values;
  for (int i = 0; i < type->value_count(); ++i) {
    const auto* value = type->value(i);
    names.push_back(json::string(value->name()));
    const auto comment = comments_.of(type->full_name() + "." + value->name());
    if (!comment.empty()) values += fmt::format("\n- `{}`: {}", value->name(), comment);
  }
  if (!values.empty()) text += (text.empty() ? values.substr(1) : "\n" + values);
  json::object schema{{"type", "string"}};
  describe(text, schema);
  schema["enum"] = std::move(names);
  return schema;
}

json::object Schemas::components() const {
  std::map<std::string, json::object> sorted;
  for (const auto& [message, uses] : messages_) sorted[name_of(message)] = without(message, {});
  for (const EnumDescriptor* type : enums_) sorted[name_of(type)] = of_enum(type);
  json::object components;
  for (auto& [name, schema] : sorted) components[name] = std::move(schema);
  return components;
}

}  // namespace doorward::rpc
