// One attempt at a delivery, from the request to what is to be written down.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/task.h"
#include "domain/retry_schedule.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/store/deliveries.h"

namespace doorward {

// Sends `request` and judges the answer; an error in `request` is judged like no answer. nullopt when the client was
// stopped: then nothing is known to have been tried. Errors are outcomes, never thrown.
task<std::optional<FinishedDelivery>> make_attempt(HttpClient& http, Clock& clock, Result<HttpRequest> request,
                                                   Delivery delivery, RetrySchedule schedule, double jitter);

}  // namespace doorward
