// When a delivery is tried again, and when it is given up. Pure: time is a parameter.
#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "domain/retry_schedule.h"
#include "ports/store/deliveries.h"

namespace doorward {

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
