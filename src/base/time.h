// Time as values. Nothing below server/ asks for the time by itself: it arrives as a Timestamp or through
// ports/clock.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace doorward {

using Duration = std::chrono::microseconds;
using Timestamp = std::chrono::time_point<std::chrono::system_clock, Duration>;  // UTC, microseconds

// Microseconds since 1970, the form in which the stores keep time.
constexpr std::int64_t to_micros(Timestamp t) { return t.time_since_epoch().count(); }
constexpr Timestamp from_micros(std::int64_t micros) { return Timestamp{Duration{micros}}; }
constexpr std::int64_t to_unix_seconds(Timestamp t) {
  return std::chrono::floor<std::chrono::seconds>(t.time_since_epoch()).count();
}

// RFC 3339 in UTC with as many fraction digits as needed (0, 3 or 6): "2026-11-22T06:50:26.125Z".
std::string to_rfc3339(Timestamp t);

// Accepts RFC 3339 with 'T' or 't', 'Z' or an offset, and any number of fraction digits (cut to microseconds).
// nullopt for anything else, for impossible dates, and outside the years 0001 to 9999.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

}  // namespace doorward
