#include "app/webhooks/attempt.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/webhooks/delivery_outcome.h"
#include "app/webhooks/message.h"

namespace doorward {
namespace {

task<Result<HttpResponse>> send(HttpClient& http, Result<HttpRequest> request) {
  DOORWARD_CO_TRY(HttpRequest ready, std::move(request));
  co_return co_await http.send(std::move(ready));
}

std::optional<Duration> retry_after_of(const HttpResponse& response, Timestamp now) {
  const auto found =
      std::ranges::find(response.headers, "retry-after", [](const auto& header) { return header.first; });
  return found == response.headers.end() ? std::nullopt : parse_retry_after(found->second, now);
}

}  // namespace

task<std::optional<FinishedDelivery>> make_attempt(HttpClient& http, Clock& clock, Result<HttpRequest> request,
                                                   Delivery delivery, RetrySchedule schedule, double jitter) {
  DeliveryAttempt made{.number = delivery.attempts + 1,
                       .started_at = clock.now(),
                       .resend = delivery.status == DeliveryStatus::kResending && delivery.owner_id != kTestOwner};
  const auto began = std::chrono::steady_clock::now();
  Result<HttpResponse> response = co_await send(http, std::move(request));
  made.latency_micros = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began).count();
  const Timestamp ended_at = clock.now();
  AttemptResult result;
  if (response) {
    made.http_status = response->status;
    made.response_excerpt = answer_excerpt(response->body);
    result = {.http_status = response->status, .retry_after = retry_after_of(*response, ended_at)};
  } else {
    if (response.error().reason == Reason::kCancelled) co_return std::nullopt;
    made.error = reason_name(response.error().reason);
    result = {.failure = response.error().reason};
  }
  const DeliveryOutcome outcome = outcome_of(delivery, schedule, result, made.started_at, ended_at, jitter);
  co_return FinishedDelivery{.delivery = std::move(delivery), .attempt = std::move(made), .outcome = outcome};
}

}  // namespace doorward
