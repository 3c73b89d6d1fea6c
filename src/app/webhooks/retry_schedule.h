// When a delivery is tried again, and when it is given up. Pure: time is a parameter.
#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "ports/store/deliveries.h"

namespace doorward {

// Element n is how long after attempt n its successor is due; element 0 is the wait before the first attempt. There
// are as many attempts as elements.
struct RetrySchedule {
  std::vector<Duration> delays;

  // The schedule of the seed documents: at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h.
  static RetrySchedule standard();
};

// What became of one attempt.
struct AttemptResult {
  int http_status = 0;            // 0: no answer
  std::optional<Reason> failure;  // why there was no answer
};

// Any 2xx is a delivery, everything else a failure (a redirect too). `attempts_made` counts this one. kPending carries
// when to try again, counted from `ended_at`; kFailed when the schedule is used up. What no later attempt could change
// (the event was erased, the endpoint is gone or disabled) is kCancelled at once.
DeliveryOutcome outcome_of(const RetrySchedule& schedule, const AttemptResult& result, std::int32_t attempts_made,
                           Timestamp ended_at);

}  // namespace doorward
