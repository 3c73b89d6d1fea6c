#include "rpc/json_reader.h"

#include <fmt/format.h>
#include <google/protobuf/reflection.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "rpc/well_known_types.h"

namespace doorward::rpc {
namespace {

namespace json = boost::json;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

tl::unexpected<Error> wrong_type(const std::string& path, std::string_view expected) {
  return failure(invalid_field(path.empty() ? "body" : path, fmt::format("must be {}", expected), "type"));
}

std::string join(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

template <class Number>
std::optional<Number> number_from_text(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template <class Int>
std::optional<Int> integer(const json::value& value) {
  if (const auto* text = value.if_string()) return number_from_text<Int>(std::string_view(*text));
  if (const auto* number = value.if_int64()) {
    return std::in_range<Int>(*number) ? std::optional(static_cast<Int>(*number)) : std::nullopt;
  }
  if (const auto* number = value.if_uint64()) {
    return std::in_range<Int>(*number) ? std::optional(static_cast<Int>(*number)) : std::nullopt;
  }
  if (const auto* number = value.if_double()) {
    // 1e3 and 1.0 are integers to the mapping. 2^63 and 2^64 are the first doubles that do not fit.
    const double limit = std::is_signed_v<Int> ? 0x1p63 : 0x1p64;
    if (std::trunc(*number) != *number || *number >= limit || *number < (std::is_signed_v<Int> ? -0x1p63 : 0.0)) {
      return std::nullopt;
    }
    if constexpr (std::is_signed_v<Int>) {
      const auto wide = static_cast<std::int64_t>(*number);
      return std::in_range<Int>(wide) ? std::optional(static_cast<Int>(wide)) : std::nullopt;
    } else {
      const auto wide = static_cast<std::uint64_t>(*number);
      return std::in_range<Int>(wide) ? std::optional(static_cast<Int>(wide)) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<double> floating(const json::value& value) {
  if (const auto* number = value.if_double()) return *number;
  if (const auto* number = value.if_int64()) return static_cast<double>(*number);
  if (const auto* number = value.if_uint64()) return static_cast<double>(*number);
  if (const auto* string = value.if_string()) {
    const std::string_view text(*string);
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
    const auto number = number_from_text<double>(text);
    if (number && std::isfinite(*number)) return number;
  }
  return std::nullopt;
}

std::optional<std::string> bytes_from(std::string_view text) {
  if (auto bytes = base64_decode(text)) return bytes;
  return base64url_decode(text);
}

// Where a scalar goes: the single field, or the end of the repeated one.
struct Target {
  Message& message;
  const FieldDescriptor* field;

  const Reflection& reflection() const { return *message.GetReflection(); }

#define DOORWARD_PUT(Name, Type)                      \
  void put(Type value) const {                        \
    if (field->is_repeated()) {                       \
      reflection().Add##Name(&message, field, value); \
    } else {                                          \
      reflection().Set##Name(&message, field, value); \
    }                                                 \
  }
  DOORWARD_PUT(Int32, std::int32_t)
  DOORWARD_PUT(UInt32, std::uint32_t)
  DOORWARD_PUT(Int64, std::int64_t)
  DOORWARD_PUT(UInt64, std::uint64_t)
  DOORWARD_PUT(Double, double)
  DOORWARD_PUT(Float, float)
  DOORWARD_PUT(Bool, bool)
#undef DOORWARD_PUT
  void put(std::string value) const {
    if (field->is_repeated()) {
      reflection().AddString(&message, field, std::move(value));
    } else {
      reflection().SetString(&message, field, std::move(value));
    }
  }
  void put_enum(int number) const {
    if (field->is_repeated()) {
      reflection().AddEnumValue(&message, field, number);
    } else {
      reflection().SetEnumValue(&message, field, number);
    }
  }
  Message& sub_message() const {
    return field->is_repeated() ? *reflection().AddMessage(&message, field)
                                : *reflection().MutableMessage(&message, field);
  }
};

template <class Int>
Result<void> put_integer(const json::value& value, const Target& target, const std::string& path,
                         std::string_view expected) {
  const auto number = integer<Int>(value);
  if (!number) return wrong_type(path, expected);
  target.put(*number);
  return {};
}

Result<void> put_enum(const json::value& value, const Target& target, const std::string& path) {
  const auto* type = target.field->enum_type();
  if (const auto* text = value.if_string()) {
    if (const auto* named = type->FindValueByName(std::string(std::string_view(*text)))) {
      target.put_enum(named->number());
      return {};
    }
  }
  const auto number = integer<std::int32_t>(value);
  if (!number) {
    return failure(invalid_field(path, "must be one of the names of " + type->full_name(), "enum.defined_only"));
  }
  target.put_enum(*number);
  return {};
}

Result<void> put_text(const json::value& value, const Target& target, const std::string& path) {
  const auto* text = value.if_string();
  if (text == nullptr) return wrong_type(path, "a string");
  if (target.field->type() != FieldDescriptor::TYPE_BYTES) {
    target.put(std::string(std::string_view(*text)));
    return {};
  }
  auto bytes = bytes_from(std::string_view(*text));
  if (!bytes) return wrong_type(path, "base64 text");
  target.put(*std::move(bytes));
  return {};
}

Result<void> put_single(const json::value& value, const Target& target, const MessagePlan* nested,
                        const std::string& path) {
  switch (target.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return put_integer<std::int32_t>(value, target, path, "a 32-bit integer");
    case FieldDescriptor::CPPTYPE_UINT32:
      return put_integer<std::uint32_t>(value, target, path, "an unsigned 32-bit integer");
    case FieldDescriptor::CPPTYPE_INT64:
      return put_integer<std::int64_t>(value, target, path, "a 64-bit integer");
    case FieldDescriptor::CPPTYPE_UINT64:
      return put_integer<std::uint64_t>(value, target, path, "an unsigned 64-bit integer");
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT: {
      const auto number = floating(value);
      if (!number) return wrong_type(path, "a number");
      if (target.field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
        target.put(*number);
      } else if (std::isfinite(*number) && std::abs(*number) > std::numeric_limits<float>::max()) {
        return wrong_type(path, "a single-precision number");
      } else {
        target.put(static_cast<float>(*number));
      }
      return {};
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      const auto* truth = value.if_bool();
      if (truth == nullptr) return wrong_type(path, "true or false");
      target.put(*truth);
      return {};
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return put_enum(value, target, path);
    case FieldDescriptor::CPPTYPE_STRING:
      return put_text(value, target, path);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return read_json(value, *nested, target.sub_message(), path);
  }
  return {};
}

// A map key arrives as text; bool keys too.
Result<void> put_map_key(std::string_view text, const Target& target, const std::string& path) {
  if (target.field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    if (text != "true" && text != "false") return wrong_type(path, "true or false");
    target.put(text == "true");
    return {};
  }
  return put_single(json::value(json::string_view(text)), target, nullptr, path);
}

Result<void> read_map(const json::value& value, const FieldPlan& plan, Message& message, const std::string& path) {
  const auto* object = value.if_object();
  if (object == nullptr) return wrong_type(path, "an object");
  for (const auto& member : *object) {
    const std::string_view key(member.key());
    const std::string at = fmt::format("{}[\"{}\"]", path, key);
    Message& entry = *message.GetReflection()->AddMessage(&message, plan.field);
    DOORWARD_CHECK(put_map_key(key, {entry, plan.map_key}, at));
    DOORWARD_CHECK(put_single(member.value(), {entry, plan.map_value}, plan.message, at));
  }
  return {};
}

bool is_json_null_value(const FieldPlan& plan) {
  return plan.message != nullptr && plan.message->kind == MessageKind::kValue && !plan.field->is_repeated();
}

// Two members of one oneof would silently erase each other.
Result<void> claim(const Message& message, const FieldDescriptor* field, const std::string& path) {
  const auto* oneof = field->real_containing_oneof();
  if (oneof == nullptr) return {};
  const auto* taken = message.GetReflection()->GetOneofFieldDescriptor(message, oneof);
  if (taken == nullptr || taken == field) return {};
  return failure(invalid_field(path, fmt::format("cannot be given together with {}", taken->name()), "oneof"));
}

}  // namespace

Result<void> read_json_field(const json::value& value, const FieldPlan& plan, Message& message,
                             const std::string& path) {
  if (value.is_null() && !is_json_null_value(plan)) return {};
  DOORWARD_CHECK(claim(message, plan.field, path));
  if (plan.field->is_map()) return read_map(value, plan, message, path);
  if (!plan.field->is_repeated()) return put_single(value, {message, plan.field}, plan.message, path);
  const auto* array = value.if_array();
  if (array == nullptr) return wrong_type(path, "an array");
  for (std::size_t i = 0; i < array->size(); ++i) {
    DOORWARD_CHECK(put_single((*array)[i], {message, plan.field}, plan.message, fmt::format("{}[{}]", path, i)));
  }
  return {};
}

Result<void> read_json(const json::value& value, const MessagePlan& plan, Message& message, const std::string& path) {
  if (plan.kind == MessageKind::kWrapper) {
    return put_single(value, {message, plan.fields.front().field}, nullptr, path);
  }
  if (plan.kind != MessageKind::kPlain) {
    if (read_well_known(value, plan.kind, message)) return {};
    return wrong_type(path, "the JSON form of " + plan.descriptor->full_name());
  }
  const auto* object = value.if_object();
  if (object == nullptr) return wrong_type(path, "an object");
  for (const auto& member : *object) {
    const auto found = plan.fields_by_name.find(std::string_view(member.key()));
    if (found == plan.fields_by_name.end()) continue;
    DOORWARD_CHECK(read_json_field(member.value(), *found->second, message, join(path, found->second->field->name())));
  }
  return {};
}

Result<void> read_text_field(std::string_view text, const FieldPlan& plan, Message& message, const std::string& path) {
  const bool plain_message = plan.message != nullptr && plan.message->kind == MessageKind::kPlain;
  if (plan.field->is_map() || plain_message) return wrong_type(path, "given in the body");
  DOORWARD_CHECK(claim(message, plan.field, path));
  const FieldDescriptor* scalar = plan.field;
  if (plan.message != nullptr && plan.message->kind == MessageKind::kWrapper) {
    scalar = plan.message->fields.front().field;
  }
  json::value value = json::string_view(text);
  if (scalar->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    if (text != "true" && text != "false") return wrong_type(path, "true or false");
    value = text == "true";
  }
  return put_single(value, {message, plan.field}, plan.message, path);
}

}  // namespace doorward::rpc
