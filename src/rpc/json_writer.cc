#include "rpc/json_writer.h"

#include <fmt/format.h>
#include <google/protobuf/reflection.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/encoding.h"
#include "rpc/well_known_types.h"

namespace doorward::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// For each byte: 0 as it is, 'u' as \u00XX, otherwise the letter after the backslash.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

template <class Int>
void write_integer(Int value, std::string& out) {
  const fmt::format_int text(value);
  out.append(text.data(), text.size());
}

template <class Int>
void write_quoted_integer(Int value, std::string& out) {
  out += '"';
  write_integer(value, out);
  out += '"';
}

template <class Float>
void write_float(Float value, std::string& out) {
  if (std::isnan(value)) {
    out += "\"NaN\"";
  } else if (std::isinf(value)) {
    out += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  } else {
    fmt::format_to(std::back_inserter(out), "{}", value);
  }
}

void write_enum(int number, const FieldDescriptor* field, std::string& out) {
  if (const auto* value = field->enum_type()->FindValueByNumber(number)) {
    out += '"';
    out += value->name();
    out += '"';
  } else {
    write_integer(number, out);
  }
}

void write_bytes(const std::string& bytes, std::string& out) {
  out += '"';
  out += base64_encode(bytes);
  out += '"';
}

void write_single(const Message& message, const Reflection& reflection, const FieldDescriptor* field,
                  const MessagePlan* nested, std::string& out) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return write_integer(reflection.GetInt32(message, field), out);
    case FieldDescriptor::CPPTYPE_UINT32:
      return write_integer(reflection.GetUInt32(message, field), out);
    case FieldDescriptor::CPPTYPE_INT64:
      return write_quoted_integer(reflection.GetInt64(message, field), out);
    case FieldDescriptor::CPPTYPE_UINT64:
      return write_quoted_integer(reflection.GetUInt64(message, field), out);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return write_float(reflection.GetDouble(message, field), out);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return write_float(reflection.GetFloat(message, field), out);
    case FieldDescriptor::CPPTYPE_BOOL:
      out += reflection.GetBool(message, field) ? "true" : "false";
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      return write_enum(reflection.GetEnumValue(message, field), field, out);
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& text = reflection.GetStringReference(message, field, &scratch);
      return field->type() == FieldDescriptor::TYPE_BYTES ? write_bytes(text, out) : write_json_string(text, out);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return write_json(reflection.GetMessage(message, field), *nested, out);
  }
}

void write_element(const Message& message, const Reflection& reflection, const FieldPlan& plan, int index,
                   std::string& out) {
  const FieldDescriptor* field = plan.field;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return write_integer(reflection.GetRepeatedInt32(message, field, index), out);
    case FieldDescriptor::CPPTYPE_UINT32:
      return write_integer(reflection.GetRepeatedUInt32(message, field, index), out);
    case FieldDescriptor::CPPTYPE_INT64:
      return write_quoted_integer(reflection.GetRepeatedInt64(message, field, index), out);
    case FieldDescriptor::CPPTYPE_UINT64:
      return write_quoted_integer(reflection.GetRepeatedUInt64(message, field, index), out);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return write_float(reflection.GetRepeatedDouble(message, field, index), out);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return write_float(reflection.GetRepeatedFloat(message, field, index), out);
    case FieldDescriptor::CPPTYPE_BOOL:
      out += reflection.GetRepeatedBool(message, field, index) ? "true" : "false";
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      return write_enum(reflection.GetRepeatedEnumValue(message, field, index), field, out);
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& text = reflection.GetRepeatedStringReference(message, field, index, &scratch);
      return field->type() == FieldDescriptor::TYPE_BYTES ? write_bytes(text, out) : write_json_string(text, out);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return write_json(reflection.GetRepeatedMessage(message, field, index), *plan.message, out);
  }
}

// A member name is always a string, whatever the key's type.
std::string map_key_text(const Message& entry, const FieldDescriptor* key) {
  const Reflection& reflection = *entry.GetReflection();
  if (key->cpp_type() == FieldDescriptor::CPPTYPE_STRING) return reflection.GetString(entry, key);
  std::string text;
  write_single(entry, reflection, key, nullptr, text);
  std::erase(text, '"');
  return text;
}

void write_map(const Message& message, const Reflection& reflection, const FieldPlan& plan, std::string& out) {
  const int count = reflection.FieldSize(message, plan.field);
  std::vector<std::pair<std::string, const Message*>> members;
  members.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, plan.field, i);
    members.emplace_back(map_key_text(entry, plan.map_key), &entry);
  }
  std::ranges::sort(members, {}, &std::pair<std::string, const Message*>::first);
  char separator = '{';
  for (const auto& [key, entry] : members) {
    out += separator;
    separator = ',';
    write_json_string(key, out);
    out += ':';
    write_single(*entry, *entry->GetReflection(), plan.map_value, plan.message, out);
  }
  out += members.empty() ? "{}" : "}";
}

void write_list(const Message& message, const Reflection& reflection, const FieldPlan& plan, std::string& out) {
  out += '[';
  const int count = reflection.FieldSize(message, plan.field);
  for (int i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    write_element(message, reflection, plan, i, out);
  }
  out += ']';
}

void write_fields(const Message& message, const MessagePlan& plan, std::string& out) {
  const Reflection& reflection = *message.GetReflection();
  out += '{';
  bool first = true;
  for (const FieldPlan& entry : plan.fields) {
    const FieldDescriptor* field = entry.field;
    if (field->has_presence() && !reflection.HasField(message, field)) continue;
    if (!first) out += ',';
    first = false;
    out += entry.key;
    if (field->is_map()) {
      write_map(message, reflection, entry, out);
    } else if (field->is_repeated()) {
      write_list(message, reflection, entry, out);
    } else {
      write_single(message, reflection, field, entry.message, out);
    }
  }
  out += '}';
}

}  // namespace

void write_json_string(std::string_view text, std::string& out) {
  out += '"';
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char escape = kEscapes[static_cast<unsigned char>(text[i])];
    if (escape == 0) continue;
    out.append(text, begin, i - begin);
    begin = i + 1;
    out += '\\';
    out += escape;
    if (escape == 'u') fmt::format_to(std::back_inserter(out), "{:04x}", static_cast<unsigned char>(text[i]));
  }
  out.append(text, begin);
  out += '"';
}

void write_json(const Message& message, const MessagePlan& plan, std::string& out) {
  switch (plan.kind) {
    case MessageKind::kPlain:
      return write_fields(message, plan, out);
    case MessageKind::kWrapper:
      return write_single(message, *message.GetReflection(), plan.fields.front().field, nullptr, out);
    default:
      return write_well_known(message, plan.kind, out);
  }
}

}  // namespace doorward::rpc
