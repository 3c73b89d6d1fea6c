// Claiming what is due: a handful of statements however many endpoints and queues it is taken from.
#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>

#include "store/sql/deliveries.h"
#include "store/sql/delivery_row.h"
#include "store/sql/key_rows.h"

namespace doorward::store {
namespace {

constexpr Timestamp kNever = from_micros(std::numeric_limits<std::int64_t>::max());

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

// Of each endpoint the first $3 that are due at $2.
#define FIRST_DUE(table, seq)                                                                           \
  "FROM " table                                                                                         \
  " h WHERE h.environment_id = k.environment AND h.endpoint_id = k.endpoint AND h.wake_at <= $2 ORDER " \
  "BY h.wake_at, h.owner_id, h." seq " LIMIT $3"
#define SELECT_DUE(table, seq)                                                                       \
  "SELECT k.n, q.owner_id, q." seq ", q.wake_at FROM " DOORWARD_KEY_ROWS "CROSS JOIN " table         \
  " q WHERE q.environment_id = k.environment AND q.endpoint_id = k.endpoint AND (q.owner_id, q." seq \
  ") IN (SELECT "                                                                                    \
  "h.owner_id, h." seq " " FIRST_DUE(table, seq) ")"
#define SELECT_DUE_POSTGRES(table, seq)                                           \
  "SELECT k.n, q.owner_id, q." seq ", q.wake_at FROM " DOORWARD_KEY_ROWS_POSTGRES \
  "CROSS JOIN LATERAL (SELECT h.owner_id, h." seq ", h.wake_at " FIRST_DUE(table, seq) " FOR UPDATE SKIP LOCKED) q"
constexpr Query kHeads{"delivery_queues.heads", SELECT_DUE("delivery_queues", "head_seq"),
                       SELECT_DUE_POSTGRES("delivery_queues", "head_seq")};
constexpr Query kSolos{"delivery_solos.due", SELECT_DUE("delivery_solos", "owner_seq"),
                       SELECT_DUE_POSTGRES("delivery_solos", "owner_seq")};
#undef SELECT_DUE
#undef SELECT_DUE_POSTGRES
#undef FIRST_DUE

// Of each queue what waits from its head on, at most $2.
#define FROM_HEAD                                                                                                     \
  "FROM deliveries r WHERE r.environment_id = k.environment AND r.endpoint_id = k.endpoint AND r.owner_id = k.owner " \
  "AND r.owner_seq >= k.seq AND r.status = 0 ORDER BY r.owner_seq LIMIT $2"
#define OF_KEY "d.environment_id = k.environment AND d.endpoint_id = k.endpoint AND d.owner_id = k.owner "
constexpr Query kRuns{"deliveries.runs",
                      "SELECT " DOORWARD_DELIVERY_COLUMNS ", n FROM " DOORWARD_KEY_ROWS
                      "CROSS JOIN deliveries d WHERE " OF_KEY "AND d.owner_seq IN (SELECT r.owner_seq " FROM_HEAD
                      ") ORDER BY n, owner_seq",
                      "SELECT " DOORWARD_DELIVERY_COLUMNS ", n FROM " DOORWARD_KEY_ROWS_POSTGRES
                      "CROSS JOIN LATERAL (SELECT * " FROM_HEAD ") d ORDER BY n, owner_seq"};
#undef FROM_HEAD
#define SELECT_SOLOS(keys)                                                                     \
  "SELECT " DOORWARD_DELIVERY_COLUMNS ", n FROM " keys "CROSS JOIN deliveries d WHERE " OF_KEY \
  "AND d.owner_seq = k.seq AND d." DOORWARD_WAITING "ORDER BY n"
constexpr Query kSoloRuns{"deliveries.solos", SELECT_SOLOS(DOORWARD_KEY_ROWS),
                          SELECT_SOLOS(DOORWARD_KEY_ROWS_POSTGRES)};
#undef SELECT_SOLOS
#undef OF_KEY

#define CLAIM(table, keys, also)                                                                     \
  "UPDATE " table " SET claimed_by = $2, claimed_until = $3, wake_at = $3 FROM " keys "WHERE " table \
  ".environment_id = k.environment AND " table ".endpoint_id = k.endpoint AND " table ".owner_id = k.owner" also
#define THIS_SOLO " AND delivery_solos.owner_seq = k.seq"
constexpr Query kClaimQueues{"delivery_queues.claim", CLAIM("delivery_queues", DOORWARD_KEY_ROWS, ""),
                             CLAIM("delivery_queues", DOORWARD_KEY_ROWS_POSTGRES, "")};
constexpr Query kClaimSolos{"delivery_solos.claim", CLAIM("delivery_solos", DOORWARD_KEY_ROWS, THIS_SOLO),
                            CLAIM("delivery_solos", DOORWARD_KEY_ROWS_POSTGRES, THIS_SOLO)};
#undef THIS_SOLO
#undef CLAIM
constexpr Query kRemoveEmptyQueue{"delivery_queues.remove_empty", "DELETE FROM delivery_queues " DOORWARD_OF_QUEUE};
constexpr Query kRemoveEmptySolo{"delivery_solos.remove_empty",
                                 "DELETE FROM delivery_solos " DOORWARD_OF_QUEUE "AND owner_seq = $4"};

constexpr int kDeliveryNColumn = 13;

// Solos of an endpoint that are under way at once: what is sent again must not hold up what is new.
std::int64_t solo_share(std::int64_t share) { return std::max<std::int64_t>(1, share / 2); }

}  // namespace

struct SqlDeliveries::DueEndpoint {
  EndpointKey key;
  bool failing = false;
  std::int64_t share = 1;  // queues and solos that may be under way
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
  std::string owner_id;
  std::int64_t seq = 0;
  std::int64_t wake_at = 0;
  bool solo = false;

  friend bool operator<(const Head& a, const Head& b) {
    return std::tie(a.wake_at, a.owner_id, a.seq) < std::tie(b.wake_at, b.owner_id, b.seq);
  }
};

struct SqlDeliveries::ChosenHead {
  const DueEndpoint* endpoint;
  Head head;
};

Result<std::vector<SqlDeliveries::DueEndpoint>> SqlDeliveries::due_endpoints(Timestamp now,
                                                                             const ClaimRequest& request) {
  std::vector<DueEndpoint> endpoints;
  for (const bool failing : {false, true}) {
    const std::int64_t limit = failing ? std::min(request.queues, request.failing_queues) : request.queues;
    if (limit <= 0) continue;
    DOORWARD_TRY([[maybe_unused]] auto rows,
                 connection_.execute(kDueEndpoints, {failing, now, limit}, [&](const Row& row) {
                   endpoints.push_back({.key = {id_at<EnvironmentId>(row, 0), id_at<WebhookEndpointId>(row, 1)},
                                        .failing = bool_at(row, 2),
                                        .share = bool_at(row, 2) ? 1 : request.queues_per_endpoint});
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

// Queues, or solos, of each endpoint, the longest due first.
Result<std::vector<std::vector<SqlDeliveries::Head>>> SqlDeliveries::due_heads(
    const std::vector<const DueEndpoint*>& endpoints, bool solo, Timestamp now, std::int64_t most) {
  std::vector<std::vector<Head>> heads(endpoints.size());
  KeyRows keys;
  for (const DueEndpoint* endpoint : endpoints) {
    keys.add({.environment = endpoint->key.first.str(), .endpoint = endpoint->key.second.str()});
  }
  DOORWARD_TRY([[maybe_unused]] auto rows,
               connection_.execute(solo ? kSolos : kHeads, {keys.text(), now, most}, [&](const Row& row) {
                 heads[static_cast<std::size_t>(row.integer(0))].push_back(
                     {.owner_id = text_at(row, 1), .seq = row.integer(2), .wake_at = row.integer(3), .solo = solo});
               }));
  for (std::vector<Head>& of_one : heads) std::ranges::sort(of_one, std::less<>());
  return heads;
}

// What of it is taken: of each endpoint no more than it has room for, and each gets its part before one gets more.
Result<std::vector<SqlDeliveries::ChosenHead>> SqlDeliveries::choose_heads(const std::vector<DueEndpoint>& endpoints,
                                                                           const std::map<EndpointKey, Claims>& claims,
                                                                           Timestamp now, const ClaimRequest& request) {
  std::vector<const DueEndpoint*> open;
  std::vector<Claims> under_way;
  for (const DueEndpoint& endpoint : endpoints) {
    const auto found = claims.find(endpoint.key);
    const Claims claimed = found == claims.end() ? Claims() : found->second;
    if (claimed.all >= endpoint.share) continue;
    open.push_back(&endpoint);
    under_way.push_back(claimed);
  }
  std::vector<ChosenHead> chosen;
  if (open.empty()) return chosen;
  const std::int64_t part = std::clamp<std::int64_t>(request.queues / std::ssize(open), 1, request.queues_per_endpoint);
  DOORWARD_TRY(auto queues, due_heads(open, false, now, part));
  DOORWARD_TRY(auto solos, due_heads(open, true, now, part));
  std::int64_t failing_left = request.failing_queues;
  for (std::size_t i = 0; i < open.size(); ++i) {
    const DueEndpoint& endpoint = *open[i];
    std::int64_t room = std::min({part, endpoint.share - under_way[i].all, request.queues - std::ssize(chosen)});
    if (endpoint.failing) room = std::min(room, failing_left);
    const std::int64_t solo_room = std::clamp<std::int64_t>(solo_share(endpoint.share) - under_way[i].solos, 0, room);
    if (std::ssize(solos[i]) > solo_room) solos[i].resize(static_cast<std::size_t>(solo_room));
    std::vector<Head> heads;
    std::ranges::merge(queues[i], solos[i], std::back_inserter(heads), std::less<>());
    if (std::ssize(heads) > room) heads.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, room)));
    if (endpoint.failing) failing_left -= std::ssize(heads);
    for (Head& head : heads) chosen.push_back({&endpoint, std::move(head)});
  }
  return chosen;
}

Result<std::vector<DeliveryRun>> SqlDeliveries::claim_due(Timestamp now, const ClaimRequest& request) {
  DOORWARD_TRY(const auto endpoints, due_endpoints(now, request));
  if (endpoints.empty()) return std::vector<DeliveryRun>();
  // The rows of these endpoints are ours: nobody else claims there, or gives back, until we are done.
  DOORWARD_TRY(auto claims, claims_under_way(now));
  DOORWARD_TRY(const auto heads, choose_heads(endpoints, claims, now, request));
  DOORWARD_TRY(auto runs, claim(heads, request));
  for (const DeliveryRun& run : runs) {
    claims[{run.claim.environment_id, run.claim.endpoint_id}].add(run.claim.solo_seq.has_value(), request.until);
  }
  std::vector<Settling> settling;
  for (const DueEndpoint& endpoint : endpoints) {
    const Claims& under_way = claims[endpoint.key];
    const std::int64_t share = endpoint.share;
    const Timestamp from = under_way.all >= share ? under_way.first_end : Timestamp();
    const Timestamp solos_from = under_way.solos >= solo_share(share) ? under_way.first_solo_end : Timestamp();
    settling.push_back({.endpoint = endpoint.key, .not_before = {.any = from, .solos = solos_from}});
  }
  DOORWARD_CHECK(settle(settling));
  return runs;
}

// In the order of `heads`, without those whose row stands for nothing any more (retention took it): their rows go.
Result<std::vector<DeliveryRun>> SqlDeliveries::claim(const std::vector<ChosenHead>& heads,
                                                      const ClaimRequest& request) {
  std::vector<DeliveryRun> runs;
  if (heads.empty()) return runs;
  for (const auto& [endpoint, head] : heads) {
    DeliveryRun& run = runs.emplace_back(DeliveryRun{.claim = {.environment_id = endpoint->key.first,
                                                               .endpoint_id = endpoint->key.second,
                                                               .owner_id = head.owner_id,
                                                               .claimant = request.claimant,
                                                               .until = request.until},
                                                     .failing = endpoint->failing});
    if (head.solo) run.claim.solo_seq = head.seq;
  }
  const std::int64_t fair_share = request.deliveries / std::ssize(heads);
  const std::int64_t length = std::max<std::int64_t>(1, std::min(request.deliveries_per_queue, fair_share));
  for (const bool solo : {false, true}) {
    std::vector<std::size_t> of_row;
    KeyRows keys;
    for (std::size_t i = 0; i < heads.size(); ++i) {
      if (heads[i].head.solo != solo) continue;
      const QueueClaim& claim = runs[i].claim;
      keys.add({.environment = claim.environment_id.str(),
                .endpoint = claim.endpoint_id.str(),
                .owner = claim.owner_id,
                .seq = heads[i].head.seq});
      of_row.push_back(i);
    }
    if (keys.empty()) continue;
    const std::string rows = keys.text();
    const auto take = [&](const Row& row) {
      runs[of_row[static_cast<std::size_t>(row.integer(kDeliveryNColumn))]].deliveries.push_back(read_delivery(row));
    };
    DOORWARD_TRY([[maybe_unused]] auto found, solo ? connection_.execute(kSoloRuns, {rows}, take)
                                                   : connection_.execute(kRuns, {rows, length}, take));
    DOORWARD_CHECK(connection_.post(solo ? kClaimSolos : kClaimQueues, {rows, request.claimant, request.until}));
  }
  std::vector<DeliveryRun> kept;
  for (DeliveryRun& run : runs) {
    DOORWARD_TRY(const bool keeps, keep(run));
    if (keeps) kept.push_back(std::move(run));
  }
  return kept;
}

Result<bool> SqlDeliveries::keep(DeliveryRun& run) {
  const QueueClaim& claim = run.claim;
  if (!run.deliveries.empty()) {
    if (run.deliveries.front().attempts > 0) run.deliveries.resize(1);
    return true;
  }
  DOORWARD_CHECK(claim.solo_seq
                     ? connection_.post(kRemoveEmptySolo,
                                        {claim.environment_id, claim.endpoint_id, claim.owner_id, *claim.solo_seq})
                     : connection_.post(kRemoveEmptyQueue, {claim.environment_id, claim.endpoint_id, claim.owner_id}));
  return false;
}

}  // namespace doorward::store
