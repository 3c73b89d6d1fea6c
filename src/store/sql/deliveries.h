#pragma once

#include "ports/store/deliveries.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlDeliveries : public DeliveryRepository {
 public:
  explicit SqlDeliveries(Connection& connection) : connection_(connection) {}

  Result<void> insert(const std::vector<Delivery>& deliveries) override;
  Result<std::vector<Delivery>> claim_due(Timestamp now, Timestamp claimed_until, std::int64_t limit,
                                          std::int64_t limit_per_endpoint) override;
  Result<void> finish(const Delivery& claimed, const DeliveryAttempt& attempt, const DeliveryOutcome& outcome) override;
  Result<void> release(const Delivery& claimed) override;
  Result<std::optional<Timestamp>> next_due() const override;
  Result<std::vector<Delivery>> of_event(const EnvironmentId& environment, const EventId& event) const override;
  Result<std::vector<DeliveryAttempt>> attempts(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                                const EventId& event) const override;
  Result<std::int64_t> pending_count() const override;
  Result<std::int64_t> remove_before(Timestamp before, std::int64_t limit) override;
  Result<std::int64_t> clear_bodies_before(Timestamp before, std::int64_t limit) override;

 private:
  struct Head;
  Result<std::vector<Head>> due_heads(Timestamp now, std::int64_t limit, std::int64_t limit_per_endpoint);

  Connection& connection_;
};

}  // namespace doorward::store
