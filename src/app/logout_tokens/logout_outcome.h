// What follows from an attempt to deliver a logout token. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "domain/retry_schedule.h"

namespace doorward {

// At once, then with growing waits; the last attempt comes about 13 minutes after the first.
const RetrySchedule& logout_schedule();

// What was not delivered a day after the session's end is owed no longer.
inline constexpr Duration kLogoutOwed = std::chrono::hours(24);

enum class LogoutResult : std::uint8_t {
  kDelivered,  // 200, or 204 as some frameworks say it (Back-Channel Logout section 2.8)
  kRefused,  // 400: the application says that the token is no good, or that it could not log out; it is not asked again
  kRetried,  // anything else, also no answer; an attempt of the schedule is left
  kGivenUp,  // the same, and none is left, or it is too late
  kCancelled,  // the client, or its URI, was removed meanwhile
};
std::string_view logout_result_name(LogoutResult result);  // "delivered", "refused", …

// `http_status` 0: no answer. `attempts_made` with this one.
LogoutResult judge_logout(int http_status, std::int32_t attempts_made);

// Before the attempt after `attempts_made`; of a kRetried.
Duration logout_wait(std::int32_t attempts_made);

}  // namespace doorward
