// When the deliveries of a webhook endpoint are tried again. A value with one short text: the name of a preset, or
// whole seconds separated by commas.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace doorward {

// Bounds of a schedule of one's own.
inline constexpr std::size_t kMaxScheduledAttempts = 20;
inline constexpr std::chrono::seconds kShortestRetryWait{1};
inline constexpr std::chrono::seconds kLongestRetryWait{24 * 3600};
inline constexpr std::chrono::seconds kLongestRetrySchedule{7 * 24 * 3600};  // all waits together

struct RetrySchedule {
  std::string preset;            // empty: a schedule of one's own
  std::vector<Duration> delays;  // element n: how long after attempt n its successor is due; element 0 is always 0

  // "standard": at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h; the schedule of the seed documents, a day and more.
  static RetrySchedule standard();

  // The text of a preset, or "0,5,300". Empty is the standard one. Errors: kInvalidArgument at `retry_schedule`, with
  // what to write instead: the first number is 0, there are kMaxScheduledAttempts at most, each wait and all of them
  // together are in bounds.
  static Result<RetrySchedule> parse(std::string_view text);

  // What parse() reads back; never empty.
  std::string text() const;

  // There are as many attempts as elements, the first included.
  std::size_t attempts() const { return delays.size(); }

  friend bool operator==(const RetrySchedule&, const RetrySchedule&) = default;
};

// Every preset: "standard", "fast" (gives up after about 13 minutes: for development), "patient" (about 4 days).
std::span<const RetrySchedule> retry_presets();

}  // namespace doorward
