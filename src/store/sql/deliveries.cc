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
    "INSERT INTO delivery_queues(environment_id, endpoint_id, owner_id, head_seq, due_at, claimed_by, claimed_until, "
    "wake_at) VALUES($1, $2, $3, $4, $5, '', 0, $5) ON CONFLICT(environment_id, endpoint_id, owner_id) DO UPDATE SET "
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
                       "UPDATE delivery_queues SET claimed_by = $4, claimed_until = $5, wake_at = $5 " OF_QUEUE};
constexpr Query kRun{"deliveries.run", "SELECT " COLUMNS " FROM deliveries " OF_QUEUE
                                       "AND owner_seq >= $4 AND status = 0 ORDER BY owner_seq LIMIT $5"};
#define SELECT_CLAIMED "SELECT head_seq FROM delivery_queues " OF_QUEUE "AND claimed_by = $4 AND claimed_until = $5"
constexpr Query kLockClaimed{"delivery_queues.lock_claimed", SELECT_CLAIMED, SELECT_CLAIMED " FOR UPDATE"};
#undef SELECT_CLAIMED
constexpr Query kFinish{"deliveries.finish", "UPDATE deliveries SET status = $5, attempts = attempts + 1 " OF_QUEUE
                                             "AND owner_seq = $4 AND status = 0 AND attempts = $6"};
constexpr Query kInsertAttempt{
    "delivery_attempts.insert",
    "INSERT INTO delivery_attempts(environment_id, endpoint_id, owner_id, owner_seq, number, "
    "started_at, latency_micros, http_status, error, response_excerpt) "
    "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr Query kNextHead{"deliveries.next_head", "SELECT owner_seq FROM deliveries " OF_QUEUE
                                                  "AND owner_seq >= $4 AND status = 0 ORDER BY owner_seq LIMIT 1"};
constexpr Query kMoveHead{"delivery_queues.move_head", "UPDATE delivery_queues SET head_seq = $4 " OF_QUEUE};
constexpr Query kEndClaim{"delivery_queues.end_claim",
                          "UPDATE delivery_queues SET head_seq = $4, due_at = $5, claimed_by = '', claimed_until = 0, "
                          "wake_at = $5 " OF_QUEUE};
constexpr Query kRemoveQueue{"delivery_queues.remove", "DELETE FROM delivery_queues " OF_QUEUE};
constexpr Query kRelease{"delivery_queues.release",
                         "UPDATE delivery_queues SET claimed_by = '', claimed_until = 0, wake_at = due_at " OF_QUEUE};
constexpr Query kReleaseClaims{"delivery_queues.release_claims",
                               "UPDATE delivery_queues SET claimed_by = '', claimed_until = 0, wake_at = due_at WHERE "
                               "claimed_until > 0 AND claimed_by = $1"};
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
  // In the order in which everyone takes the rows of queues, so that nobody waits in a circle.
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, const Delivery*> heads;
  for (const Delivery& delivery : deliveries) {
    DOORWARD_CHECK(
        connection_.post(kInsert, {delivery.environment_id, delivery.endpoint_id, delivery.owner_id, delivery.owner_seq,
                                   delivery.event_id, delivery.status, delivery.attempts, delivery.create_time}));
    const Delivery*& head = heads[{delivery.environment_id.str(), delivery.endpoint_id.str(), delivery.owner_id}];
    if (head == nullptr || delivery.owner_seq < head->owner_seq) head = &delivery;
  }
  for (const auto& [queue, head] : heads) {
    DOORWARD_CHECK(connection_.post(
        kEnqueue, {head->environment_id, head->endpoint_id, head->owner_id, head->owner_seq, head->create_time}));
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

Result<std::vector<DeliveryRun>> SqlDeliveries::claim_due(Timestamp now, const ClaimRequest& request) {
  // Two nodes that count an endpoint's claims at the same time would both find room: they take turns.
  DOORWARD_CHECK(wait_for_lock(connection_, AdvisoryLock::kDeliveryClaim));
  DOORWARD_TRY(auto heads, due_heads(now, request.queues, request.queues_per_endpoint));
  std::vector<DeliveryRun> runs;
  const auto fair_share = request.deliveries / std::max<std::int64_t>(1, std::ssize(heads));
  const auto length = std::max<std::int64_t>(1, std::min(request.deliveries_per_queue, fair_share));
  for (const Head& head : heads) {
    DOORWARD_TRY(auto run, claim(head, length, request));
    if (run) runs.push_back(std::move(*run));
  }
  return runs;
}

Result<std::optional<DeliveryRun>> SqlDeliveries::claim(const Head& head, std::int64_t length,
                                                        const ClaimRequest& request) {
  DOORWARD_TRY(auto deliveries,
               find_all(connection_, kRun, {head.environment_id, head.endpoint_id, head.owner_id, head.seq, length},
                        read_delivery));
  if (deliveries.empty()) {
    DOORWARD_CHECK(connection_.post(kRemoveQueue, {head.environment_id, head.endpoint_id, head.owner_id}));
    return std::nullopt;
  }
  if (deliveries.front().attempts > 0) deliveries.resize(1);
  DOORWARD_CHECK(connection_.post(
      kClaim, {head.environment_id, head.endpoint_id, head.owner_id, request.claimant, request.until}));
  return DeliveryRun{.claim = {.environment_id = head.environment_id,
                               .endpoint_id = head.endpoint_id,
                               .owner_id = head.owner_id,
                               .claimant = request.claimant,
                               .until = request.until},
                     .deliveries = std::move(deliveries)};
}

Result<void> SqlDeliveries::record(const RunProgress& progress) {
  const auto& [environment, endpoint, owner, claimant, until] = progress.claim;
  // The queue's row first, as everyone takes it: an append that comes now either waits for us or is seen by us.
  std::optional<std::int64_t> head;
  DOORWARD_TRY([[maybe_unused]] auto locked,
               connection_.execute(kLockClaimed, {environment, endpoint, owner, claimant, until},
                                   [&](const Row& row) { head = row.integer(0); }));
  if (!head) return {};
  for (const auto& [delivery, attempt, outcome] : progress.finished) {
    DOORWARD_CHECK(connection_.post(
        kFinish, {environment, endpoint, owner, delivery.owner_seq, outcome.status, delivery.attempts}));
    DOORWARD_CHECK(connection_.post(
        kInsertAttempt, {environment, endpoint, owner, delivery.owner_seq, attempt.number, attempt.started_at,
                         attempt.latency_micros, attempt.http_status, attempt.error, attempt.response_excerpt}));
  }
  if (progress.ended) return give_back(progress, *head);
  if (progress.finished.empty()) return {};
  return connection_.post(kMoveHead, {environment, endpoint, owner, progress.finished.back().delivery.owner_seq + 1});
}

Result<void> SqlDeliveries::give_back(const RunProgress& progress, std::int64_t head_seq) {
  const auto& [environment, endpoint, owner, claimant, until] = progress.claim;
  if (progress.finished.empty()) return connection_.post(kRelease, {environment, endpoint, owner});
  std::optional<std::int64_t> next;
  DOORWARD_TRY([[maybe_unused]] auto rows, connection_.execute(kNextHead, {environment, endpoint, owner, head_seq},
                                                               [&](const Row& row) { next = row.integer(0); }));
  if (!next) return connection_.post(kRemoveQueue, {environment, endpoint, owner});
  const FinishedDelivery& last = progress.finished.back();
  const bool again = last.outcome.status == DeliveryStatus::kPending && *next == last.delivery.owner_seq;
  return connection_.post(
      kEndClaim, {environment, endpoint, owner, *next, again ? last.outcome.next_attempt_at : last.attempt.started_at});
}

Result<void> SqlDeliveries::release_claims(const std::string& claimant) {
  return connection_.post(kReleaseClaims, {claimant});
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
    const Values place{delivery.environment_id, delivery.endpoint_id, delivery.owner_id, delivery.owner_seq};
    DOORWARD_CHECK(connection_.post(kRemoveAttempts, place));
    DOORWARD_CHECK(connection_.post(kRemove, place));
  }
  return static_cast<std::int64_t>(expired.size());
}

Result<std::int64_t> SqlDeliveries::clear_bodies_before(Timestamp before, std::int64_t limit) {
  return connection_.execute(kClearBodies, {before, limit});
}

}  // namespace doorward::store
