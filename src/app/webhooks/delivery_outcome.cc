#include "app/webhooks/delivery_outcome.h"

namespace doorward {
namespace {

bool is_final(Reason reason) {
  return reason == Reason::kEventErased || reason == Reason::kWebhookEndpointNotFound ||
         reason == Reason::kWebhookEndpointDisabled;
}

}  // namespace

DeliveryOutcome outcome_of(const RetrySchedule& schedule, const AttemptResult& result, std::int32_t attempts_made,
                           Timestamp ended_at) {
  if (result.http_status >= 200 && result.http_status < 300) return {.status = DeliveryStatus::kDelivered};
  if (result.failure && is_final(*result.failure)) return {.status = DeliveryStatus::kCancelled};
  const auto next = static_cast<std::size_t>(attempts_made);
  if (next >= schedule.delays.size()) return {.status = DeliveryStatus::kFailed};
  return {.status = DeliveryStatus::kPending, .next_attempt_at = ended_at + schedule.delays[next]};
}

}  // namespace doorward
