#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "ports/store/deliveries.h"
#include "store/sql/connection.h"

namespace doorward::store {

// Rows are locked in one order by everyone, so that nobody waits in a circle: endpoints by id, then queues and solos by
// id; only a claim takes what it finds, and skips what others hold. Appending and giving back lock the endpoint's row
// before they look at its queues: its wake_at can then never be later than what they leave behind.
//
// Four files: deliveries.cc appends, delivery_claims.cc claims, delivery_outcomes.cc records, delivery_log.cc reads and
// removes.
class SqlDeliveries : public DeliveryRepository {
 public:
  explicit SqlDeliveries(Connection& connection) : connection_(connection) {}

  Result<void> insert(const std::vector<Delivery>& deliveries) override;
  Result<void> insert_claimed(const Delivery& delivery, const QueueClaim& claim) override;
  Result<void> resend(const std::vector<Delivery>& deliveries, Timestamp now) override;

  Result<std::vector<DeliveryRun>> claim_due(Timestamp now, const ClaimRequest& request) override;
  Result<void> record(const std::vector<RunProgress>& runs) override;
  Result<void> release_claims(const std::string& claimant) override;
  Result<std::optional<Timestamp>> next_due(bool failing_too) const override;

  Result<std::optional<Delivery>> find(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                       const EventId& event) const override;
  Result<Page<Delivery>> list(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                              const DeliveryFilter& filter, const PageRequest& page) const override;
  Result<std::optional<Timestamp>> next_attempt(const Delivery& delivery) const override;
  Result<std::vector<Delivery>> of_event(const EnvironmentId& environment, const EventId& event) const override;
  Result<std::vector<DeliveryAttempt>> attempts(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                                const EventId& event) const override;
  Result<std::int64_t> tests_since(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                   Timestamp since) const override;
  Result<std::int64_t> pending_count() const override;
  Result<std::int64_t> remove_before(Timestamp before, std::int64_t limit) override;
  Result<std::int64_t> clear_bodies_before(Timestamp before, std::int64_t limit) override;

  // True when something was made due for a worker since the last call.
  bool take_made_due() { return std::exchange(made_due_, false); }

 private:
  using EndpointKey = std::pair<EnvironmentId, WebhookEndpointId>;
  struct DueEndpoint;
  struct Head;
  struct ChosenHead;
  struct Claims;
  // A queue whose claim is held, and where its head is.
  struct ClaimedQueue {
    const RunProgress* progress;
    std::int64_t head_seq;
  };
  // Moments before which an endpoint's queues and solos, or its solos, are not looked at.
  struct NotBefore {
    Timestamp any;
    Timestamp solos;
  };

  // An endpoint that is to be looked at again.
  struct Settling {
    EndpointKey endpoint;
    NotBefore not_before = {};
    std::optional<bool> failing = std::nullopt;  // nullopt: as it was
  };

  Result<void> wake(const std::map<EndpointKey, Timestamp>& endpoints);
  Result<void> insert_rows(std::span<const Delivery> deliveries);
  Result<std::vector<DueEndpoint>> due_endpoints(Timestamp now, const ClaimRequest& request);
  Result<std::map<EndpointKey, Claims>> claims_under_way(Timestamp now);
  Result<std::vector<std::vector<Head>>> due_heads(const std::vector<const DueEndpoint*>& endpoints, bool solo,
                                                   Timestamp now, std::int64_t most);
  Result<std::vector<ChosenHead>> choose_heads(const std::vector<DueEndpoint>& endpoints,
                                               const std::map<EndpointKey, Claims>& claims, Timestamp now,
                                               const ClaimRequest& request);
  Result<std::vector<DeliveryRun>> claim(const std::vector<ChosenHead>& heads, const ClaimRequest& request);
  Result<bool> keep(DeliveryRun& run);
  Result<void> settle(const std::vector<Settling>& endpoints);
  Result<std::vector<const RunProgress*>> record_queues(const std::vector<RunProgress>& runs);
  Result<void> move_on(const std::vector<ClaimedQueue>& queues);
  Result<bool> was_resent(const RunProgress& progress);
  Result<bool> record_solo(const RunProgress& progress);
  Result<void> write_attempts(std::span<const RunProgress* const> runs);
  Result<std::vector<Delivery>> of_status(const EndpointKey& endpoint, DeliveryStatus status,
                                          const DeliveryFilter& filter, const Keyset& position, std::int64_t limit,
                                          bool newer) const;

  Connection& connection_;
  bool made_due_ = false;
};

}  // namespace doorward::store
