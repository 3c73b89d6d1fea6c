// The outbox. Deliveries of one owner to one endpoint form a queue; the store keeps one row for each queue that is not
// empty, with when its head is due and until when some worker has claimed it, so finding work costs the same however
// many deliveries wait.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/webhook.h"

namespace doorward {

// What happens to a queue after an attempt at its head.
struct DeliveryOutcome {
  DeliveryStatus status = DeliveryStatus::kPending;  // kPending: try the head again at `next_attempt_at`
  Timestamp next_attempt_at;                         // when pending; otherwise the next delivery is due at once
};

class DeliveryRepository {
 public:
  virtual ~DeliveryRepository() = default;

  // Appends to the queues; a queue that was empty is due at once.
  virtual Result<void> insert(const std::vector<Delivery>& deliveries) = 0;

  // Claims heads that are due and not claimed, until `claimed_until`; the longest due first; at most `limit`, and of
  // one endpoint at most `limit_per_endpoint` counting those already claimed. No two workers get the same queue.
  virtual Result<std::vector<Delivery>> claim_due(Timestamp now, Timestamp claimed_until, std::int64_t limit,
                                                  std::int64_t limit_per_endpoint) = 0;
  // Records the attempt and the outcome and gives the claim back. Nothing when the claim is no longer of this attempt
  // count (another worker finished it after ours expired).
  virtual Result<void> finish(const Delivery& claimed, const DeliveryAttempt& attempt,
                              const DeliveryOutcome& outcome) = 0;
  // Gives a claim back without an attempt (shutdown).
  virtual Result<void> release(const Delivery& claimed) = 0;
  // When the next unclaimed head is due, or the next claim runs out; nullopt when nothing waits.
  virtual Result<std::optional<Timestamp>> next_due() const = 0;

  virtual Result<std::vector<Delivery>> of_event(const EnvironmentId& environment, const EventId& event) const = 0;
  virtual Result<std::vector<DeliveryAttempt>> attempts(const EnvironmentId& environment,
                                                        const WebhookEndpointId& endpoint,
                                                        const EventId& event) const = 0;
  virtual Result<std::int64_t> pending_count() const = 0;

  // Retention: up to `limit` finished deliveries made before `before`, with their attempts.
  virtual Result<std::int64_t> remove_before(Timestamp before, std::int64_t limit) = 0;
  // Retention: clears answer bodies of attempts made before `before`.
  virtual Result<std::int64_t> clear_bodies_before(Timestamp before, std::int64_t limit) = 0;
};

}  // namespace doorward
