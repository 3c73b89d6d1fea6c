#include "store/sql/webhook_endpoints.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "store/sql/delivery_row.h"
#include "store/sql/key_rows.h"
#include "store/sql/page.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS                                                                                             \
  "environment_id, id, url, description, event_types, organization_id, enabled, create_time, update_time, " \
  "retry_schedule, failing_since, disabled_reason"
#define SELECT_ENDPOINTS "SELECT " COLUMNS " FROM webhook_endpoints WHERE environment_id = $1 "

constexpr Query kFind{"webhook_endpoints.find", SELECT_ENDPOINTS "AND id = $2"};
constexpr Query kLock{"webhook_endpoints.lock", SELECT_ENDPOINTS "AND id = $2",
                      SELECT_ENDPOINTS "AND id = $2 FOR UPDATE"};
constexpr Query kAfter{"webhook_endpoints.list",
                       SELECT_ENDPOINTS "AND (create_time, id) < ($2, $3) ORDER BY create_time DESC, id DESC LIMIT $4"};
constexpr Query kBefore{"webhook_endpoints.list_backward",
                        SELECT_ENDPOINTS "AND (create_time, id) > ($2, $3) ORDER BY create_time, id LIMIT $4"};
constexpr Query kCount{"webhook_endpoints.count", "SELECT count(*) FROM webhook_endpoints WHERE environment_id = $1"};
#define SELECT_EACH(keys)         \
  "SELECT " COLUMNS " FROM " keys \
  "CROSS JOIN webhook_endpoints w WHERE w.environment_id = k.environment AND w.id = k.endpoint"
constexpr Query kFindEach{"webhook_endpoints.find_each", SELECT_EACH(DOORWARD_KEY_ROWS),
                          SELECT_EACH(DOORWARD_KEY_ROWS_POSTGRES)};
#undef SELECT_EACH
#define SELECT_SUBSCRIBED(keys)                                                                                   \
  "SELECT " COLUMNS                                                                                               \
  " FROM webhook_endpoints WHERE environment_id = $2 AND enabled = 1 AND organization_id IS NULL "                \
  "UNION ALL SELECT " COLUMNS " FROM " keys                                                                       \
  "CROSS JOIN webhook_endpoints w WHERE w.environment_id = $2 AND w.organization_id = k.owner AND w.enabled = 1 " \
  "ORDER BY id"
constexpr Query kSubscribed{"webhook_endpoints.subscribed", SELECT_SUBSCRIBED(DOORWARD_KEY_ROWS),
                            SELECT_SUBSCRIBED(DOORWARD_KEY_ROWS_POSTGRES)};
#undef SELECT_SUBSCRIBED
#define SECRET_COLUMNS "environment_id, endpoint_id, id, sealed_secret, create_time, expire_time "
constexpr Query kSecrets{"webhook_secrets.list",
                         "SELECT " SECRET_COLUMNS
                         "FROM webhook_secrets WHERE environment_id = $1 AND endpoint_id = $2 AND "
                         "(expire_time IS NULL OR expire_time > $3) ORDER BY create_time DESC, id DESC"};
#define SELECT_SECRETS(keys)                                                                                \
  "SELECT " SECRET_COLUMNS "FROM " keys                                                                     \
  "CROSS JOIN webhook_secrets s WHERE s.environment_id = k.environment AND s.endpoint_id = k.endpoint AND " \
  "(s.expire_time IS NULL OR s.expire_time > $2) ORDER BY create_time DESC, id DESC"
constexpr Query kSecretsOfEach{"webhook_secrets.of_each", SELECT_SECRETS(DOORWARD_KEY_ROWS),
                               SELECT_SECRETS(DOORWARD_KEY_ROWS_POSTGRES)};
#undef SELECT_SECRETS
#undef SECRET_COLUMNS
constexpr Query kInsert{"webhook_endpoints.insert", "INSERT INTO webhook_endpoints(" COLUMNS
                                                    ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"};
constexpr Query kUpdate{
    "webhook_endpoints.update",
    "UPDATE webhook_endpoints SET url = $3, description = $4, event_types = $5, "
    "organization_id = $6, enabled = $7, update_time = $8, retry_schedule = $9, failing_since = $10, "
    "disabled_reason = $11 WHERE environment_id = $1 AND id = $2"};
// Before kUpdate, which writes what is compared here.
constexpr Query kResume{
    "delivery_endpoints.resume",
    "UPDATE delivery_endpoints SET held_until = 0, wake_at = 0 WHERE environment_id = $1 AND endpoint_id = $2 AND "
    "EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.environment_id = $1 AND e.id = $2 AND "
    "(e.enabled = 0 OR e.url <> $3 OR e.retry_schedule <> $4))"};
constexpr Query kNoteFailure{
    "webhook_endpoints.note_failure",
    "UPDATE webhook_endpoints SET failing_since = $3 WHERE environment_id = $1 AND id = $2 AND "
    "failing_since IS NULL AND enabled = 1"};
constexpr Query kNoteSuccess{"webhook_endpoints.note_success",
                             "UPDATE webhook_endpoints SET failing_since = NULL WHERE environment_id = $1 AND id = $2 "
                             "AND failing_since IS NOT NULL"};
// Both databases bound a change by a subquery of keys.
#define OF_ENDPOINT "WHERE environment_id = $1 AND endpoint_id = $2 "
constexpr Query kCancel{"deliveries.cancel_of_endpoint",
                        "UPDATE deliveries SET status = $3 " OF_ENDPOINT
                        "AND (owner_id, owner_seq) IN (SELECT owner_id, owner_seq FROM deliveries " OF_ENDPOINT
                        "AND " DOORWARD_WAITING "LIMIT $4)"};
constexpr Query kRemoveState{"delivery_endpoints.remove",
                             "DELETE FROM delivery_endpoints WHERE environment_id = $1 AND endpoint_id = $2"};
constexpr Query kRemoveSolos{"delivery_solos.remove_of_endpoint",
                             "DELETE FROM delivery_solos " OF_ENDPOINT
                             "AND (owner_id, owner_seq) IN (SELECT owner_id, owner_seq FROM delivery_solos " OF_ENDPOINT
                             "LIMIT $3)"};
constexpr Query kRemoveQueues{"delivery_queues.remove_of_endpoint",
                              "DELETE FROM delivery_queues " OF_ENDPOINT
                              "AND owner_id IN (SELECT owner_id FROM delivery_queues " OF_ENDPOINT "LIMIT $3)"};
#undef OF_ENDPOINT
constexpr Query kRemoveSecrets{"webhook_secrets.remove_of_endpoint",
                               "DELETE FROM webhook_secrets WHERE environment_id = $1 AND endpoint_id = $2"};
constexpr Query kRemove{"webhook_endpoints.remove",
                        "DELETE FROM webhook_endpoints WHERE environment_id = $1 AND id = $2"};
constexpr Query kInsertSecret{
    "webhook_secrets.insert",
    "INSERT INTO webhook_secrets(environment_id, endpoint_id, id, sealed_secret, create_time, "
    "expire_time) VALUES($1, $2, $3, $4, $5, $6)"};
constexpr Query kEndSecret{"webhook_secrets.end",
                           "UPDATE webhook_secrets SET expire_time = $4 WHERE environment_id = $1 AND endpoint_id = $2 "
                           "AND id = $3"};
constexpr Query kRemoveSecret{"webhook_secrets.remove",
                              "DELETE FROM webhook_secrets WHERE environment_id = $1 AND endpoint_id = $2 AND id = $3"};
constexpr Query kRemoveEndedSecrets{
    "webhook_secrets.remove_ended",
    "DELETE FROM webhook_secrets WHERE environment_id = $1 AND endpoint_id = $2 AND expire_time <= $3"};
#undef COLUMNS
#undef SELECT_ENDPOINTS

constexpr Query kCountDeliveries{
    "webhook_health.count",
    "SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE environment_id = $1 AND endpoint_id = $2 AND status = $3 AND "
    "create_time >= $4 LIMIT $5) AS counted"};
#define LATEST_ATTEMPT_OF(deliveries)                                                                             \
  "SELECT d.event_id, a.started_at, a.http_status, a.error FROM (" deliveries                                     \
  ") AS d JOIN delivery_attempts a ON a.environment_id = d.environment_id AND a.endpoint_id = d.endpoint_id AND " \
  "a.owner_id = d.owner_id AND a.owner_seq = d.owner_seq ORDER BY a.started_at DESC, a.number DESC LIMIT 1"
#define OF_STATUS "SELECT * FROM deliveries WHERE environment_id = $1 AND endpoint_id = $2 AND status = $3 "
constexpr Query kLatestOfNewest{"webhook_health.latest_of_newest",
                                LATEST_ATTEMPT_OF(OF_STATUS "ORDER BY create_time DESC, event_id DESC LIMIT $4")};
// What has been tried stands at the heads of queues, so among the oldest.
constexpr Query kLatestOfOldest{"webhook_health.latest_of_oldest",
                                LATEST_ATTEMPT_OF(OF_STATUS "ORDER BY create_time, event_id LIMIT $4")};
#undef OF_STATUS
#undef LATEST_ATTEMPT_OF

// Deliveries of a state that are looked at for the latest attempt.
constexpr std::int64_t kLookedAt = 100;

std::string event_types_text(const std::vector<std::string>& types) {
  return boost::json::serialize(boost::json::value_from(types));
}

WebhookEndpoint read_endpoint(const Row& row) {
  return WebhookEndpoint{
      .environment_id = id_at<EnvironmentId>(row, 0),
      .id = id_at<WebhookEndpointId>(row, 1),
      .url = text_at(row, 2),
      .description = text_at(row, 3),
      .event_types = boost::json::value_to<std::vector<std::string>>(boost::json::parse(row.text(4))),
      .organization_id =
          row.is_null(5) ? std::optional<OrganizationId>() : std::optional(id_at<OrganizationId>(row, 5)),
      // A schedule that only a newer binary knows: the standard one serves.
      .retry_schedule = RetrySchedule::parse(row.text(9)).value_or(RetrySchedule::standard()),
      .enabled = bool_at(row, 6),
      .disabled_reason = text_at(row, 11),
      .failing_since = optional_time_at(row, 10),
      .create_time = time_at(row, 7),
      .update_time = time_at(row, 8)};
}

WebhookSecret read_secret(const Row& row) {
  return WebhookSecret{.environment_id = id_at<EnvironmentId>(row, 0),
                       .endpoint_id = id_at<WebhookEndpointId>(row, 1),
                       .id = id_at<WebhookSecretId>(row, 2),
                       .sealed_secret = text_at(row, 3),
                       .create_time = time_at(row, 4),
                       .expire_time = optional_time_at(row, 5)};
}

std::string keys_of(const std::set<WebhookEndpointKey>& endpoints) {
  KeyRows keys;
  for (const auto& [environment, id] : endpoints) keys.add({.environment = environment.str(), .endpoint = id.str()});
  return keys.text();
}

}  // namespace

Result<std::optional<WebhookEndpoint>> SqlWebhookEndpoints::find(const EnvironmentId& environment,
                                                                 const WebhookEndpointId& id) const {
  return find_one(connection_, kFind, {environment, id}, read_endpoint);
}

Result<std::optional<WebhookEndpoint>> SqlWebhookEndpoints::lock(const EnvironmentId& environment,
                                                                 const WebhookEndpointId& id) {
  return find_one(connection_, kLock, {environment, id}, read_endpoint);
}

Result<Page<WebhookEndpoint>> SqlWebhookEndpoints::list(const EnvironmentId& environment,
                                                        const PageRequest& page) const {
  const auto rows = [&](const Query& query) {
    return [&](const Keyset& position, std::int64_t limit) {
      return find_all(connection_, query, {environment, position.created_at, position.id, limit}, read_endpoint);
    };
  };
  return read_page<WebhookEndpoint>(ListOrder::kNewestFirst, page, rows(kAfter), rows(kBefore));
}

Result<std::int64_t> SqlWebhookEndpoints::count(const EnvironmentId& environment) const {
  return find_integer(connection_, kCount, {environment});
}

Result<std::map<WebhookEndpointKey, WebhookEndpoint>> SqlWebhookEndpoints::find_each(
    const std::set<WebhookEndpointKey>& endpoints) const {
  std::map<WebhookEndpointKey, WebhookEndpoint> found;
  DOORWARD_TRY([[maybe_unused]] auto rows, connection_.execute(kFindEach, {keys_of(endpoints)}, [&](const Row& row) {
    WebhookEndpoint endpoint = read_endpoint(row);
    found.emplace(WebhookEndpointKey(endpoint.environment_id, endpoint.id), std::move(endpoint));
  }));
  return found;
}

Result<std::vector<WebhookEndpoint>> SqlWebhookEndpoints::subscribed(
    const EnvironmentId& environment, const std::set<OrganizationId>& organizations) const {
  KeyRows keys;
  for (const OrganizationId& organization : organizations) {
    keys.add({.environment = environment.str(), .owner = organization.str()});
  }
  return find_all(connection_, kSubscribed, {keys.text(), environment}, read_endpoint);
}

Result<std::vector<WebhookSecret>> SqlWebhookEndpoints::secrets(const EnvironmentId& environment,
                                                                const WebhookEndpointId& endpoint,
                                                                Timestamp now) const {
  return find_all(connection_, kSecrets, {environment, endpoint, now}, read_secret);
}

Result<std::map<WebhookEndpointKey, std::vector<WebhookSecret>>> SqlWebhookEndpoints::secrets_of_each(
    const std::set<WebhookEndpointKey>& endpoints, Timestamp now) const {
  std::map<WebhookEndpointKey, std::vector<WebhookSecret>> found;
  DOORWARD_TRY([[maybe_unused]] auto rows,
               connection_.execute(kSecretsOfEach, {keys_of(endpoints), now}, [&](const Row& row) {
                 WebhookSecret secret = read_secret(row);
                 found[{secret.environment_id, secret.endpoint_id}].push_back(std::move(secret));
               }));
  return found;
}

Result<WebhookHealth> SqlWebhookEndpoints::health(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                                  Timestamp since) const {
  const auto count = [&](DeliveryStatus status, Timestamp from) {
    return find_integer(connection_, kCountDeliveries, {environment, endpoint, status, from, kMostCounted});
  };
  const auto latest = [&](const Query& query, DeliveryStatus status) {
    return find_one(connection_, query, {environment, endpoint, status, kLookedAt}, [](const Row& row) {
      return NotedAttempt{.event_id = id_at<EventId>(row, 0),
                          .started_at = time_at(row, 1),
                          .http_status = static_cast<int>(row.integer(2)),
                          .error = text_at(row, 3)};
    });
  };
  WebhookHealth health;
  DOORWARD_TRY(health.delivered, count(DeliveryStatus::kDelivered, since));
  DOORWARD_TRY(health.failed, count(DeliveryStatus::kFailed, since));
  for (const DeliveryStatus status : kDeliveryStatuses) {
    if (!is_waiting(status)) continue;
    DOORWARD_TRY(const std::int64_t waiting, count(status, Timestamp{}));
    health.waiting = std::min(kMostCounted, health.waiting + waiting);
  }
  DOORWARD_TRY(health.last_success, latest(kLatestOfNewest, DeliveryStatus::kDelivered));
  for (const DeliveryStatus status :
       {DeliveryStatus::kFailed, DeliveryStatus::kParked, DeliveryStatus::kResending, DeliveryStatus::kPending}) {
    const Query& query = status == DeliveryStatus::kPending ? kLatestOfOldest : kLatestOfNewest;
    DOORWARD_TRY(auto attempt, latest(query, status));
    const bool failed = attempt && (attempt->http_status < 200 || attempt->http_status > 299);
    if (failed && (!health.last_failure || health.last_failure->started_at < attempt->started_at)) {
      health.last_failure = std::move(attempt);
    }
  }
  return health;
}

Result<void> SqlWebhookEndpoints::insert(const WebhookEndpoint& endpoint) {
  return connection_.post(kInsert, {endpoint.environment_id, endpoint.id, endpoint.url, endpoint.description,
                                    event_types_text(endpoint.event_types), endpoint.organization_id, endpoint.enabled,
                                    endpoint.create_time, endpoint.update_time, endpoint.retry_schedule.text(),
                                    endpoint.failing_since, endpoint.disabled_reason});
}

Result<void> SqlWebhookEndpoints::update(const WebhookEndpoint& endpoint) {
  if (endpoint.enabled) {
    DOORWARD_CHECK(connection_.post(
        kResume, {endpoint.environment_id, endpoint.id, endpoint.url, endpoint.retry_schedule.text()}));
  }
  return connection_.post(kUpdate, {endpoint.environment_id, endpoint.id, endpoint.url, endpoint.description,
                                    event_types_text(endpoint.event_types), endpoint.organization_id, endpoint.enabled,
                                    endpoint.update_time, endpoint.retry_schedule.text(), endpoint.failing_since,
                                    endpoint.disabled_reason});
}

Result<void> SqlWebhookEndpoints::note_failure(const EnvironmentId& environment, const WebhookEndpointId& id,
                                               Timestamp at) {
  return connection_.post(kNoteFailure, {environment, id, at});
}

Result<void> SqlWebhookEndpoints::note_success(const EnvironmentId& environment, const WebhookEndpointId& id) {
  return connection_.post(kNoteSuccess, {environment, id});
}

Result<void> SqlWebhookEndpoints::remove(const EnvironmentId& environment, const WebhookEndpointId& id) {
  DOORWARD_CHECK(connection_.post(kRemoveState, {environment, id}));
  DOORWARD_CHECK(connection_.post(kRemoveSecrets, {environment, id}));
  return connection_.post(kRemove, {environment, id});
}

// The state goes again: the sequencer may have made it anew when it had read the endpoint before its end.
Result<std::int64_t> SqlWebhookEndpoints::cancel_batch(const EnvironmentId& environment, const WebhookEndpointId& id,
                                                       std::int64_t limit) {
  DOORWARD_TRY(const auto endpoint, find(environment, id));
  if (endpoint) return 0;
  DOORWARD_CHECK(connection_.post(kRemoveState, {environment, id}));
  std::int64_t rows = 0;
  for (const Query* query : {&kRemoveSolos, &kRemoveQueues}) {
    DOORWARD_TRY(const auto removed, connection_.execute(*query, {environment, id, limit - rows}));
    rows += removed;
    if (rows >= limit) return rows;
  }
  DOORWARD_TRY(const auto cancelled,
               connection_.execute(kCancel, {environment, id, DeliveryStatus::kCancelled, limit - rows}));
  return rows + cancelled;
}

Result<void> SqlWebhookEndpoints::insert_secret(const WebhookSecret& secret) {
  return connection_.post(kInsertSecret, {secret.environment_id, secret.endpoint_id, secret.id, secret.sealed_secret,
                                          secret.create_time, secret.expire_time});
}

Result<void> SqlWebhookEndpoints::end_secret(const WebhookSecret& secret) {
  return connection_.post(kEndSecret, {secret.environment_id, secret.endpoint_id, secret.id, secret.expire_time});
}

Result<void> SqlWebhookEndpoints::remove_secret(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                                const WebhookSecretId& id) {
  return connection_.post(kRemoveSecret, {environment, endpoint, id});
}

Result<void> SqlWebhookEndpoints::remove_ended_secrets(const EnvironmentId& environment,
                                                       const WebhookEndpointId& endpoint, Timestamp now) {
  return connection_.post(kRemoveEndedSecrets, {environment, endpoint, now});
}

}  // namespace doorward::store
