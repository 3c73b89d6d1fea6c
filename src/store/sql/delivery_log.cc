#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "store/sql/deliveries.h"
#include "store/sql/delivery_row.h"
#include "store/sql/page.h"

namespace doorward::store {
namespace {

constexpr Query kFind{"deliveries.find", "SELECT " DOORWARD_DELIVERY_COLUMNS
                                         " FROM deliveries WHERE environment_id = $1 AND event_id = $2 AND "
                                         "endpoint_id = $3 ORDER BY owner_seq LIMIT 1"};
#define LIST(beyond, order)                                                                            \
  "SELECT " DOORWARD_DELIVERY_COLUMNS                                                                  \
  " FROM deliveries WHERE environment_id = $1 AND endpoint_id = $2 AND status = $3 AND (create_time, " \
  "event_id) " beyond                                                                                  \
  " ($4, $5) AND create_time >= $6 AND create_time < $7 AND ($8 = '' OR event_type = $8) AND "         \
  "($9 = '' OR organization_id = $9) ORDER BY create_time " order ", event_id " order " LIMIT $10"
constexpr Query kOlder{"deliveries.list", LIST("<", "DESC")};
constexpr Query kNewer{"deliveries.list_backward", LIST(">", "ASC")};
#undef LIST
// A queue's row counts only for its head.
constexpr Query kNextAttempt{"deliveries.next_attempt",
                             "SELECT due_at FROM delivery_solos " DOORWARD_OF_QUEUE
                             "AND owner_seq = $4 UNION ALL "
                             "SELECT due_at FROM delivery_queues " DOORWARD_OF_QUEUE "AND head_seq = $4"};
// SQLite would rather follow the order than the event, through every delivery of the environment.
#define SELECT_OF_EVENT(by_event)                                  \
  "SELECT " DOORWARD_DELIVERY_COLUMNS " FROM deliveries " by_event \
  "WHERE environment_id = $1 AND event_id = $2 "                   \
  "ORDER BY endpoint_id, owner_seq"
constexpr Query kOfEvent{"deliveries.of_event", SELECT_OF_EVENT("INDEXED BY deliveries_event "), SELECT_OF_EVENT("")};
#undef SELECT_OF_EVENT
constexpr Query kAttempts{
    "delivery_attempts.list",
    "SELECT a.number, a.started_at, a.latency_micros, a.http_status, a.error, a.response_excerpt, a.resend "
    "FROM deliveries d JOIN delivery_attempts a ON a.environment_id = d.environment_id AND "
    "a.endpoint_id = d.endpoint_id AND a.owner_id = d.owner_id AND a.owner_seq = d.owner_seq WHERE "
    "d.environment_id = $1 AND d.endpoint_id = $2 AND d.event_id = $3 ORDER BY a.number"};
constexpr Query kTestsSince{"deliveries.tests_since",
                            "SELECT count(*) FROM deliveries " DOORWARD_OF_QUEUE "AND owner_seq >= $4"};
constexpr Query kPendingCount{"deliveries.pending_count", "SELECT count(*) FROM deliveries WHERE " DOORWARD_WAITING};
constexpr Query kExpired{"deliveries.expired", "SELECT " DOORWARD_DELIVERY_COLUMNS
                                               " FROM deliveries WHERE create_time < $1 ORDER BY create_time LIMIT $2"};
constexpr Query kRemoveAttempts{"delivery_attempts.remove",
                                "DELETE FROM delivery_attempts " DOORWARD_OF_QUEUE "AND owner_seq = $4"};
constexpr Query kRemoveSolo{"delivery_solos.expire",
                            "DELETE FROM delivery_solos " DOORWARD_OF_QUEUE "AND owner_seq = $4"};
constexpr Query kRemove{"deliveries.remove", "DELETE FROM deliveries " DOORWARD_OF_QUEUE "AND owner_seq = $4"};
constexpr Query kClearBodies{
    "delivery_attempts.clear_bodies",
    "UPDATE delivery_attempts SET response_excerpt = '' WHERE "
    "(environment_id, endpoint_id, owner_id, owner_seq, number) IN (SELECT environment_id, endpoint_id, owner_id, "
    "owner_seq, number FROM delivery_attempts WHERE started_at < $1 AND response_excerpt <> '' ORDER BY started_at "
    "LIMIT $2)"};

constexpr Timestamp kEarliest = from_micros(std::numeric_limits<std::int64_t>::min());
constexpr Timestamp kLatest = from_micros(std::numeric_limits<std::int64_t>::max());

Keyset position_of(const Delivery& delivery) { return {delivery.create_time, delivery.event_id.str()}; }

}  // namespace

Result<std::optional<Delivery>> SqlDeliveries::find(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                                    const EventId& event) const {
  return find_one(connection_, kFind, {environment, event, endpoint}, read_delivery);
}

Result<std::vector<Delivery>> SqlDeliveries::of_status(const EndpointKey& endpoint, DeliveryStatus status,
                                                       const DeliveryFilter& filter, const Keyset& position,
                                                       std::int64_t limit, bool newer) const {
  return find_all(connection_, newer ? kNewer : kOlder,
                  {endpoint.first, endpoint.second, status, position.created_at, position.id,
                   filter.since.value_or(kEarliest), filter.until.value_or(kLatest), filter.event_type,
                   filter.organization_id ? filter.organization_id->str() : std::string(), limit},
                  read_delivery);
}

// The index gives each status in order; what they have in common is merged here.
Result<Page<Delivery>> SqlDeliveries::list(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                           const DeliveryFilter& filter, const PageRequest& page) const {
  const std::span<const DeliveryStatus> statuses =
      filter.statuses.empty() ? std::span<const DeliveryStatus>(kDeliveryStatuses) : filter.statuses;
  const auto rows = [&](bool newer) {
    return [&, newer](const Keyset& position, std::int64_t limit) -> Result<std::vector<Delivery>> {
      std::vector<Delivery> all;
      for (const DeliveryStatus status : statuses) {
        DOORWARD_TRY(auto some, of_status({environment, endpoint}, status, filter, position, limit, newer));
        std::ranges::move(some, std::back_inserter(all));
      }
      std::ranges::sort(all, [&](const Delivery& a, const Delivery& b) {
        const auto left = std::tie(a.create_time, a.event_id);
        const auto right = std::tie(b.create_time, b.event_id);
        return newer ? left < right : right < left;
      });
      if (std::ssize(all) > limit) all.resize(static_cast<std::size_t>(limit));
      return all;
    };
  };
  return read_page<Delivery>(ListOrder::kNewestFirst, page, rows(false), rows(true), position_of);
}

Result<std::optional<Timestamp>> SqlDeliveries::next_attempt(const Delivery& delivery) const {
  if (!is_waiting(delivery.status)) return std::nullopt;
  std::optional<Timestamp> due;
  DOORWARD_TRY([[maybe_unused]] auto rows,
               connection_.execute(
                   kNextAttempt, {delivery.environment_id, delivery.endpoint_id, delivery.owner_id, delivery.owner_seq},
                   [&](const Row& row) { due = time_at(row, 0); }));
  return due;
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
                           .response_excerpt = text_at(row, 5),
                           .resend = bool_at(row, 6)};
  });
}

Result<std::int64_t> SqlDeliveries::tests_since(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                                Timestamp since) const {
  return find_integer(connection_, kTestsSince, {environment, endpoint, kTestOwner, since});
}

Result<std::int64_t> SqlDeliveries::pending_count() const { return find_integer(connection_, kPendingCount, {}); }

// A queue whose head goes is put right by who claims it next.
Result<std::int64_t> SqlDeliveries::remove_before(Timestamp before, std::int64_t limit) {
  DOORWARD_TRY(auto expired, find_all(connection_, kExpired, {before, limit}, read_delivery));
  for (const Delivery& delivery : expired) {
    const std::array<Value, 4> row{delivery.environment_id, delivery.endpoint_id, delivery.owner_id,
                                   delivery.owner_seq};
    const Values place(row);
    DOORWARD_CHECK(connection_.post(kRemoveAttempts, place));
    if (is_waiting(delivery.status)) DOORWARD_CHECK(connection_.post(kRemoveSolo, place));
    DOORWARD_CHECK(connection_.post(kRemove, place));
  }
  return static_cast<std::int64_t>(expired.size());
}

Result<std::int64_t> SqlDeliveries::clear_bodies_before(Timestamp before, std::int64_t limit) {
  return connection_.execute(kClearBodies, {before, limit});
}

}  // namespace doorward::store
