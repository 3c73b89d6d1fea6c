// The outbox. Deliveries of one owner to one endpoint form a queue; what left its queue, or never was in one (parked
// deliveries, resends, test events), is tried by itself: a solo. The store keeps one row for each queue that is not
// empty, one for each solo, and one for each endpoint that anything waits for, with when to look at it, so finding
// work costs the same however many deliveries, queues and endpoints wait; one that is dead, held, disabled or has its
// share under way costs nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/page.h"
#include "domain/webhook.h"

namespace doorward {

// What follows from an attempt.
struct DeliveryOutcome {
  DeliveryStatus status = DeliveryStatus::kPending;  // a waiting one: try again at `next_attempt_at`
  Timestamp next_attempt_at;                         // of what waits; otherwise the queue's next is due at once
  std::optional<Timestamp> failing_since;            // of this round; nullopt once delivered
  std::optional<Timestamp> endpoint_held_until;      // the receiver asked for a pause: nothing goes there before
  bool endpoint_gone = false;                        // the receiver wants nothing any more

  friend bool operator==(const DeliveryOutcome&, const DeliveryOutcome&) = default;
};

// How much of what is due a worker wants, and in whose name. Queues here are queues and solos.
struct ClaimRequest {
  std::string claimant;  // names one process from its start to its end
  Timestamp until;       // other workers leave what is claimed alone until then
  std::int64_t queues = 1;
  std::int64_t failing_queues = 1;       // of these, at endpoints that failed last: never more than `queues`
  std::int64_t queues_per_endpoint = 1;  // counting those already claimed, by anyone; one where it failed last
  std::int64_t deliveries_per_queue = 1;
  std::int64_t deliveries = 1;  // of all queues together, beyond one of each
};

// A queue, or a solo, that `claimant` holds until `until`.
struct QueueClaim {
  EnvironmentId environment_id;
  WebhookEndpointId endpoint_id;
  std::string owner_id;
  std::optional<std::int64_t> solo_seq;  // owner_seq of the solo
  std::string claimant;
  Timestamp until;

  friend auto operator<=>(const QueueClaim&, const QueueClaim&) = default;
};

// The head of a claimed queue and what follows it, in order; never empty. A head that failed before, and a solo, comes
// alone.
struct DeliveryRun {
  QueueClaim claim;
  std::vector<Delivery> deliveries;
  bool failing = false;  // its endpoint failed last
};

struct FinishedDelivery {
  Delivery delivery;  // as it was claimed
  DeliveryAttempt attempt;
  DeliveryOutcome outcome;
};

// What became of a run since the last record of it.
struct RunProgress {
  QueueClaim claim;
  std::vector<FinishedDelivery> finished;        // from the head on, in order
  bool ended = false;                            // gives the claim back; set when the last of `finished` failed
  std::optional<Timestamp> endpoint_held_until;  // nothing could be sent: the endpoint is disabled
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
  // A delivery that no queue has, claimed from the start: what is to be sent at once by who inserts it.
  virtual Result<void> insert_claimed(const Delivery& delivery, const QueueClaim& claim) = 0;

  // Claims what is due at `now` and not claimed, of each endpoint the longest due first; where the request cannot have
  // all, every endpoint gets a part. No two workers get the same.
  virtual Result<std::vector<DeliveryRun>> claim_due(Timestamp now, const ClaimRequest& request) = 0;
  // Records attempts and outcomes of several runs, in the order of their claims. Nothing for a claim that is not held
  // any more (it ran out and another worker took the queue, or the endpoint was removed). A delivery that was resent
  // while its attempt was under way keeps its new round, whole, when that attempt failed.
  virtual Result<void> record(const std::vector<RunProgress>& runs) = 0;
  // Gives back everything that `claimant` holds: for a process that is known to have ended.
  virtual Result<void> release_claims(const std::string& claimant) = 0;
  // When there may be something to claim; nullopt when nothing waits. `failing_too`: at endpoints that failed last.
  virtual Result<std::optional<Timestamp>> next_due(bool failing_too) const = 0;

  // Sends deliveries again, from the beginning of the schedule, by themselves and one microsecond after the other from
  // `now` on; for deliveries that have left their queue.
  virtual Result<void> resend(const std::vector<Delivery>& deliveries, Timestamp now) = 0;

  virtual Result<std::optional<Delivery>> find(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                               const EventId& event) const = 0;
  // Newest first.
  virtual Result<Page<Delivery>> list(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                      const DeliveryFilter& filter, const PageRequest& page) const = 0;
  // When it is tried next; nullopt when it waits behind others or for nothing.
  virtual Result<std::optional<Timestamp>> next_attempt(const Delivery& delivery) const = 0;
  virtual Result<std::vector<Delivery>> of_event(const EnvironmentId& environment, const EventId& event) const = 0;
  virtual Result<std::vector<DeliveryAttempt>> attempts(const EnvironmentId& environment,
                                                        const WebhookEndpointId& endpoint,
                                                        const EventId& event) const = 0;
  // Test events of the endpoint made at `since` or later.
  virtual Result<std::int64_t> tests_since(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                           Timestamp since) const = 0;
  virtual Result<std::int64_t> pending_count() const = 0;  // everything that waits

  // Retention: up to `limit` deliveries made before `before`, with their attempts, also those that still wait.
  virtual Result<std::int64_t> remove_before(Timestamp before, std::int64_t limit) = 0;
  // Retention: clears answer bodies of attempts made before `before`.
  virtual Result<std::int64_t> clear_bodies_before(Timestamp before, std::int64_t limit) = 0;
};

}  // namespace doorward
