// What follows from one attempt: whether and when the next is made. Pure: time is a parameter, and chance is taken from
// the event's id.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "domain/retry_schedule.h"
#include "ports/store/deliveries.h"

namespace doorward {

// How long a failing head may hold back its queue, from its first attempt on.
inline constexpr Duration kLongestHeadOfLine = std::chrono::hours(1);

// A receiver that asks for more patience than this gets this.
inline constexpr Duration kLongestRetryAfter = std::chrono::hours(1);

// How long an endpoint that answers 429 is left alone when it does not say how long.
inline constexpr Duration kPauseAfterTooMany = std::chrono::seconds(30);

// Waits are lengthened by a random part of themselves, up to this, so that what failed together is not tried together.
inline constexpr double kRetryJitter = 0.1;

// What became of one attempt.
struct AttemptResult {
  int http_status = 0;                  // 0: no answer
  std::optional<Reason> failure;        // why there was no answer
  std::optional<Duration> retry_after;  // what the answer asked for
};

// The value of a Retry-After field (RFC 9110 section 10.2.3) as a wait from `now` on, never negative and at most
// kLongestRetryAfter: seconds, or an HTTP date in any of the three forms of section 5.6.7. nullopt for anything else.
std::optional<Duration> parse_retry_after(std::string_view value, Timestamp now);

// `wait` and up to `jitter` of it more; the same for the same event and attempt.
Duration with_jitter(Duration wait, double jitter, const EventId& event, std::int32_t attempt);

// Any 2xx is a delivery, everything else a failure (a redirect too). `delivery` is as it was before the attempt, which
// lasted from `started_at` to `ended_at`.
//
// A failure is tried again as long as the schedule of this round lasts, then it is kFailed. The wait is the schedule's
// or, when that is longer, Retry-After, with jitter. A head whose next attempt would come later than kLongestHeadOfLine
// after its first is parked at once: waiting on would hold back what follows for nothing. 429, and 503 with
// Retry-After, holds the whole endpoint; 410 Gone ends it. What no later attempt could change (the event was erased,
// the endpoint is gone) is kCancelled.
DeliveryOutcome outcome_of(const Delivery& delivery, const RetrySchedule& schedule, const AttemptResult& result,
                           Timestamp started_at, Timestamp ended_at, double jitter = kRetryJitter);

}  // namespace doorward
