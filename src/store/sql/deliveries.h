#pragma once

#include "ports/store/deliveries.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlDeliveries : public DeliveryRepository {
 public:
  explicit SqlDeliveries(Connection& connection) : connection_(connection) {}

  Result<void> insert(const std::vector<Delivery>& deliveries) override;
  Result<std::vector<DeliveryRun>> claim_due(Timestamp now, const ClaimRequest& request) override;
  Result<void> record(const RunProgress& progress) override;
  Result<void> release_claims(const std::string& claimant) override;
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
  Result<std::optional<DeliveryRun>> claim(const Head& head, std::int64_t length, const ClaimRequest& request);
  Result<void> give_back(const RunProgress& progress, std::int64_t head_seq);

  Connection& connection_;
};

}  // namespace doorward::store
