#include "edge/api/conversion.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <limits>
#include <string_view>

namespace doorward::api {
namespace {

constexpr std::int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z
// Of a duration: far above any limit of ours, and far below what a Duration holds.
constexpr std::int64_t kMostSeconds = 1'000'000'000;
constexpr std::int32_t kNanosPerSecond = 1'000'000'000;

// Documents are bounded in depth where they come in (SCIM and JSON parsers), so this recursion is.
void set_value(const boost::json::value& value, google::protobuf::Value& out) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out.set_null_value(google::protobuf::NULL_VALUE);
      return;
    case boost::json::kind::bool_:
      out.set_bool_value(value.get_bool());
      return;
    case boost::json::kind::int64:
      out.set_number_value(static_cast<double>(value.get_int64()));
      return;
    case boost::json::kind::uint64:
      out.set_number_value(static_cast<double>(value.get_uint64()));
      return;
    case boost::json::kind::double_:
      out.set_number_value(value.get_double());
      return;
    case boost::json::kind::string:
      out.set_string_value(std::string(std::string_view(value.get_string())));
      return;
    case boost::json::kind::array:
      out.mutable_list_value();
      for (const auto& element : value.get_array()) set_value(element, *out.mutable_list_value()->add_values());
      return;
    case boost::json::kind::object:
      to_proto(value.get_object(), *out.mutable_struct_value());
      return;
  }
}

boost::json::value value_of(const google::protobuf::Value& value) {
  switch (value.kind_case()) {
    case google::protobuf::Value::kBoolValue:
      return value.bool_value();
    case google::protobuf::Value::kNumberValue:
      return value.number_value();
    case google::protobuf::Value::kStringValue:
      return boost::json::value(value.string_value());
    case google::protobuf::Value::kStructValue:
      return from_proto(value.struct_value());
    case google::protobuf::Value::kListValue: {
      boost::json::array list;
      for (const google::protobuf::Value& element : value.list_value().values()) list.push_back(value_of(element));
      return list;
    }
    default:
      return nullptr;
  }
}

}  // namespace

void to_proto(Timestamp time, google::protobuf::Timestamp& out) {
  const std::int64_t seconds = to_unix_seconds(time);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<std::int32_t>((to_micros(time) - seconds * 1'000'000) * 1000));
}

Result<Timestamp> from_proto(const google::protobuf::Timestamp& time, const std::string& field) {
  if (time.seconds() < kFirstSecond || time.seconds() > kLastSecond || time.nanos() < 0 ||
      time.nanos() >= kNanosPerSecond) {
    return failure(invalid_field(field, "must be a time of the years 0001 to 9999", "timestamp"));
  }
  return Timestamp{std::chrono::seconds{time.seconds()} + Duration{time.nanos() / 1000}};
}

Result<Duration> from_proto(const google::protobuf::Duration& duration, const std::string& field) {
  if (duration.seconds() < -kMostSeconds || duration.seconds() > kMostSeconds) {
    return failure(invalid_field(field, "is out of bounds", "duration.range"));
  }
  const std::int64_t seconds = duration.seconds();
  const std::int64_t nanos = duration.nanos();
  const bool two_signs = (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0);
  if (two_signs || nanos <= -kNanosPerSecond || nanos >= kNanosPerSecond || nanos % 1000 != 0) {
    return failure(invalid_field(field, "must be a duration of whole microseconds", "duration.range"));
  }
  return std::chrono::seconds(duration.seconds()) +
         std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(duration.nanos()));
}

void to_proto(const boost::json::object& object, google::protobuf::Struct& out) {
  for (const auto& member : object) {
    set_value(member.value(), (*out.mutable_fields())[std::string(std::string_view(member.key()))]);
  }
}

boost::json::object from_proto(const google::protobuf::Struct& object) {
  boost::json::object out;
  for (const auto& [name, value] : object.fields()) out[name] = value_of(value);
  return out;
}

std::uint32_t wire_count(std::int64_t count) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 0, std::numeric_limits<std::uint32_t>::max()));
}

std::int32_t wire_signed_count(std::int64_t count) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(count, 0, std::numeric_limits<std::int32_t>::max()));
}

}  // namespace doorward::api
