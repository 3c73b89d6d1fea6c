#include "rpc/well_known_types.h"

#include <fmt/format.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "rpc/json_writer.h"

namespace doorward::rpc {
namespace {

namespace pb = google::protobuf;

constexpr std::int64_t kFirstSecond = -62'135'596'800;             // 0001-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253'402'300'799;              // 9999-12-31T23:59:59Z
constexpr std::int64_t kLongestDurationSeconds = 315'576'000'000;  // google.protobuf.Duration: 10,000 years
constexpr int kNanosPerSecond = 1'000'000'000;

void write_timestamp(const pb::Timestamp& time, std::string& out) {
  if (time.seconds() < kFirstSecond || time.seconds() > kLastSecond || time.nanos() < 0 ||
      time.nanos() >= kNanosPerSecond) {
    out += "null";
    return;
  }
  out += '"';
  if (time.nanos() % 1000 == 0) {
    out += to_rfc3339(Timestamp{std::chrono::seconds{time.seconds()} + Duration{time.nanos() / 1000}});
  } else {
    std::string whole = to_rfc3339(Timestamp{std::chrono::seconds{time.seconds()}});
    whole.pop_back();
    fmt::format_to(std::back_inserter(out), "{}.{:09}Z", whole, time.nanos());
  }
  out += '"';
}

void write_duration(const pb::Duration& duration, std::string& out) {
  const bool negative = duration.seconds() < 0 || duration.nanos() < 0;
  const auto seconds = duration.seconds() < 0 ? 0 - static_cast<std::uint64_t>(duration.seconds())
                                              : static_cast<std::uint64_t>(duration.seconds());
  const std::int64_t nanos = std::abs(static_cast<std::int64_t>(duration.nanos()));
  fmt::format_to(std::back_inserter(out), "\"{}{}", negative ? "-" : "", seconds);
  if (nanos % 1'000'000 != 0) {
    fmt::format_to(std::back_inserter(out), ".{:09}", nanos);
  } else if (nanos != 0) {
    fmt::format_to(std::back_inserter(out), ".{:03}", nanos / 1'000'000);
  }
  out += "s\"";
}

std::string lower_camel(std::string_view path) {
  std::string out;
  bool raise = false;
  for (const char c : path) {
    if (c == '_') {
      raise = true;
      continue;
    }
    out += raise ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    raise = false;
  }
  return out;
}

std::string snake(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c >= 'A' && c <= 'Z') {
      out += '_';
      out += static_cast<char>(c - 'A' + 'a');
    } else {
      out += c;
    }
  }
  return out;
}

void write_field_mask(const pb::FieldMask& mask, std::string& out) {
  std::string joined;
  for (const auto& path : mask.paths()) {
    if (!joined.empty()) joined += ',';
    joined += lower_camel(path);
  }
  write_json_string(joined, out);
}

void write_value(const pb::Value& value, std::string& out);

void write_struct(const pb::Struct& object, std::string& out) {
  std::vector<const std::string*> names;
  names.reserve(static_cast<std::size_t>(object.fields_size()));
  for (const auto& [name, value] : object.fields()) names.push_back(&name);
  std::ranges::sort(names, [](const std::string* a, const std::string* b) { return *a < *b; });
  out += '{';
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += ',';
    write_json_string(*names[i], out);
    out += ':';
    write_value(object.fields().at(*names[i]), out);
  }
  out += '}';
}

void write_list(const pb::ListValue& list, std::string& out) {
  out += '[';
  for (int i = 0; i < list.values_size(); ++i) {
    if (i > 0) out += ',';
    write_value(list.values(i), out);
  }
  out += ']';
}

void write_value(const pb::Value& value, std::string& out) {
  switch (value.kind_case()) {
    case pb::Value::kNumberValue:
      // JSON knows neither NaN nor infinity, and inside a Struct there is no declared type to write them for.
      if (std::isfinite(value.number_value())) {
        fmt::format_to(std::back_inserter(out), "{}", value.number_value());
      } else {
        out += "null";
      }
      return;
    case pb::Value::kStringValue:
      return write_json_string(value.string_value(), out);
    case pb::Value::kBoolValue:
      out += value.bool_value() ? "true" : "false";
      return;
    case pb::Value::kStructValue:
      return write_struct(value.struct_value(), out);
    case pb::Value::kListValue:
      return write_list(value.list_value(), out);
    case pb::Value::kNullValue:
    case pb::Value::KIND_NOT_SET:
      out += "null";
      return;
  }
}

bool read_timestamp(const boost::json::value& value, pb::Timestamp& out) {
  const auto* text = value.if_string();
  if (text == nullptr) return false;
  const auto time = parse_rfc3339(std::string_view(*text));
  if (!time) return false;
  const std::int64_t seconds = to_unix_seconds(*time);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<std::int32_t>((to_micros(*time) - seconds * 1'000'000) * 1000));
  return seconds >= kFirstSecond && seconds <= kLastSecond;
}

bool read_duration(const boost::json::value& value, pb::Duration& out) {
  const auto* string = value.if_string();
  if (string == nullptr) return false;
  std::string_view text(*string);
  if (!text.ends_with('s')) return false;
  text.remove_suffix(1);
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string fraction(point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1));
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!digits(whole) || !digits(fraction) || whole.size() > 12 || fraction.size() > 9) return false;
  fraction.resize(9, '0');
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
  std::from_chars(whole.data(), whole.data() + whole.size(), seconds);
  std::from_chars(fraction.data(), fraction.data() + fraction.size(), nanos);
  if (seconds > kLongestDurationSeconds) return false;
  out.set_seconds(negative ? -seconds : seconds);
  out.set_nanos(negative ? -nanos : nanos);
  return true;
}

bool read_field_mask(const boost::json::value& value, pb::FieldMask& out) {
  const auto* string = value.if_string();
  if (string == nullptr) return false;
  std::string_view rest(*string);
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view path = rest.substr(0, comma);
    if (path.empty()) return false;
    out.add_paths(snake(path));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return true;
}

void read_value(const boost::json::value& json, pb::Value& out);

void read_struct(const boost::json::object& object, pb::Struct& out) {
  for (const auto& member : object) {
    read_value(member.value(), (*out.mutable_fields())[std::string(std::string_view(member.key()))]);
  }
}

void read_list(const boost::json::array& array, pb::ListValue& out) {
  for (const auto& element : array) read_value(element, *out.add_values());
}

void read_value(const boost::json::value& json, pb::Value& out) {
  switch (json.kind()) {
    case boost::json::kind::null:
      out.set_null_value(pb::NULL_VALUE);
      return;
    case boost::json::kind::bool_:
      out.set_bool_value(json.get_bool());
      return;
    case boost::json::kind::int64:
      out.set_number_value(static_cast<double>(json.get_int64()));
      return;
    case boost::json::kind::uint64:
      out.set_number_value(static_cast<double>(json.get_uint64()));
      return;
    case boost::json::kind::double_:
      out.set_number_value(json.get_double());
      return;
    case boost::json::kind::string:
      out.set_string_value(std::string(std::string_view(json.get_string())));
      return;
    case boost::json::kind::array:
      return read_list(json.get_array(), *out.mutable_list_value());
    case boost::json::kind::object:
      return read_struct(json.get_object(), *out.mutable_struct_value());
  }
}

}  // namespace

// Messages of these types come from the generated pool, so the plan's kind tells the class.
void write_well_known(const pb::Message& message, MessageKind kind, std::string& out) {
  switch (kind) {
    case MessageKind::kTimestamp:
      return write_timestamp(static_cast<const pb::Timestamp&>(message), out);
    case MessageKind::kDuration:
      return write_duration(static_cast<const pb::Duration&>(message), out);
    case MessageKind::kFieldMask:
      return write_field_mask(static_cast<const pb::FieldMask&>(message), out);
    case MessageKind::kStruct:
      return write_struct(static_cast<const pb::Struct&>(message), out);
    case MessageKind::kValue:
      return write_value(static_cast<const pb::Value&>(message), out);
    case MessageKind::kListValue:
      return write_list(static_cast<const pb::ListValue&>(message), out);
    case MessageKind::kPlain:
    case MessageKind::kWrapper:
      return;
  }
}

bool read_well_known(const boost::json::value& value, MessageKind kind, pb::Message& message) {
  switch (kind) {
    case MessageKind::kTimestamp:
      return read_timestamp(value, static_cast<pb::Timestamp&>(message));
    case MessageKind::kDuration:
      return read_duration(value, static_cast<pb::Duration&>(message));
    case MessageKind::kFieldMask:
      return read_field_mask(value, static_cast<pb::FieldMask&>(message));
    case MessageKind::kStruct:
      if (!value.is_object()) return false;
      read_struct(value.get_object(), static_cast<pb::Struct&>(message));
      return true;
    case MessageKind::kValue:
      read_value(value, static_cast<pb::Value&>(message));
      return true;
    case MessageKind::kListValue:
      if (!value.is_array()) return false;
      read_list(value.get_array(), static_cast<pb::ListValue&>(message));
      return true;
    case MessageKind::kPlain:
    case MessageKind::kWrapper:
      return false;
  }
  return false;
}

}  // namespace doorward::rpc
