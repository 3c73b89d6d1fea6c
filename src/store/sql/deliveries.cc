#include "store/sql/deliveries.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "store/sql/advisory_locks.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS "environment_id, endpoint_id, owner_id, owner_seq, event_id, status, attempts, create_time"
#define OF_QUEUE "WHERE environment_id = $1 AND endpoint_id = $2 AND owner_id = $3 "

constexpr Query kInsert{"deliveries.insert",
                        "INSERT INTO deliveries(" COLUMNS ") VALUES($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr Query kEnqueue{
    "delivery_queues.enqueue",
    "INSERT INTO delivery_queues(environment_id, endpoint_id, owner_id, head_seq, due_at, claimed_until, wake_at) "
    "VALUES($1, $2, $3, $4, $5, 0, $5) ON CONFLICT(environment_id, endpoint_id, owner_id) DO UPDATE SET "
    "head_seq = CASE WHEN excluded.head_seq < delivery_queues.head_seq THEN excluded.head_seq "
    "ELSE delivery_queues.head_seq END"};
// Endpoints with queues are visited one by one, so an endpoint with ten thousand queues due costs as much as one.
constexpr Query kNextEndpoint{"delivery_queues.next_endpoint",
                              "SELECT environment_id, endpoint_id FROM delivery_queues WHERE "
                              "(environment_id, endpoint_id) > ($1, $2) ORDER BY environment_id, endpoint_id LIMIT 1"};
constexpr Query kClaimed{
    "delivery_queues.claimed",
    "SELECT environment_id, endpoint_id, count(*) FROM delivery_queues WHERE claimed_until > 0 AND "
    "claimed_until > $1 GROUP BY environment_id, endpoint_id"};
#define SELECT_HEADS                                                                            \
  "SELECT environment_id, endpoint_id, owner_id, head_seq, wake_at FROM delivery_queues WHERE " \
  "environment_id = $1 AND endpoint_id = $2 AND wake_at <= $3 ORDER BY wake_at, owner_id LIMIT $4"
constexpr Query kHeads{"delivery_queues.heads", SELECT_HEADS, SELECT_HEADS " FOR UPDATE SKIP LOCKED"};
#undef SELECT_HEADS
constexpr Query kClaim{"delivery_queues.claim",
                       "UPDATE delivery_queues SET claimed_until = $4, wake_at = $4 " OF_QUEUE};
constexpr Query kFind{"deliveries.find", "SELECT " COLUMNS " FROM deliveries " OF_QUEUE "AND owner_seq = $4"};
constexpr Query kLockQueue{"delivery_queues.lock", "SELECT head_seq FROM delivery_queues " OF_QUEUE,
                           "SELECT head_seq FROM delivery_queues " OF_QUEUE "FOR UPDATE"};
constexpr Query kFinish{"deliveries.finish", "UPDATE deliveries SET status = $5, attempts = attempts + 1 " OF_QUEUE
                                             "AND owner_seq = $4 AND status = 0 AND attempts = $6"};
constexpr Query kInsertAttempt{
    "delivery_attempts.insert",
    "INSERT INTO delivery_attempts(environment_id, endpoint_id, owner_id, owner_seq, number, "
    "started_at, latency_micros, http_status, error, response_excerpt) "
    "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr Query kNextHead{"deliveries.next_head", "SELECT owner_seq FROM deliveries " OF_QUEUE
                                                  "AND owner_seq >= $4 AND status = 0 ORDER BY owner_seq LIMIT 1"};
constexpr Query kMoveHead{"delivery_queues.move_head",
                          "UPDATE delivery_queues SET head_seq = $4, due_at = $5, claimed_until = 0, "
                          "wake_at = $5 " OF_QUEUE};
constexpr Query kRemoveQueue{"delivery_queues.remove", "DELETE FROM delivery_queues " OF_QUEUE};
constexpr Query kRelease{"delivery_queues.release",
                         "UPDATE delivery_queues SET claimed_until = 0, wake_at = due_at " OF_QUEUE
                         "AND head_seq = $4 AND claimed_until > 0"};
constexpr Query kNextDue{"delivery_queues.next_due", "SELECT min(wake_at) FROM delivery_queues"};
constexpr Query kOfEvent{
    "deliveries.of_event",
    "SELECT " COLUMNS " FROM deliveries WHERE environment_id = $1 AND event_id = $2 ORDER BY endpoint_id, owner_seq"};
constexpr Query kAttempts{
    "delivery_attempts.list",
    "SELECT a.number, a.started_at, a.latency_micros, a.http_status, a.error, a.response_excerpt FROM deliveries d "
    "JOIN delivery_attempts a ON a.environment_id = d.environment_id AND a.endpoint_id = d.endpoint_id AND "
    "a.owner_id = d.owner_id AND a.owner_seq = d.owner_seq WHERE d.environment_id = $1 AND d.endpoint_id = $2 AND "
    "d.event_id = $3 ORDER BY a.number"};
constexpr Query kPendingCount{"deliveries.pending_count", "SELECT count(*) FROM deliveries WHERE status = 0"};
constexpr Query kExpired{"deliveries.expired",
                         "SELECT " COLUMNS
                         " FROM deliveries WHERE create_time < $1 AND status <> 0 ORDER BY create_time LIMIT $2"};
constexpr Query kRemoveAttempts{"delivery_attempts.remove",
                                "DELETE FROM delivery_attempts " OF_QUEUE "AND owner_seq = $4"};
constexpr Query kRemove{"deliveries.remove", "DELETE FROM deliveries " OF_QUEUE "AND owner_seq = $4"};
constexpr Query kClearBodies{
    "delivery_attempts.clear_bodies",
    "UPDATE delivery_attempts SET response_excerpt = '' WHERE "
    "(environment_id, endpoint_id, owner_id, owner_seq, number) IN (SELECT environment_id, endpoint_id, owner_id, "
    "owner_seq, number FROM delivery_attempts WHERE started_at < $1 AND response_excerpt <> '' ORDER BY started_at "
    "LIMIT $2)"};
#undef COLUMNS
#undef OF_QUEUE

Delivery read_delivery(const Row& row) {
  return Delivery{.environment_id = id_at<EnvironmentId>(row, 0),
                  .endpoint_id = id_at<WebhookEndpointId>(row, 1),
                  .owner_id = text_at(row, 2),
                  .owner_seq = row.integer(3),
                  .event_id = id_at<EventId>(row, 4),
                  .status = enum_at<DeliveryStatus>(row, 5),
                  .attempts = static_cast<std::int32_t>(row.integer(6)),
                  .create_time = time_at(row, 7)};
}

using EndpointKey = std::pair<std::string, std::string>;  // environment, endpoint

}  // namespace

struct SqlDeliveries::Head {
  EnvironmentId environment_id;
  WebhookEndpointId endpoint_id;
  std::string owner_id;
  std::int64_t seq = 0;
  std::int64_t wake_at = 0;
};

Result<void> SqlDeliveries::insert(const std::vector<Delivery>& deliveries) {
  for (const Delivery& delivery : deliveries) {
    DOORWARD_CHECK(
        connection_.post(kInsert, {delivery.environment_id, delivery.endpoint_id, delivery.owner_id, delivery.owner_seq,
                                   delivery.event_id, delivery.status, delivery.attempts, delivery.create_time}));
    DOORWARD_CHECK(connection_.post(kEnqueue, {delivery.environment_id, delivery.endpoint_id, delivery.owner_id,
                                               delivery.owner_seq, delivery.create_time}));
  }
  return {};
}

Result<std::vector<SqlDeliveries::Head>> SqlDeliveries::due_heads(Timestamp now, std::int64_t limit,
                                                                  std::int64_t limit_per_endpoint) {
  std::map<EndpointKey, std::int64_t> claimed;
  DOORWARD_TRY([[maybe_unused]] auto groups, connection_.execute(kClaimed, {now}, [&](const Row& row) {
    claimed[{text_at(row, 0), text_at(row, 1)}] = row.integer(2);
  }));
  std::vector<Head> heads;
  EndpointKey endpoint;
  while (true) {
    DOORWARD_TRY(auto next, find_one(connection_, kNextEndpoint, {endpoint.first, endpoint.second},
                                     [](const Row& row) { return EndpointKey{text_at(row, 0), text_at(row, 1)}; }));
    if (!next) break;
    endpoint = std::move(*next);
    const std::int64_t room = std::min(limit, limit_per_endpoint - claimed[endpoint]);
    if (room <= 0) continue;
    DOORWARD_TRY([[maybe_unused]] auto rows,
                 connection_.execute(kHeads, {endpoint.first, endpoint.second, now, room}, [&](const Row& row) {
                   heads.push_back({id_at<EnvironmentId>(row, 0), id_at<WebhookEndpointId>(row, 1), text_at(row, 2),
                                    row.integer(3), row.integer(4)});
                 }));
  }
  std::sort(heads.begin(), heads.end(), [](const Head& a, const Head& b) {
    return std::tie(a.wake_at, a.owner_id) < std::tie(b.wake_at, b.owner_id);
  });
  if (static_cast<std::int64_t>(heads.size()) > limit) heads.resize(static_cast<std::size_t>(limit));
  return heads;
}

Result<std::vector<Delivery>> SqlDeliveries::claim_due(Timestamp now, Timestamp claimed_until, std::int64_t limit,
                                                       std::int64_t limit_per_endpoint) {
  // Two nodes that count an endpoint's claims at the same time would both find room: they take turns.
  DOORWARD_CHECK(wait_for_lock(connection_, AdvisoryLock::kDeliveryClaim));
  DOORWARD_TRY(auto heads, due_heads(now, limit, limit_per_endpoint));
  std::vector<Delivery> deliveries;
  for (const Head& head : heads) {
    DOORWARD_TRY(
        auto delivery,
        find_one(connection_, kFind, {head.environment_id, head.endpoint_id, head.owner_id, head.seq}, read_delivery));
    if (!delivery) return failure(internal_error("a delivery queue has no head: " + head.owner_id));
    DOORWARD_CHECK(connection_.post(kClaim, {head.environment_id, head.endpoint_id, head.owner_id, claimed_until}));
    deliveries.push_back(std::move(*delivery));
  }
  return deliveries;
}

Result<void> SqlDeliveries::finish(const Delivery& claimed, const DeliveryAttempt& attempt,
                                   const DeliveryOutcome& outcome) {
  // The queue's row first, as everyone takes it: an append that comes now either waits for us or is seen by us.
  std::optional<std::int64_t> head;
  DOORWARD_TRY([[maybe_unused]] auto locked,
               connection_.execute(kLockQueue, {claimed.environment_id, claimed.endpoint_id, claimed.owner_id},
                                   [&](const Row& row) { head = row.integer(0); }));
  if (!head) return {};
  DOORWARD_TRY(const auto changed,
               connection_.execute(kFinish, {claimed.environment_id, claimed.endpoint_id, claimed.owner_id,
                                             claimed.owner_seq, outcome.status, claimed.attempts}));
  if (changed == 0) return {};
  DOORWARD_CHECK(connection_.post(
      kInsertAttempt,
      {claimed.environment_id, claimed.endpoint_id, claimed.owner_id, claimed.owner_seq, attempt.number,
       attempt.started_at, attempt.latency_micros, attempt.http_status, attempt.error, attempt.response_excerpt}));
  std::optional<std::int64_t> next;
  DOORWARD_TRY([[maybe_unused]] auto rows,
               connection_.execute(kNextHead, {claimed.environment_id, claimed.endpoint_id, claimed.owner_id, *head},
                                   [&](const Row& row) { next = row.integer(0); }));
  if (!next) {
    return connection_.post(kRemoveQueue, {claimed.environment_id, claimed.endpoint_id, claimed.owner_id});
  }
  const Timestamp due = outcome.status == DeliveryStatus::kPending && *next == claimed.owner_seq
                            ? outcome.next_attempt_at
                            : attempt.started_at;
  return connection_.post(kMoveHead, {claimed.environment_id, claimed.endpoint_id, claimed.owner_id, *next, due});
}

Result<void> SqlDeliveries::release(const Delivery& claimed) {
  return connection_.post(kRelease, {claimed.environment_id, claimed.endpoint_id, claimed.owner_id, claimed.owner_seq});
}

Result<std::optional<Timestamp>> SqlDeliveries::next_due() const {
  DOORWARD_TRY(auto due, find_one(connection_, kNextDue, {}, [](const Row& row) { return optional_time_at(row, 0); }));
  return due.value_or(std::nullopt);
}

Result<std::vector<Delivery>> SqlDeliveries::of_event(const EnvironmentId& environment, const EventId& event) const {
  return find_all(connection_, kOfEvent, {environment, event}, read_delivery);
}

Result<std::vector<DeliveryAttempt>> SqlDeliveries::attempts(const EnvironmentId& environment,
                                                             const WebhookEndpointId& endpoint,
                                                             const EventId& event) const {
  return find_all(connection_, kAttempts, {environment, endpoint, event}, [](const Row& row) {
    return DeliveryAttempt{.number = static_cast<std::int32_t>(row.integer(0)),
                           .started_at = time_at(row, 1),
                           .latency_micros = row.integer(2),
                           .http_status = static_cast<int>(row.integer(3)),
                           .error = text_at(row, 4),
                           .response_excerpt = text_at(row, 5)};
  });
}

Result<std::int64_t> SqlDeliveries::pending_count() const { return find_integer(connection_, kPendingCount, {}); }

Result<std::int64_t> SqlDeliveries::remove_before(Timestamp before, std::int64_t limit) {
  DOORWARD_TRY(auto expired, find_all(connection_, kExpired, {before, limit}, read_delivery));
  for (const Delivery& delivery : expired) {
    const auto& [environment, endpoint, owner, seq, event, status, attempts, created] = delivery;
    DOORWARD_CHECK(connection_.post(kRemoveAttempts, {environment, endpoint, owner, seq}));
    DOORWARD_CHECK(connection_.post(kRemove, {environment, endpoint, owner, seq}));
  }
  return static_cast<std::int64_t>(expired.size());
}

Result<std::int64_t> SqlDeliveries::clear_bodies_before(Timestamp before, std::int64_t limit) {
  return connection_.execute(kClearBodies, {before, limit});
}

}  // namespace doorward::store
