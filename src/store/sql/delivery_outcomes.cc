// Writing down what became of claimed runs: a handful of questions however many they are, and what is written goes
// along without waiting.
#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "store/sql/deliveries.h"
#include "store/sql/delivery_row.h"
#include "store/sql/key_rows.h"
#include "store/sql/value_rows.h"

namespace doorward::store {
namespace {

// In wake_at: nothing waits.
#define NEVER "9223372036854775807"
constexpr Timestamp kNever = from_micros(std::numeric_limits<std::int64_t>::max());

#define OF_ENDPOINT "WHERE environment_id = $1 AND endpoint_id = $2 "
#define OF_SOLO DOORWARD_OF_QUEUE "AND owner_seq = $4 "

constexpr Query kSolo{"deliveries.solo",
                      "SELECT " DOORWARD_DELIVERY_COLUMNS " FROM deliveries " OF_SOLO "AND " DOORWARD_WAITING};

// The earliest moment at which something may be had, but not before a hold ends, not before not_before, and no solo
// before solos_not_before. failing: below 0 to leave it.
#define EARLIEST(least, greatest)                                                                                   \
  greatest "(" least                                                                                                \
           "(COALESCE((SELECT min(q.wake_at) FROM delivery_queues q WHERE q.environment_id = k.environment_id AND " \
           "q.endpoint_id = k.endpoint_id), " NEVER "), " greatest                                                  \
           "(COALESCE((SELECT min(s.wake_at) FROM delivery_solos s WHERE s.environment_id = k.environment_id AND "  \
           "s.endpoint_id = k.endpoint_id), " NEVER "), k.solos_not_before)), held_until, k.not_before)"
#define SETTLE(least, greatest, rows)                                                                               \
  "UPDATE delivery_endpoints SET failing = CASE WHEN k.failing < 0 THEN delivery_endpoints.failing ELSE k.failing " \
  "END, wake_at = " EARLIEST(least, greatest) " FROM " rows                                                         \
                                              "WHERE delivery_endpoints.environment_id = k.environment_id AND "     \
                                              "delivery_endpoints.endpoint_id = k.endpoint_id"
constexpr Query kSettle{
    "delivery_endpoints.settle",
    SETTLE("min", "max",
           DOORWARD_ROWS(DOORWARD_COLUMN("environment_id") ", " DOORWARD_COLUMN("endpoint_id") ", " DOORWARD_COLUMN(
               "not_before") ", " DOORWARD_COLUMN("solos_not_before") ", " DOORWARD_COLUMN("failing"))),
    SETTLE("LEAST", "GREATEST",
           DOORWARD_ROWS_POSTGRES(
               "environment_id TEXT, endpoint_id TEXT, not_before BIGINT, solos_not_before BIGINT, failing BIGINT"))};
#undef SETTLE
#undef EARLIEST
constexpr Query kHold{"delivery_endpoints.hold",
                      "UPDATE delivery_endpoints SET held_until = $3 " OF_ENDPOINT "AND held_until < $3"};
// In the order in which everyone takes these rows.
#define SELECT_ENDPOINTS(keys)                                                                  \
  "SELECT e.held_until FROM " keys                                                              \
  "CROSS JOIN delivery_endpoints e WHERE e.environment_id = k.environment AND e.endpoint_id = " \
  "k.endpoint ORDER BY e.environment_id, e.endpoint_id"
constexpr Query kLockEndpoints{"delivery_endpoints.lock", SELECT_ENDPOINTS(DOORWARD_KEY_ROWS),
                               SELECT_ENDPOINTS(DOORWARD_KEY_ROWS_POSTGRES) " FOR UPDATE OF e"};
#undef SELECT_ENDPOINTS

// In the order in which everyone takes these rows.
#define SELECT_CLAIMED(keys)                                                                                \
  "SELECT k.n, q.head_seq, q.claimed_by, q.claimed_until FROM " keys                                        \
  "CROSS JOIN delivery_queues q WHERE q.environment_id = k.environment AND q.endpoint_id = k.endpoint AND " \
  "q.owner_id = k.owner ORDER BY q.environment_id, q.endpoint_id, q.owner_id"
constexpr Query kLockClaimed{"delivery_queues.lock_claimed", SELECT_CLAIMED(DOORWARD_KEY_ROWS),
                             SELECT_CLAIMED(DOORWARD_KEY_ROWS_POSTGRES) " FOR UPDATE OF q"};
#undef SELECT_CLAIMED
#define SELECT_CLAIMED "SELECT due_at FROM delivery_solos " OF_SOLO "AND claimed_by = $5 AND claimed_until = $6"
constexpr Query kLockClaimedSolo{"delivery_solos.lock_claimed", SELECT_CLAIMED, SELECT_CLAIMED " FOR UPDATE"};
#undef SELECT_CLAIMED

#define ROW_OF_DELIVERY             \
  DOORWARD_COLUMN("environment_id") \
  ", " DOORWARD_COLUMN("endpoint_id") ", " DOORWARD_COLUMN("owner_id") ", " DOORWARD_COLUMN("owner_seq")
#define ROW_OF_DELIVERY_POSTGRES "environment_id TEXT, endpoint_id TEXT, owner_id TEXT, owner_seq BIGINT"
#define IS_ROW(table)                                                                             \
  table ".environment_id = k.environment_id AND " table ".endpoint_id = k.endpoint_id AND " table \
        ".owner_id = k.owner_id AND " table ".owner_seq = k.owner_seq"
#define FINISH(rows)                                                                                          \
  "UPDATE deliveries SET status = k.status, attempts = deliveries.attempts + 1, failing_since = "             \
  "k.failing_since, out_of_order = CASE WHEN k.status = 4 THEN 1 ELSE deliveries.out_of_order END FROM " rows \
  "WHERE " IS_ROW("deliveries") " AND deliveries." DOORWARD_WAITING "AND deliveries.attempts = k.attempts"
constexpr Query kFinish{
    "deliveries.finish",
    FINISH(DOORWARD_ROWS(ROW_OF_DELIVERY ", " DOORWARD_COLUMN("status") ", " DOORWARD_COLUMN(
        "attempts") ", " DOORWARD_COLUMN("failing_since"))),
    FINISH(DOORWARD_ROWS_POSTGRES(ROW_OF_DELIVERY_POSTGRES ", status BIGINT, attempts BIGINT, failing_since BIGINT"))};
#undef FINISH
// Only behind a delivery that is still there: retention may have taken it meanwhile.
#define INSERT_ATTEMPTS(rows)                                                                              \
  "INSERT INTO delivery_attempts(environment_id, endpoint_id, owner_id, owner_seq, number, started_at, "   \
  "latency_micros, http_status, error, response_excerpt, resend) SELECT k.environment_id, k.endpoint_id, " \
  "k.owner_id, k.owner_seq, k.number, k.started_at, k.latency_micros, k.http_status, k.error, "            \
  "k.response_excerpt, k.resend FROM " rows "CROSS JOIN deliveries d WHERE " IS_ROW("d") " AND d.attempts = k.number"
#define ATTEMPT_TIMES \
  DOORWARD_COLUMN("number") ", " DOORWARD_COLUMN("started_at") ", " DOORWARD_COLUMN("latency_micros")
#define ATTEMPT_ANSWER           \
  DOORWARD_COLUMN("http_status") \
  ", " DOORWARD_COLUMN("error") ", " DOORWARD_COLUMN("response_excerpt") ", " DOORWARD_COLUMN("resend")
constexpr Query kInsertAttempts{
    "delivery_attempts.insert", INSERT_ATTEMPTS(DOORWARD_ROWS(ROW_OF_DELIVERY ", " ATTEMPT_TIMES ", " ATTEMPT_ANSWER)),
    INSERT_ATTEMPTS(DOORWARD_ROWS_POSTGRES(
        ROW_OF_DELIVERY_POSTGRES ", number BIGINT, started_at BIGINT, latency_micros BIGINT, http_status BIGINT, error "
                                 "TEXT, response_excerpt TEXT, resend BIGINT"))};
#undef ATTEMPT_ANSWER
#undef ATTEMPT_TIMES
#undef INSERT_ATTEMPTS
#undef IS_ROW
#undef ROW_OF_DELIVERY_POSTGRES
#undef ROW_OF_DELIVERY
#define SELECT_NEXT_HEAD(keys)                                                                              \
  "SELECT k.n, (SELECT d.owner_seq FROM deliveries d WHERE d.environment_id = k.environment AND "           \
  "d.endpoint_id = k.endpoint AND d.owner_id = k.owner AND d.owner_seq >= k.seq AND d.status = 0 ORDER BY " \
  "d.owner_seq LIMIT 1) FROM " keys
constexpr Query kNextHeads{"deliveries.next_heads", SELECT_NEXT_HEAD(DOORWARD_KEY_ROWS),
                           SELECT_NEXT_HEAD(DOORWARD_KEY_ROWS_POSTGRES)};
#undef SELECT_NEXT_HEAD
constexpr Query kMoveHead{"delivery_queues.move_head", "UPDATE delivery_queues SET head_seq = $4 " DOORWARD_OF_QUEUE};
constexpr Query kEndClaim{"delivery_queues.end_claim",
                          "UPDATE delivery_queues SET head_seq = $4, due_at = $5, claimed_by = '', claimed_until = 0, "
                          "wake_at = $5 " DOORWARD_OF_QUEUE};
#define REMOVE_QUEUES(keys)                                                               \
  "DELETE FROM delivery_queues WHERE (environment_id, endpoint_id, owner_id) IN (SELECT " \
  "k.environment, k.endpoint, k.owner FROM " keys ")"
constexpr Query kRemoveQueues{"delivery_queues.remove", REMOVE_QUEUES(DOORWARD_KEY_ROWS),
                              REMOVE_QUEUES(DOORWARD_KEY_ROWS_POSTGRES)};
#undef REMOVE_QUEUES
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

}  // namespace

Result<void> SqlDeliveries::settle(const std::vector<Settling>& endpoints) {
  ValueRows rows;
  for (const auto& [endpoint, not_before, failing] : endpoints) {
    rows.add({{"environment_id", endpoint.first.str()},
              {"endpoint_id", endpoint.second.str()},
              {"not_before", row_value(not_before.any)},
              {"solos_not_before", row_value(not_before.solos)},
              {"failing", failing ? static_cast<std::int64_t>(*failing) : -1}});
  }
  if (rows.empty()) return {};
  return connection_.post(kSettle, {rows.text()});
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
  KeyRows locked;
  for (const auto& [endpoint, change] : endpoints) {
    locked.add({.environment = endpoint.first.str(), .endpoint = endpoint.second.str()});
  }
  if (!locked.empty()) DOORWARD_CHECK(connection_.post(kLockEndpoints, {locked.text()}));
  std::vector<const RunProgress*> lost;
  DOORWARD_TRY(lost, record_queues(runs));
  for (const RunProgress& run : runs) {
    if (!run.claim.solo_seq) continue;
    DOORWARD_TRY(const bool held, record_solo(run));
    if (!held) lost.push_back(&run);
  }
  for (const RunProgress* run : lost) {
    if (run->ended) endpoints[{run->claim.environment_id, run->claim.endpoint_id}].failing.reset();
  }
  std::vector<Settling> settling;
  for (const auto& [endpoint, change] : endpoints) {
    if (change.held_until) {
      DOORWARD_CHECK(connection_.post(kHold, {endpoint.first, endpoint.second, *change.held_until}));
    }
    settling.push_back({.endpoint = endpoint, .failing = change.failing});
  }
  return settle(settling);
}

Result<void> SqlDeliveries::write_attempts(std::span<const RunProgress* const> runs) {
  ValueRows finished;
  ValueRows attempts;
  for (const RunProgress* run : runs) {
    for (const auto& [d, attempt, outcome] : run->finished) {
      const boost::json::object key{{"environment_id", d.environment_id.str()},
                                    {"endpoint_id", d.endpoint_id.str()},
                                    {"owner_id", d.owner_id},
                                    {"owner_seq", d.owner_seq}};
      boost::json::object row = key;
      row["status"] = static_cast<std::int64_t>(outcome.status);
      row["attempts"] = d.attempts;
      row["failing_since"] = row_value(outcome.failing_since);
      finished.add(std::move(row));
      row = key;
      row["number"] = attempt.number;
      row["started_at"] = row_value(attempt.started_at);
      row["latency_micros"] = attempt.latency_micros;
      row["http_status"] = attempt.http_status;
      row["error"] = attempt.error;
      row["response_excerpt"] = attempt.response_excerpt;
      row["resend"] = static_cast<std::int64_t>(attempt.resend);
      attempts.add(std::move(row));
    }
  }
  if (finished.empty()) return {};
  DOORWARD_CHECK(connection_.post(kFinish, {finished.text()}));
  DOORWARD_CHECK(connection_.post(kInsertAttempts, {attempts.text()}));
  for (const RunProgress* run : runs) {
    if (run->claim.solo_seq) continue;
    for (const auto& [d, attempt, outcome] : run->finished) {
      if (outcome.status != DeliveryStatus::kParked) continue;
      DOORWARD_CHECK(
          connection_.post(kPark, {d.environment_id, d.endpoint_id, d.owner_id, d.owner_seq, outcome.next_attempt_at}));
    }
  }
  return {};
}

// The queues among `runs`, by their claims; those whose claim is not held any more are left alone and returned.
Result<std::vector<const RunProgress*>> SqlDeliveries::record_queues(const std::vector<RunProgress>& runs) {
  std::vector<const RunProgress*> queues;
  KeyRows keys;
  for (const RunProgress& run : runs) {
    if (run.claim.solo_seq) continue;
    queues.push_back(&run);
    keys.add({.environment = run.claim.environment_id.str(),
              .endpoint = run.claim.endpoint_id.str(),
              .owner = run.claim.owner_id});
  }
  std::vector<const RunProgress*> lost;
  if (keys.empty()) return lost;
  // The rows of the queues first, as everyone takes them: an append that comes now either waits for us or is seen by
  // us.
  std::vector<std::optional<std::int64_t>> heads(queues.size());
  DOORWARD_TRY([[maybe_unused]] auto locked, connection_.execute(kLockClaimed, {keys.text()}, [&](const Row& row) {
    const auto n = static_cast<std::size_t>(row.integer(0));
    const QueueClaim& claim = queues[n]->claim;
    if (row.text(2) == claim.claimant && time_at(row, 3) == claim.until) heads[n] = row.integer(1);
  }));
  std::vector<ClaimedQueue> held;
  std::vector<const RunProgress*> progressed;
  for (std::size_t i = 0; i < queues.size(); ++i) {
    if (!heads[i]) {
      lost.push_back(queues[i]);
      continue;
    }
    progressed.push_back(queues[i]);
    held.push_back({queues[i], *heads[i]});
  }
  DOORWARD_CHECK(write_attempts(progressed));
  DOORWARD_CHECK(move_on(held));
  return lost;
}

// Moves the heads behind what was recorded, and gives back the queues whose run ended.
Result<void> SqlDeliveries::move_on(const std::vector<ClaimedQueue>& queues) {
  KeyRows keys;
  std::vector<const RunProgress*> ended;
  for (const auto& [progress, head] : queues) {
    const auto& [environment, endpoint, owner, solo, claimant, until] = progress->claim;
    if (progress->ended && !progress->finished.empty()) {
      ended.push_back(progress);
      keys.add({.environment = environment.str(), .endpoint = endpoint.str(), .owner = owner, .seq = head});
    } else if (progress->ended) {
      DOORWARD_CHECK(connection_.post(kRelease, {environment, endpoint, owner}));
    } else if (!progress->finished.empty()) {
      const std::int64_t next = progress->finished.back().delivery.owner_seq + 1;
      DOORWARD_CHECK(connection_.post(kMoveHead, {environment, endpoint, owner, next}));
    }
  }
  if (ended.empty()) return {};
  std::vector<std::optional<std::int64_t>> next(ended.size());
  DOORWARD_TRY([[maybe_unused]] auto rows, connection_.execute(kNextHeads, {keys.text()}, [&](const Row& row) {
    if (!row.is_null(1)) next[static_cast<std::size_t>(row.integer(0))] = row.integer(1);
  }));
  KeyRows empty;
  for (std::size_t i = 0; i < ended.size(); ++i) {
    const auto& [environment, endpoint, owner, solo, claimant, until] = ended[i]->claim;
    if (!next[i]) {
      empty.add({.environment = environment.str(), .endpoint = endpoint.str(), .owner = owner});
      continue;
    }
    const FinishedDelivery& last = ended[i]->finished.back();
    const bool again = last.outcome.status == DeliveryStatus::kPending && *next[i] == last.delivery.owner_seq;
    DOORWARD_CHECK(connection_.post(kEndClaim, {environment, endpoint, owner, *next[i],
                                                again ? last.outcome.next_attempt_at : last.attempt.started_at}));
  }
  return empty.empty() ? Result<void>() : connection_.post(kRemoveQueues, {empty.text()});
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
    const RunProgress* kept_run = &kept;
    DOORWARD_CHECK(write_attempts({&kept_run, 1}));
    DOORWARD_CHECK(connection_.post(kBeginRoundAgain, {environment, endpoint, owner, *solo}));
    DOORWARD_CHECK(connection_.post(kReleaseSolo, {environment, endpoint, owner, *solo}));
    return true;
  }
  const RunProgress* run = &progress;
  DOORWARD_CHECK(write_attempts({&run, 1}));
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
