// The outbox. Deliveries of one owner to one endpoint form a queue; the store keeps one row for each queue that is not
// empty, with when its head is due, who has claimed it and until when, so finding work costs the same however many
// deliveries wait.
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

// How much of what is due a worker wants, and in whose name.
struct ClaimRequest {
  std::string claimant;  // names one process from its start to its end
  Timestamp until;       // other workers leave the queues alone until then
  std::int64_t queues = 1;
  std::int64_t queues_per_endpoint = 1;  // counting those already claimed, by anyone
  std::int64_t deliveries_per_queue = 1;
  std::int64_t deliveries = 1;  // of all queues together, beyond one of each
};

// A queue that `claimant` holds until `until`.
struct QueueClaim {
  EnvironmentId environment_id;
  WebhookEndpointId endpoint_id;
  std::string owner_id;
  std::string claimant;
  Timestamp until;

  friend auto operator<=>(const QueueClaim&, const QueueClaim&) = default;
};

// The head of a claimed queue and what follows it, in order; never empty. A head that failed before comes alone.
struct DeliveryRun {
  QueueClaim claim;
  std::vector<Delivery> deliveries;
};

struct FinishedDelivery {
  Delivery delivery;  // as it was claimed
  DeliveryAttempt attempt;
  DeliveryOutcome outcome;
};

// What became of a run since the last record of it.
struct RunProgress {
  QueueClaim claim;
  std::vector<FinishedDelivery> finished;  // from the head on, in order
  bool ended = false;                      // gives the claim back; set when the last of `finished` is to be tried again
};

struct DeliveryFilter {
  std::vector<DeliveryStatus> statuses;           // empty: any
  std::string event_type;                         // empty: any
  std::optional<OrganizationId> organization_id;  // of the event
  std::optional<Timestamp> since;                 // made then or later
  std::optional<Timestamp> until;                 // made before
};

class DeliveryRepository {
 public:
  virtual ~DeliveryRepository() = default;

  // Appends to the queues; a queue that was empty is due at once.
  virtual Result<void> insert(const std::vector<Delivery>& deliveries) = 0;

  // Claims queues whose heads are due at `now` and not claimed; the longest due first. No two workers get the same.
  virtual Result<std::vector<DeliveryRun>> claim_due(Timestamp now, const ClaimRequest& request) = 0;
  // Records attempts and outcomes. Nothing when the claim is not held any more (it ran out and another worker took the
  // queue, or the endpoint was removed).
  virtual Result<void> record(const RunProgress& progress) = 0;
  // Gives back everything that `claimant` holds: for a process that is known to have ended.
  virtual Result<void> release_claims(const std::string& claimant) = 0;
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
