#include <algorithm>
#include <limits>
#include <tuple>

#include "store/sql/deliveries.h"
#include "store/sql/delivery_row.h"

namespace doorward::store {
namespace {

// In wake_at: nothing waits.
#define NEVER "9223372036854775807"
constexpr Timestamp kNever = from_micros(std::numeric_limits<std::int64_t>::max());

#define OF_ENDPOINT "WHERE environment_id = $1 AND endpoint_id = $2 "
#define OF_SOLO DOORWARD_OF_QUEUE "AND owner_seq = $4 "

#define SELECT_DUE_ENDPOINTS                                                   \
  "SELECT environment_id, endpoint_id, failing FROM delivery_endpoints WHERE " \
  "failing = $1 AND wake_at <= $2 ORDER BY wake_at, endpoint_id LIMIT $3"
constexpr Query kDueEndpoints{"delivery_endpoints.due", SELECT_DUE_ENDPOINTS,
                              SELECT_DUE_ENDPOINTS " FOR UPDATE SKIP LOCKED"};
#undef SELECT_DUE_ENDPOINTS
#define CLAIMED(table)                                            \
  "SELECT environment_id, endpoint_id, claimed_until FROM " table \
  " WHERE "                                                       \
  "claimed_until > 0 AND claimed_until > $1"
constexpr Query kClaimedQueues{"delivery_queues.claimed", CLAIMED("delivery_queues")};
constexpr Query kClaimedSolos{"delivery_solos.claimed", CLAIMED("delivery_solos")};
#undef CLAIMED
#define SELECT_HEADS                                                     \
  "SELECT owner_id, head_seq, wake_at FROM delivery_queues " OF_ENDPOINT \
  "AND wake_at <= $3 ORDER BY wake_at, owner_id LIMIT $4"
constexpr Query kHeads{"delivery_queues.heads", SELECT_HEADS, SELECT_HEADS " FOR UPDATE SKIP LOCKED"};
#undef SELECT_HEADS
#define SELECT_SOLOS                                                     \
  "SELECT owner_id, owner_seq, wake_at FROM delivery_solos " OF_ENDPOINT \
  "AND wake_at <= $3 ORDER BY wake_at, owner_id LIMIT $4"
constexpr Query kSolos{"delivery_solos.due", SELECT_SOLOS, SELECT_SOLOS " FOR UPDATE SKIP LOCKED"};
#undef SELECT_SOLOS
constexpr Query kRun{"deliveries.run", "SELECT " DOORWARD_DELIVERY_COLUMNS " FROM deliveries " DOORWARD_OF_QUEUE
                                       "AND owner_seq >= $4 AND status = 0 ORDER BY owner_seq LIMIT $5"};
constexpr Query kSolo{"deliveries.solo",
                      "SELECT " DOORWARD_DELIVERY_COLUMNS " FROM deliveries " OF_SOLO "AND " DOORWARD_WAITING};
constexpr Query kClaimQueue{
    "delivery_queues.claim",
    "UPDATE delivery_queues SET claimed_by = $4, claimed_until = $5, wake_at = $5 " DOORWARD_OF_QUEUE};
constexpr Query kClaimSolo{"delivery_solos.claim",
                           "UPDATE delivery_solos SET claimed_by = $5, claimed_until = $6, wake_at = $6 " OF_SOLO};

// The earliest moment at which something may be had, but not before a hold ends, not before $3, and no solo before $5.
#define EARLIEST(least, greatest)                                                                     \
  greatest "(" least                                                                                  \
           "(COALESCE((SELECT min(q.wake_at) FROM delivery_queues q WHERE q.environment_id = $1 AND " \
           "q.endpoint_id = $2), " NEVER "), " greatest                                               \
           "(COALESCE((SELECT min(s.wake_at) FROM delivery_solos s WHERE "                            \
           "s.environment_id = $1 AND s.endpoint_id = $2), " NEVER "), $5)), held_until, $3)"
#define SETTLE(least, greatest)                                                                             \
  "UPDATE delivery_endpoints SET failing = CASE WHEN $4 < 0 THEN failing ELSE $4 END, wake_at = " EARLIEST( \
      least, greatest) " " OF_ENDPOINT
constexpr Query kSettle{"delivery_endpoints.settle", SETTLE("min", "max"), SETTLE("LEAST", "GREATEST")};
#undef SETTLE
#undef EARLIEST
constexpr Query kHold{"delivery_endpoints.hold",
                      "UPDATE delivery_endpoints SET held_until = $3 " OF_ENDPOINT "AND held_until < $3"};
#define SELECT_ENDPOINT "SELECT held_until FROM delivery_endpoints " OF_ENDPOINT
constexpr Query kLockEndpoint{"delivery_endpoints.lock", SELECT_ENDPOINT, SELECT_ENDPOINT "FOR UPDATE"};
#undef SELECT_ENDPOINT

#define SELECT_CLAIMED \
  "SELECT head_seq FROM delivery_queues " DOORWARD_OF_QUEUE "AND claimed_by = $4 AND claimed_until = $5"
constexpr Query kLockClaimed{"delivery_queues.lock_claimed", SELECT_CLAIMED, SELECT_CLAIMED " FOR UPDATE"};
#undef SELECT_CLAIMED
#define SELECT_CLAIMED "SELECT due_at FROM delivery_solos " OF_SOLO "AND claimed_by = $5 AND claimed_until = $6"
constexpr Query kLockClaimedSolo{"delivery_solos.lock_claimed", SELECT_CLAIMED, SELECT_CLAIMED " FOR UPDATE"};
#undef SELECT_CLAIMED

constexpr Query kFinish{
    "deliveries.finish",
    "UPDATE deliveries SET status = $5, attempts = attempts + 1, failing_since = $7, out_of_order = "
    "CASE WHEN $5 = 4 THEN 1 ELSE out_of_order END " OF_SOLO "AND " DOORWARD_WAITING "AND attempts = $6"};
// Only behind a delivery that is still there: retention may have taken it meanwhile.
constexpr Query kInsertAttempt{
    "delivery_attempts.insert",
    "INSERT INTO delivery_attempts(environment_id, endpoint_id, owner_id, owner_seq, number, started_at, "
    "latency_micros, http_status, error, response_excerpt, resend) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 "
    "FROM deliveries " OF_SOLO "AND attempts = $5"};
constexpr Query kNextHead{"deliveries.next_head", "SELECT owner_seq FROM deliveries " DOORWARD_OF_QUEUE
                                                  "AND owner_seq >= $4 AND status = 0 ORDER BY owner_seq LIMIT 1"};
constexpr Query kMoveHead{"delivery_queues.move_head", "UPDATE delivery_queues SET head_seq = $4 " DOORWARD_OF_QUEUE};
constexpr Query kEndClaim{"delivery_queues.end_claim",
                          "UPDATE delivery_queues SET head_seq = $4, due_at = $5, claimed_by = '', claimed_until = 0, "
                          "wake_at = $5 " DOORWARD_OF_QUEUE};
constexpr Query kRemoveQueue{"delivery_queues.remove", "DELETE FROM delivery_queues " DOORWARD_OF_QUEUE};
constexpr Query kRelease{
    "delivery_queues.release",
    "UPDATE delivery_queues SET claimed_by = '', claimed_until = 0, wake_at = due_at " DOORWARD_OF_QUEUE};
constexpr Query kPark{
    "delivery_solos.park",
    "INSERT INTO delivery_solos(environment_id, endpoint_id, owner_id, owner_seq, due_at, claimed_by, "
    "claimed_until, wake_at) VALUES($1, $2, $3, $4, $5, '', 0, $5)"};
constexpr Query kBeginRoundAgain{"deliveries.begin_round_again",
                                 "UPDATE deliveries SET round_begins = attempts " OF_SOLO};
constexpr Query kTrySoloAgain{"delivery_solos.try_again",
                              "UPDATE delivery_solos SET due_at = $5, claimed_by = '', claimed_until = 0, "
                              "wake_at = $5 " OF_SOLO};
constexpr Query kReleaseSolo{"delivery_solos.release",
                             "UPDATE delivery_solos SET claimed_by = '', claimed_until = 0, wake_at = due_at " OF_SOLO};
constexpr Query kRemoveSolo{"delivery_solos.remove", "DELETE FROM delivery_solos " OF_SOLO};

#define CLAIMED_BY "WHERE claimed_until > 0 AND claimed_by = $1"
constexpr Query kWakeClaimed{"delivery_endpoints.wake_claimed",
                             "UPDATE delivery_endpoints SET wake_at = 0 WHERE (environment_id, endpoint_id) IN "
                             "(SELECT environment_id, endpoint_id FROM delivery_queues " CLAIMED_BY
                             " UNION SELECT environment_id, endpoint_id FROM delivery_solos " CLAIMED_BY ")"};
constexpr Query kReleaseQueues{
    "delivery_queues.release_claims",
    "UPDATE delivery_queues SET claimed_by = '', claimed_until = 0, wake_at = due_at " CLAIMED_BY};
constexpr Query kReleaseSolos{
    "delivery_solos.release_claims",
    "UPDATE delivery_solos SET claimed_by = '', claimed_until = 0, wake_at = due_at " CLAIMED_BY};
#undef CLAIMED_BY
constexpr Query kNextDue{"delivery_endpoints.next_due",
                         "SELECT min(wake_at) FROM delivery_endpoints WHERE failing = $1"};
#undef OF_SOLO
#undef OF_ENDPOINT
#undef NEVER

// Solos of an endpoint that are under way at once: what is sent again must not hold up what is new.
std::int64_t solo_share(std::int64_t share) { return std::max<std::int64_t>(1, share / 2); }

}  // namespace

struct SqlDeliveries::DueEndpoint {
  EndpointKey key;
  bool failing = false;
};

struct SqlDeliveries::Claims {
  std::int64_t all = 0;
  std::int64_t solos = 0;
  Timestamp first_end = kNever;
  Timestamp first_solo_end = kNever;

  void add(bool solo, Timestamp end) {
    ++all;
    first_end = std::min(first_end, end);
    if (!solo) return;
    ++solos;
    first_solo_end = std::min(first_solo_end, end);
  }
};

struct SqlDeliveries::Head {
  EndpointKey endpoint;
  bool failing = false;
  bool solo = false;
  std::string owner_id;
  std::int64_t seq = 0;
  std::int64_t wake_at = 0;
};

Result<std::vector<SqlDeliveries::DueEndpoint>> SqlDeliveries::due_endpoints(Timestamp now,
                                                                             const ClaimRequest& request) {
  std::vector<DueEndpoint> endpoints;
  for (const bool failing : {false, true}) {
    const std::int64_t limit = failing ? std::min(request.queues, request.failing_queues) : request.queues;
    if (limit <= 0) continue;
    DOORWARD_TRY(
        [[maybe_unused]] auto rows, connection_.execute(kDueEndpoints, {failing, now, limit}, [&](const Row& row) {
          endpoints.push_back(
              {.key = {id_at<EnvironmentId>(row, 0), id_at<WebhookEndpointId>(row, 1)}, .failing = bool_at(row, 2)});
        }));
  }
  return endpoints;
}

Result<std::map<SqlDeliveries::EndpointKey, SqlDeliveries::Claims>> SqlDeliveries::claims_under_way(Timestamp now) {
  std::map<EndpointKey, Claims> claims;
  for (const bool solo : {false, true}) {
    DOORWARD_TRY([[maybe_unused]] auto rows,
                 connection_.execute(solo ? kClaimedSolos : kClaimedQueues, {now}, [&](const Row& row) {
                   claims[{id_at<EnvironmentId>(row, 0), id_at<WebhookEndpointId>(row, 1)}].add(solo, time_at(row, 2));
                 }));
  }
  return claims;
}

// The longest due first.
Result<std::vector<SqlDeliveries::Head>> SqlDeliveries::due_heads(const DueEndpoint& endpoint, Timestamp now,
                                                                  std::int64_t room, std::int64_t solo_room) {
  std::vector<Head> heads;
  for (const bool solo : {false, true}) {
    const std::int64_t limit = solo ? std::min(room, solo_room) : room;
    if (limit <= 0) continue;
    DOORWARD_TRY([[maybe_unused]] auto rows,
                 connection_.execute(solo ? kSolos : kHeads, {endpoint.key.first, endpoint.key.second, now, limit},
                                     [&](const Row& row) {
                                       heads.push_back({.endpoint = endpoint.key,
                                                        .failing = endpoint.failing,
                                                        .solo = solo,
                                                        .owner_id = text_at(row, 0),
                                                        .seq = row.integer(1),
                                                        .wake_at = row.integer(2)});
                                     }));
  }
  std::ranges::sort(heads, {}, [](const Head& head) { return std::tie(head.wake_at, head.owner_id, head.seq); });
  if (std::ssize(heads) > room) heads.resize(static_cast<std::size_t>(room));
  return heads;
}

Result<std::vector<DeliveryRun>> SqlDeliveries::claim_due(Timestamp now, const ClaimRequest& request) {
  DOORWARD_TRY(const auto endpoints, due_endpoints(now, request));
  if (endpoints.empty()) return std::vector<DeliveryRun>();
  // The rows of these endpoints are ours: nobody else claims there, or gives back, until we are done.
  DOORWARD_TRY(auto claims, claims_under_way(now));
  std::vector<Head> heads;
  std::int64_t failing_left = request.failing_queues;
  for (const DueEndpoint& endpoint : endpoints) {
    const Claims& under_way = claims[endpoint.key];
    const std::int64_t share = endpoint.failing ? 1 : request.queues_per_endpoint;
    std::int64_t room = std::min(share - under_way.all, request.queues - std::ssize(heads));
    if (endpoint.failing) room = std::min(room, failing_left);
    if (room > 0) {
      DOORWARD_TRY(auto due, due_heads(endpoint, now, room, solo_share(share) - under_way.solos));
      if (endpoint.failing) failing_left -= std::ssize(due);
      std::ranges::move(due, std::back_inserter(heads));
    }
  }
  std::vector<DeliveryRun> runs;
  const auto fair_share = request.deliveries / std::max<std::int64_t>(1, std::ssize(heads));
  const auto length = std::max<std::int64_t>(1, std::min(request.deliveries_per_queue, fair_share));
  for (const Head& head : heads) {
    DOORWARD_TRY(auto run, claim(head, length, request));
    if (!run) continue;
    claims[head.endpoint].add(head.solo, request.until);
    runs.push_back(std::move(*run));
  }
  for (const DueEndpoint& endpoint : endpoints) {
    const Claims& under_way = claims[endpoint.key];
    const std::int64_t share = endpoint.failing ? 1 : request.queues_per_endpoint;
    const Timestamp from = under_way.all >= share ? under_way.first_end : Timestamp();
    const Timestamp solos_from = under_way.solos >= solo_share(share) ? under_way.first_solo_end : Timestamp();
    DOORWARD_CHECK(settle(endpoint.key, {.any = from, .solos = solos_from}, std::nullopt));
  }
  return runs;
}

// nullopt when what the row stands for is gone (retention took it); then the row goes too.
Result<std::optional<DeliveryRun>> SqlDeliveries::claim(const Head& head, std::int64_t length,
                                                        const ClaimRequest& request) {
  const auto& [environment, endpoint] = head.endpoint;
  DeliveryRun run{.claim = {.environment_id = environment,
                            .endpoint_id = endpoint,
                            .owner_id = head.owner_id,
                            .claimant = request.claimant,
                            .until = request.until},
                  .failing = head.failing};
  if (head.solo) {
    run.claim.solo_seq = head.seq;
    DOORWARD_TRY(run.deliveries,
                 find_all(connection_, kSolo, {environment, endpoint, head.owner_id, head.seq}, read_delivery));
    if (run.deliveries.empty()) {
      DOORWARD_CHECK(connection_.post(kRemoveSolo, {environment, endpoint, head.owner_id, head.seq}));
      return std::nullopt;
    }
    DOORWARD_CHECK(connection_.post(kClaimSolo,
                                    {environment, endpoint, head.owner_id, head.seq, request.claimant, request.until}));
    return run;
  }
  DOORWARD_TRY(run.deliveries,
               find_all(connection_, kRun, {environment, endpoint, head.owner_id, head.seq, length}, read_delivery));
  if (run.deliveries.empty()) {
    DOORWARD_CHECK(connection_.post(kRemoveQueue, {environment, endpoint, head.owner_id}));
    return std::nullopt;
  }
  if (run.deliveries.front().attempts > 0) run.deliveries.resize(1);
  DOORWARD_CHECK(
      connection_.post(kClaimQueue, {environment, endpoint, head.owner_id, request.claimant, request.until}));
  return run;
}

Result<void> SqlDeliveries::settle(const EndpointKey& endpoint, const NotBefore& not_before,
                                   std::optional<bool> failing) {
  const std::int64_t state = failing ? static_cast<std::int64_t>(*failing) : -1;
  return connection_.post(kSettle, {endpoint.first, endpoint.second, not_before.any, state, not_before.solos});
}

Result<void> SqlDeliveries::record(const std::vector<RunProgress>& runs) {
  struct Change {
    std::optional<Timestamp> held_until;
    std::optional<bool> failing;
  };
  std::map<EndpointKey, Change> endpoints;  // that are to be settled
  for (const RunProgress& run : runs) {
    if (!run.ended) continue;
    Change& change = endpoints[{run.claim.environment_id, run.claim.endpoint_id}];
    change.held_until = std::max(change.held_until, run.endpoint_held_until);
    for (const FinishedDelivery& finished : run.finished) {
      change.held_until = std::max(change.held_until, finished.outcome.endpoint_held_until);
      if (finished.delivery.owner_id == kTestOwner) continue;
      if (finished.outcome.status == DeliveryStatus::kDelivered) change.failing = false;
      if (finished.outcome.failing_since && !change.failing) change.failing = true;
    }
  }
  for (const auto& [endpoint, change] : endpoints) {
    DOORWARD_CHECK(connection_.post(kLockEndpoint, {endpoint.first, endpoint.second}));
  }
  for (const RunProgress& run : runs) {
    DOORWARD_TRY(const bool held, run.claim.solo_seq ? record_solo(run) : record_queue(run));
    if (!held && run.ended) endpoints[{run.claim.environment_id, run.claim.endpoint_id}].failing.reset();
  }
  for (const auto& [endpoint, change] : endpoints) {
    if (change.held_until) {
      DOORWARD_CHECK(connection_.post(kHold, {endpoint.first, endpoint.second, *change.held_until}));
    }
    DOORWARD_CHECK(settle(endpoint, {}, change.failing));
  }
  return {};
}

Result<void> SqlDeliveries::write_attempts(const RunProgress& progress) {
  for (const auto& [delivery, attempt, outcome] : progress.finished) {
    const auto& d = delivery;
    DOORWARD_CHECK(connection_.post(kFinish, {d.environment_id, d.endpoint_id, d.owner_id, d.owner_seq, outcome.status,
                                              d.attempts, outcome.failing_since}));
    DOORWARD_CHECK(connection_.post(
        kInsertAttempt,
        {d.environment_id, d.endpoint_id, d.owner_id, d.owner_seq, attempt.number, attempt.started_at,
         attempt.latency_micros, attempt.http_status, attempt.error, attempt.response_excerpt, attempt.resend}));
    if (outcome.status == DeliveryStatus::kParked && !progress.claim.solo_seq) {
      DOORWARD_CHECK(
          connection_.post(kPark, {d.environment_id, d.endpoint_id, d.owner_id, d.owner_seq, outcome.next_attempt_at}));
    }
  }
  return {};
}

// False when the claim is not held any more.
Result<bool> SqlDeliveries::record_queue(const RunProgress& progress) {
  const auto& [environment, endpoint, owner, solo, claimant, until] = progress.claim;
  // The queue's row first, as everyone takes it: an append that comes now either waits for us or is seen by us.
  std::optional<std::int64_t> head;
  DOORWARD_TRY([[maybe_unused]] auto locked,
               connection_.execute(kLockClaimed, {environment, endpoint, owner, claimant, until},
                                   [&](const Row& row) { head = row.integer(0); }));
  if (!head) return false;
  DOORWARD_CHECK(write_attempts(progress));
  if (progress.ended) {
    DOORWARD_CHECK(give_back_queue(progress, *head));
  } else if (!progress.finished.empty()) {
    const std::int64_t next = progress.finished.back().delivery.owner_seq + 1;
    DOORWARD_CHECK(connection_.post(kMoveHead, {environment, endpoint, owner, next}));
  }
  return true;
}

Result<void> SqlDeliveries::give_back_queue(const RunProgress& progress, std::int64_t head_seq) {
  const auto& [environment, endpoint, owner, solo, claimant, until] = progress.claim;
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

// Whether somebody sent it again during the attempt, and the attempt failed: the new round is still owed, all of it.
Result<bool> SqlDeliveries::was_resent(const RunProgress& progress) {
  if (progress.finished.empty()) return false;
  const FinishedDelivery& last = progress.finished.back();
  const bool failed = is_waiting(last.outcome.status) || last.outcome.status == DeliveryStatus::kFailed;
  if (!failed) return false;
  const auto& [environment, endpoint, owner, solo, claimant, until] = progress.claim;
  DOORWARD_TRY(const auto now, find_one(connection_, kSolo, {environment, endpoint, owner, *solo}, read_delivery));
  return now && now->round_begins != last.delivery.round_begins;
}

Result<bool> SqlDeliveries::record_solo(const RunProgress& progress) {
  const auto& [environment, endpoint, owner, solo, claimant, until] = progress.claim;
  DOORWARD_TRY(const std::int64_t held,
               connection_.execute(kLockClaimedSolo, {environment, endpoint, owner, *solo, claimant, until}));
  if (held == 0) return false;
  DOORWARD_TRY(const bool resent, was_resent(progress));
  if (resent) {
    RunProgress kept = progress;
    kept.finished.back().outcome = {.status = DeliveryStatus::kResending};
    DOORWARD_CHECK(write_attempts(kept));
    DOORWARD_CHECK(connection_.post(kBeginRoundAgain, {environment, endpoint, owner, *solo}));
    DOORWARD_CHECK(connection_.post(kReleaseSolo, {environment, endpoint, owner, *solo}));
    return true;
  }
  DOORWARD_CHECK(write_attempts(progress));
  if (progress.finished.empty()) {
    DOORWARD_CHECK(connection_.post(kReleaseSolo, {environment, endpoint, owner, *solo}));
  } else if (const auto& outcome = progress.finished.back().outcome; is_waiting(outcome.status)) {
    DOORWARD_CHECK(connection_.post(kTrySoloAgain, {environment, endpoint, owner, *solo, outcome.next_attempt_at}));
  } else {
    DOORWARD_CHECK(connection_.post(kRemoveSolo, {environment, endpoint, owner, *solo}));
  }
  return true;
}

Result<void> SqlDeliveries::release_claims(const std::string& claimant) {
  DOORWARD_CHECK(connection_.post(kWakeClaimed, {claimant}));
  DOORWARD_CHECK(connection_.post(kReleaseQueues, {claimant}));
  return connection_.post(kReleaseSolos, {claimant});
}

Result<std::optional<Timestamp>> SqlDeliveries::next_due(bool failing_too) const {
  Timestamp next = kNever;
  for (const bool failing : {false, true}) {
    if (failing && !failing_too) continue;
    DOORWARD_TRY(auto due,
                 find_one(connection_, kNextDue, {failing}, [](const Row& row) { return optional_time_at(row, 0); }));
    if (due && *due) next = std::min(next, **due);
  }
  return next == kNever ? std::nullopt : std::optional(next);
}

}  // namespace doorward::store
