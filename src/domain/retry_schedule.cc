#include "domain/retry_schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

namespace doorward {
namespace {

using namespace std::chrono_literals;

// More digits than any wait in bounds has.
constexpr std::size_t kMaxDigits = 6;

Error bad_schedule(std::string description, std::string constraint) {
  return invalid_field("retry_schedule", std::move(description), std::move(constraint));
}

Result<Duration> parse_wait(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = error == std::errc() && end == text.data() + text.size() && text.front() != '-';
  if (!is_number || text.size() > kMaxDigits) {
    return failure(bad_schedule("Write the name of a preset or whole seconds separated by commas, e.g. 0,5,300.",
                                "retry_schedule.text"));
  }
  return Duration(std::chrono::seconds(seconds));
}

Result<void> check_waits(const std::vector<Duration>& delays) {
  if (delays.front() != Duration::zero()) {
    return failure(bad_schedule("The first attempt is made at once: begin with 0.", "retry_schedule.first"));
  }
  const bool in_bounds = std::all_of(delays.begin() + 1, delays.end(), [](Duration wait) {
    return wait >= kShortestRetryWait && wait <= kLongestRetryWait;
  });
  if (!in_bounds) {
    return failure(bad_schedule(fmt::format("Wait from {} to {} seconds between attempts.", kShortestRetryWait.count(),
                                            kLongestRetryWait.count()),
                                "retry_schedule.wait"));
  }
  if (std::accumulate(delays.begin(), delays.end(), Duration::zero()) > kLongestRetrySchedule) {
    return failure(bad_schedule(fmt::format("Give up after {} seconds at the latest.", kLongestRetrySchedule.count()),
                                "retry_schedule.total"));
  }
  return {};
}

}  // namespace

std::span<const RetrySchedule> retry_presets() {
  static const RetrySchedule kPresets[] = {
      {.preset = "standard", .delays = {0s, 5s, 5min, 30min, 2h, 5h, 10h, 10h}},
      {.preset = "fast", .delays = {0s, 1s, 5s, 30s, 2min, 10min}},
      {.preset = "patient", .delays = {0s, 30s, 5min, 30min, 2h, 6h, 12h, 24h, 24h, 24h}},
  };
  return kPresets;
}

RetrySchedule RetrySchedule::standard() { return retry_presets().front(); }

Result<RetrySchedule> RetrySchedule::parse(std::string_view text) {
  if (text.empty()) return standard();
  const auto preset = std::ranges::find(retry_presets(), text, &RetrySchedule::preset);
  if (preset != retry_presets().end()) return *preset;
  RetrySchedule own;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (own.delays.size() == kMaxScheduledAttempts) {
      return failure(
          bad_schedule(fmt::format("Schedule {} attempts at most.", kMaxScheduledAttempts), "retry_schedule.attempts"));
    }
    DOORWARD_TRY(const Duration wait, parse_wait(text.substr(begin, end - begin)));
    own.delays.push_back(wait);
    begin = end + 1;
  }
  DOORWARD_CHECK(check_waits(own.delays));
  return own;
}

std::string RetrySchedule::text() const {
  if (!preset.empty()) return preset;
  std::string joined;
  for (const Duration wait : delays) {
    if (!joined.empty()) joined += ',';
    joined += fmt::to_string(std::chrono::duration_cast<std::chrono::seconds>(wait).count());
  }
  return joined;
}

}  // namespace doorward
