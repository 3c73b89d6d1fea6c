#include "store/sql/deliveries.h"

#include <map>
#include <tuple>

#include "store/sql/delivery_row.h"

namespace doorward::store {
namespace {

constexpr Query kInsert{"deliveries.insert", "INSERT INTO deliveries(" DOORWARD_DELIVERY_COLUMNS
                                             ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"};
constexpr Query kEnqueue{
    "delivery_queues.enqueue",
    "INSERT INTO delivery_queues(environment_id, endpoint_id, owner_id, head_seq, due_at, claimed_by, claimed_until, "
    "wake_at) VALUES($1, $2, $3, $4, $5, '', 0, $5) ON CONFLICT(environment_id, endpoint_id, owner_id) DO UPDATE SET "
    "head_seq = CASE WHEN excluded.head_seq < delivery_queues.head_seq THEN excluded.head_seq "
    "ELSE delivery_queues.head_seq END"};
// The endpoint's row, made when there is none, is held from here on. A hold stays: what is held wakes when it ends.
constexpr Query kWake{"delivery_endpoints.wake",
                      "INSERT INTO delivery_endpoints(environment_id, endpoint_id, wake_at, held_until, failing) "
                      "VALUES($1, $2, $3, 0, 0) "
                      "ON CONFLICT(environment_id, endpoint_id) DO UPDATE SET wake_at = CASE "
                      "WHEN delivery_endpoints.wake_at <= excluded.wake_at THEN delivery_endpoints.wake_at "
                      "WHEN delivery_endpoints.held_until > excluded.wake_at THEN delivery_endpoints.held_until "
                      "ELSE excluded.wake_at END"};
constexpr Query kInsertSolo{
    "delivery_solos.insert",
    "INSERT INTO delivery_solos(environment_id, endpoint_id, owner_id, owner_seq, due_at, claimed_by, claimed_until, "
    "wake_at) VALUES($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT(environment_id, endpoint_id, owner_id, owner_seq) "
    "DO UPDATE SET due_at = excluded.due_at, wake_at = CASE WHEN delivery_solos.claimed_until > 0 "
    "THEN delivery_solos.wake_at ELSE excluded.wake_at END"};
constexpr Query kBeginRound{"deliveries.begin_round",
                            "UPDATE deliveries SET status = $5, round_begins = attempts, failing_since = NULL, "
                            "out_of_order = 1 " DOORWARD_OF_QUEUE "AND owner_seq = $4 AND status <> 0"};
}  // namespace

Result<void> SqlDeliveries::wake(const EndpointKey& endpoint, Timestamp at) {
  return connection_.post(kWake, {endpoint.first, endpoint.second, at});
}

Result<void> SqlDeliveries::insert(const std::vector<Delivery>& deliveries) {
  std::map<EndpointKey, Timestamp> endpoints;
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, const Delivery*> heads;
  for (const Delivery& delivery : deliveries) {
    endpoints.emplace(EndpointKey(delivery.environment_id, delivery.endpoint_id), delivery.create_time);
    const Delivery*& head = heads[{delivery.environment_id.str(), delivery.endpoint_id.str(), delivery.owner_id}];
    if (head == nullptr || delivery.owner_seq < head->owner_seq) head = &delivery;
  }
  for (const auto& [endpoint, made] : endpoints) DOORWARD_CHECK(wake(endpoint, made));
  for (const Delivery& d : deliveries) {
    DOORWARD_CHECK(connection_.post(
        kInsert, {d.environment_id, d.endpoint_id, d.owner_id, d.owner_seq, d.event_id, d.status, d.attempts,
                  d.create_time, d.event_type, d.organization_id, d.round_begins, d.failing_since, d.out_of_order}));
  }
  for (const auto& [queue, head] : heads) {
    DOORWARD_CHECK(connection_.post(
        kEnqueue, {head->environment_id, head->endpoint_id, head->owner_id, head->owner_seq, head->create_time}));
  }
  return {};
}

Result<void> SqlDeliveries::insert_claimed(const Delivery& d, const QueueClaim& claim) {
  DOORWARD_CHECK(wake({d.environment_id, d.endpoint_id}, claim.until));
  DOORWARD_CHECK(connection_.post(
      kInsert, {d.environment_id, d.endpoint_id, d.owner_id, d.owner_seq, d.event_id, d.status, d.attempts,
                d.create_time, d.event_type, d.organization_id, d.round_begins, d.failing_since, d.out_of_order}));
  return connection_.post(kInsertSolo, {d.environment_id, d.endpoint_id, d.owner_id, d.owner_seq, d.create_time,
                                        claim.claimant, claim.until, claim.until});
}

Result<void> SqlDeliveries::resend(const std::vector<Delivery>& deliveries, Timestamp now) {
  made_due_ = true;
  std::map<EndpointKey, Timestamp> endpoints;
  for (const Delivery& d : deliveries) endpoints.emplace(EndpointKey(d.environment_id, d.endpoint_id), now);
  for (const auto& [endpoint, due] : endpoints) DOORWARD_CHECK(wake(endpoint, due));
  Timestamp due = now;
  for (const Delivery& d : deliveries) {
    DOORWARD_CHECK(connection_.post(
        kBeginRound, {d.environment_id, d.endpoint_id, d.owner_id, d.owner_seq, DeliveryStatus::kResending}));
    DOORWARD_CHECK(connection_.post(kInsertSolo, {d.environment_id, d.endpoint_id, d.owner_id, d.owner_seq, due,
                                                  std::string_view(), std::int64_t{0}, due}));
    due += Duration(1);
  }
  return {};
}

}  // namespace doorward::store
