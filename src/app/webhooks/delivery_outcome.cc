#include "app/webhooks/delivery_outcome.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <string>

namespace doorward {
namespace {

constexpr int kTooManyRequests = 429;
constexpr int kServiceUnavailable = 503;
constexpr int kGone = 410;

// More than any wait that is kept; a longer number says the same as this.
constexpr std::size_t kMaxSecondsDigits = 9;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool is_final(Reason reason) { return reason == Reason::kEventErased || reason == Reason::kWebhookEndpointNotFound; }

bool is_success(int status) { return status >= 200 && status < 300; }

std::optional<int> month_number(std::string_view name) {
  const auto* found = std::ranges::find(kMonths, name);
  if (found == kMonths.end()) return std::nullopt;
  return static_cast<int>(found - kMonths.begin()) + 1;
}

struct DateParts {
  int day = 0;
  std::string month = std::string(4, '\0');
  int year = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

std::optional<Timestamp> to_time(const DateParts& parts) {
  using namespace std::chrono;
  const auto month_of_year = month_number(parts.month.c_str());
  if (!month_of_year) return std::nullopt;
  const year_month_day date{year(parts.year), month(static_cast<unsigned>(*month_of_year)),
                            day(static_cast<unsigned>(parts.day))};
  const bool is_time = parts.hour >= 0 && parts.hour < 24 && parts.minute >= 0 && parts.minute < 60 &&
                       parts.second >= 0 && parts.second <= 60;
  if (!date.ok() || !is_time) return std::nullopt;
  return Timestamp{sys_days(date) + hours(parts.hour) + minutes(parts.minute) + seconds(parts.second)};
}

// RFC 9110 section 5.6.7: a year of two digits that seems more than 50 years ahead is the past one.
int full_year(int two_digits, Timestamp now) {
  const auto today = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now));
  const int this_year = static_cast<int>(today.year());
  const int year = this_year / 100 * 100 + two_digits;
  return year > this_year + 50 ? year - 100 : year;
}

std::optional<Timestamp> parse_http_date(const std::string& text, Timestamp now) {
  DateParts parts;
  char* month = parts.month.data();
  int end = -1;
  const auto whole = [&] { return end == static_cast<int>(text.size()); };
  // "Sun, 06 Nov 1994 08:49:37 GMT"
  std::sscanf(text.c_str(), "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &parts.day, month, &parts.year,
              &parts.hour, &parts.minute, &parts.second, &end);
  if (whole()) return to_time(parts);
  // "Sunday, 06-Nov-94 08:49:37 GMT"
  std::sscanf(text.c_str(), "%*9[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d GMT%n", &parts.day, month, &parts.year,
              &parts.hour, &parts.minute, &parts.second, &end);
  if (whole()) {
    parts.year = full_year(parts.year, now);
    return to_time(parts);
  }
  // "Sun Nov  6 08:49:37 1994"
  std::sscanf(text.c_str(), "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n", month, &parts.day, &parts.hour,
              &parts.minute, &parts.second, &parts.year, &end);
  return whole() ? to_time(parts) : std::nullopt;
}

Duration in_bounds(Duration wait) { return std::clamp(wait, Duration::zero(), kLongestRetryAfter); }

// FNV-1a, and a last mix (that of MurmurHash3) without which texts that differ at their end are close to each other.
std::uint64_t hash_of(std::string_view text, std::uint64_t hash) {
  constexpr std::uint64_t kPrime = 0x100000001b3;
  constexpr int kShift = 33;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  hash = (hash ^ (hash >> kShift)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >> kShift)) * 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> kShift);
}

// Nobody else may be sent anything at the endpoint before.
std::optional<Timestamp> hold_of(const AttemptResult& result, Timestamp ended_at) {
  if (result.http_status == kTooManyRequests) return ended_at + result.retry_after.value_or(kPauseAfterTooMany);
  if (result.http_status == kServiceUnavailable && result.retry_after) return ended_at + *result.retry_after;
  return std::nullopt;
}

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view value, Timestamp now) {
  constexpr std::size_t kLongestDate = 40;
  const bool digits = !value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos;
  if (digits) {
    if (value.size() > kMaxSecondsDigits) return kLongestRetryAfter;
    std::int64_t seconds = 0;
    std::from_chars(value.data(), value.data() + value.size(), seconds);
    return in_bounds(std::chrono::seconds(seconds));
  }
  if (value.size() > kLongestDate) return std::nullopt;
  const auto when = parse_http_date(std::string(value), now);
  if (!when) return std::nullopt;
  return in_bounds(*when - now);
}

Duration with_jitter(Duration wait, double jitter, const EventId& event, std::int32_t attempt) {
  constexpr std::uint64_t kBasis = 0xcbf29ce484222325;
  constexpr int kFractionBits = 32;
  const std::uint64_t hash = hash_of(event.str(), kBasis ^ static_cast<std::uint32_t>(attempt)) >> kFractionBits;
  const double fraction = static_cast<double>(hash) / static_cast<double>(std::uint64_t{1} << kFractionBits);
  return wait + Duration(static_cast<std::int64_t>(static_cast<double>(wait.count()) * jitter * fraction));
}

DeliveryOutcome outcome_of(const Delivery& delivery, const RetrySchedule& schedule, const AttemptResult& result,
                           Timestamp started_at, Timestamp ended_at, double jitter) {
  if (is_success(result.http_status)) return {.status = DeliveryStatus::kDelivered};
  if (result.failure && is_final(*result.failure)) return {.status = DeliveryStatus::kCancelled};
  DeliveryOutcome outcome{.status = delivery.status,
                          .failing_since = delivery.failing_since.value_or(started_at),
                          .endpoint_held_until = hold_of(result, ended_at),
                          .endpoint_gone = result.http_status == kGone};
  const std::int32_t made = delivery.attempts + 1;
  const auto next = static_cast<std::size_t>(std::max(0, made - delivery.round_begins));
  if (next >= schedule.attempts()) {
    outcome.status = DeliveryStatus::kFailed;
    return outcome;
  }
  const Duration wait = std::max(schedule.delays[next], result.retry_after.value_or(Duration::zero()));
  outcome.next_attempt_at = ended_at + with_jitter(wait, jitter, delivery.event_id, made);
  const bool held_too_long = outcome.next_attempt_at > *outcome.failing_since + kLongestHeadOfLine;
  if (delivery.status == DeliveryStatus::kPending && held_too_long) outcome.status = DeliveryStatus::kParked;
  return outcome;
}

}  // namespace doorward
