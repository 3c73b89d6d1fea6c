#include "store/sql/deliveries.h"

#include <map>
#include <tuple>

#include "store/sql/delivery_row.h"
#include "store/sql/value_rows.h"

namespace doorward::store {
namespace {

#define OF_QUEUE_COLUMNS \
  DOORWARD_COLUMN("environment_id") ", " DOORWARD_COLUMN("endpoint_id") ", " DOORWARD_COLUMN("owner_id")
#define OF_QUEUE_COLUMNS_POSTGRES "environment_id TEXT, endpoint_id TEXT, owner_id TEXT"

#define INSERT_ROWS(rows)                                                                                           \
  "INSERT INTO deliveries(" DOORWARD_DELIVERY_COLUMNS                                                               \
  ") SELECT k.environment_id, k.endpoint_id, k.owner_id, "                                                          \
  "k.owner_seq, k.event_id, k.status, k.attempts, k.create_time, k.event_type, k.organization_id, k.round_begins, " \
  "k.failing_since, k.out_of_order FROM " rows
#define OF_EVENT DOORWARD_COLUMN("event_id") ", " DOORWARD_COLUMN("event_type") ", " DOORWARD_COLUMN("organization_id")
#define PROGRESS            \
  DOORWARD_COLUMN("status") \
  ", " DOORWARD_COLUMN("attempts") ", " DOORWARD_COLUMN("round_begins") ", " DOORWARD_COLUMN("failing_since")
#define OTHERS DOORWARD_COLUMN("owner_seq") ", " DOORWARD_COLUMN("create_time") ", " DOORWARD_COLUMN("out_of_order")
constexpr Query kInsert{
    "deliveries.insert", INSERT_ROWS(DOORWARD_ROWS(OF_QUEUE_COLUMNS ", " OF_EVENT ", " PROGRESS ", " OTHERS)),
    INSERT_ROWS(DOORWARD_ROWS_POSTGRES(
        OF_QUEUE_COLUMNS_POSTGRES
        ", owner_seq BIGINT, event_id TEXT, status BIGINT, attempts BIGINT, create_time BIGINT, event_type TEXT, "
        "organization_id TEXT, round_begins BIGINT, failing_since BIGINT, out_of_order BIGINT"))};
#undef OTHERS
#undef PROGRESS
#undef OF_EVENT
#undef INSERT_ROWS

// `WHERE true`: without it SQLite would take ON for the condition of a join.
#define ENQUEUE_ROWS(rows)                                                                                           \
  "INSERT INTO delivery_queues(environment_id, endpoint_id, owner_id, head_seq, due_at, claimed_by, claimed_until, " \
  "wake_at) SELECT k.environment_id, k.endpoint_id, k.owner_id, k.head_seq, k.due_at, '', 0, k.due_at FROM " rows    \
  "WHERE true ORDER BY k.environment_id, k.endpoint_id, k.owner_id "                                                 \
  "ON CONFLICT(environment_id, endpoint_id, owner_id) DO UPDATE SET "                                                \
  "head_seq = CASE WHEN excluded.head_seq < delivery_queues.head_seq THEN excluded.head_seq "                        \
  "ELSE delivery_queues.head_seq END"
constexpr Query kEnqueue{
    "delivery_queues.enqueue",
    ENQUEUE_ROWS(DOORWARD_ROWS(OF_QUEUE_COLUMNS ", " DOORWARD_COLUMN("head_seq") ", " DOORWARD_COLUMN("due_at"))),
    ENQUEUE_ROWS(DOORWARD_ROWS_POSTGRES(OF_QUEUE_COLUMNS_POSTGRES ", head_seq BIGINT, due_at BIGINT"))};
#undef ENQUEUE_ROWS

// The endpoint's row, made when there is none, is held from here on. A hold stays: what is held wakes when it ends.
#define WAKE_ROWS(rows)                                                                        \
  "INSERT INTO delivery_endpoints(environment_id, endpoint_id, wake_at, held_until, failing) " \
  "SELECT k.environment_id, k.endpoint_id, k.wake_at, 0, 0 FROM " rows                         \
  "WHERE true ORDER BY k.environment_id, k.endpoint_id "                                       \
  "ON CONFLICT(environment_id, endpoint_id) DO UPDATE SET wake_at = CASE "                     \
  "WHEN delivery_endpoints.wake_at <= excluded.wake_at THEN delivery_endpoints.wake_at "       \
  "WHEN delivery_endpoints.held_until > excluded.wake_at THEN delivery_endpoints.held_until "  \
  "ELSE excluded.wake_at END"
constexpr Query kWake{"delivery_endpoints.wake",
                      WAKE_ROWS(DOORWARD_ROWS(DOORWARD_COLUMN("environment_id") ", " DOORWARD_COLUMN(
                          "endpoint_id") ", " DOORWARD_COLUMN("wake_at"))),
                      WAKE_ROWS(DOORWARD_ROWS_POSTGRES("environment_id TEXT, endpoint_id TEXT, wake_at BIGINT"))};
#undef WAKE_ROWS
#undef OF_QUEUE_COLUMNS
#undef OF_QUEUE_COLUMNS_POSTGRES

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

Result<void> SqlDeliveries::wake(const std::map<EndpointKey, Timestamp>& endpoints) {
  ValueRows rows;
  for (const auto& [endpoint, at] : endpoints) {
    rows.add(
        {{"environment_id", endpoint.first.str()}, {"endpoint_id", endpoint.second.str()}, {"wake_at", row_value(at)}});
  }
  if (rows.empty()) return {};
  return connection_.post(kWake, {rows.text()});
}

Result<void> SqlDeliveries::insert_rows(std::span<const Delivery> deliveries) {
  ValueRows rows;
  for (const Delivery& d : deliveries) {
    rows.add({{"environment_id", d.environment_id.str()},
              {"endpoint_id", d.endpoint_id.str()},
              {"owner_id", d.owner_id},
              {"owner_seq", d.owner_seq},
              {"event_id", d.event_id.str()},
              {"status", static_cast<std::int64_t>(d.status)},
              {"attempts", d.attempts},
              {"create_time", row_value(d.create_time)},
              {"event_type", d.event_type},
              {"organization_id", d.organization_id.str()},
              {"round_begins", d.round_begins},
              {"failing_since", row_value(d.failing_since)},
              {"out_of_order", static_cast<std::int64_t>(d.out_of_order)}});
  }
  return connection_.post(kInsert, {rows.text()});
}

Result<void> SqlDeliveries::insert(const std::vector<Delivery>& deliveries) {
  if (deliveries.empty()) return {};
  std::map<EndpointKey, Timestamp> endpoints;
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, const Delivery*> heads;
  for (const Delivery& delivery : deliveries) {
    endpoints.emplace(EndpointKey(delivery.environment_id, delivery.endpoint_id), delivery.create_time);
    const Delivery*& head = heads[{delivery.environment_id.str(), delivery.endpoint_id.str(), delivery.owner_id}];
    if (head == nullptr || delivery.owner_seq < head->owner_seq) head = &delivery;
  }
  DOORWARD_CHECK(wake(endpoints));
  DOORWARD_CHECK(insert_rows(deliveries));
  ValueRows rows;
  for (const auto& [queue, head] : heads) {
    rows.add({{"environment_id", head->environment_id.str()},
              {"endpoint_id", head->endpoint_id.str()},
              {"owner_id", head->owner_id},
              {"head_seq", head->owner_seq},
              {"due_at", row_value(head->create_time)}});
  }
  return connection_.post(kEnqueue, {rows.text()});
}

Result<void> SqlDeliveries::insert_claimed(const Delivery& d, const QueueClaim& claim) {
  DOORWARD_CHECK(wake({{{d.environment_id, d.endpoint_id}, claim.until}}));
  DOORWARD_CHECK(insert_rows({&d, 1}));
  return connection_.post(kInsertSolo, {d.environment_id, d.endpoint_id, d.owner_id, d.owner_seq, d.create_time,
                                        claim.claimant, claim.until, claim.until});
}

Result<void> SqlDeliveries::resend(const std::vector<Delivery>& deliveries, Timestamp now) {
  made_due_ = true;
  std::map<EndpointKey, Timestamp> endpoints;
  for (const Delivery& d : deliveries) endpoints.emplace(EndpointKey(d.environment_id, d.endpoint_id), now);
  DOORWARD_CHECK(wake(endpoints));
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
