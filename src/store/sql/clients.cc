#include "store/sql/clients.h"

#include <algorithm>
#include <array>

#include "store/sql/client_document.h"
#include "store/sql/page.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS "environment_id, id, name, type, enabled, document, create_time, update_time"
#define SELECT_OF_ENVIRONMENT "SELECT " COLUMNS " FROM api_clients WHERE environment_id = $1 "
#define OF_TYPES "AND type IN ($2, $3, $4, $5) "
constexpr Query kFind{"clients.find", "SELECT " COLUMNS " FROM api_clients WHERE id = $1"};
constexpr Query kLock{"clients.lock", SELECT_OF_ENVIRONMENT "AND id = $2",
                      SELECT_OF_ENVIRONMENT "AND id = $2 FOR UPDATE"};
constexpr Query kLockShared{"clients.lock_shared", SELECT_OF_ENVIRONMENT "AND id = $2",
                            SELECT_OF_ENVIRONMENT "AND id = $2 FOR SHARE"};
constexpr Query kAfter{"clients.search", SELECT_OF_ENVIRONMENT OF_TYPES
                       "AND (create_time, id) < ($6, $7) ORDER BY create_time DESC, id DESC LIMIT $8"};
constexpr Query kBefore{"clients.search_backward", SELECT_OF_ENVIRONMENT OF_TYPES
                        "AND (create_time, id) > ($6, $7) ORDER BY create_time, id LIMIT $8"};
constexpr Query kCount{"clients.count", "SELECT count(*) FROM api_clients WHERE environment_id = $1 " OF_TYPES};
constexpr Query kList{"clients.list", SELECT_OF_ENVIRONMENT "ORDER BY create_time, id"};
constexpr Query kInsert{"clients.insert",
                        "INSERT INTO api_clients(" COLUMNS ") VALUES($1, $2, $3, $4, $5, $6, $7, $8)"};
#undef OF_TYPES
#undef SELECT_OF_ENVIRONMENT
#undef COLUMNS
#define OF_CLIENT "WHERE environment_id = $1 AND id = $2"
constexpr Query kUpdate{
    "clients.update",
    "UPDATE api_clients SET name = $3, type = $4, enabled = $5, document = $6, update_time = $7 " OF_CLIENT};
constexpr Query kSetEnabled{"clients.set_enabled", "UPDATE api_clients SET enabled = $3, update_time = $4 " OF_CLIENT};
constexpr Query kRemove{"clients.remove", "DELETE FROM api_clients " OF_CLIENT};
#undef OF_CLIENT

#define SECRET_COLUMNS                                                                                         \
  "environment_id, client_id, id, lookup_hash, secret_suffix, status, create_time, expire_time, update_time, " \
  "last_used_time"
#define OF_SECRET "WHERE environment_id = $1 AND client_id = $2 AND id = $3"
constexpr Query kSecrets{"clients.secrets",
                         "SELECT " SECRET_COLUMNS
                         " FROM client_secrets WHERE environment_id = $1 AND client_id = $2 ORDER BY create_time, id"};
constexpr Query kInsertSecret{"clients.insert_secret", "INSERT INTO client_secrets(" SECRET_COLUMNS
                                                       ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr Query kUpdateSecret{"clients.update_secret",
                              "UPDATE client_secrets SET status = $4, expire_time = $5, update_time = $6 " OF_SECRET};
constexpr Query kTouchSecret{"clients.touch_secret", "UPDATE client_secrets SET last_used_time = $4 " OF_SECRET};
constexpr Query kDeactivateSecret{"clients.deactivate_secret", "UPDATE client_secrets SET status = $4 " OF_SECRET};
constexpr Query kRemoveSecret{"clients.remove_secret", "DELETE FROM client_secrets " OF_SECRET};
constexpr Query kRemoveSecrets{"clients.remove_secrets",
                               "DELETE FROM client_secrets WHERE environment_id = $1 AND client_id = $2"};
#undef OF_SECRET
#undef SECRET_COLUMNS

constexpr std::array kClientTypes{ClientType::kEnvironment, ClientType::kWebApp, ClientType::kSinglePageApp,
                                  ClientType::kNative};

// The named types, the first of them again and again in the rest of the places; every type when none is named.
std::array<ClientType, kClientTypes.size()> types_or_all(const std::vector<ClientType>& types) {
  if (types.empty()) return kClientTypes;
  std::array<ClientType, kClientTypes.size()> places{};
  places.fill(types.front());
  std::size_t used = 0;
  for (const ClientType type : kClientTypes) {
    if (std::ranges::find(types, type) != types.end()) places[used++] = type;
  }
  return places;
}

ApiClient read_client(const Row& row) {
  ApiClient client{.environment_id = id_at<EnvironmentId>(row, 0),
                   .id = id_at<ApiClientId>(row, 1),
                   .name = text_at(row, 2),
                   .type = enum_at<ClientType>(row, 3),
                   .enabled = bool_at(row, 4)};
  read_client_document(object_at(row, 5), client);
  client.create_time = time_at(row, 6);
  client.update_time = time_at(row, 7);
  return client;
}

Result<ApiClient> found(Result<std::optional<ApiClient>> client) {
  if (!client) return failure(std::move(client).error());
  if (!*client) return failure(Reason::kClientNotFound, "client not found");
  return **std::move(client);
}

ClientSecret read_secret(const Row& row) {
  return ClientSecret{.environment_id = id_at<EnvironmentId>(row, 0),
                      .client_id = id_at<ApiClientId>(row, 1),
                      .id = id_at<ClientSecretId>(row, 2),
                      .lookup_hash = text_at(row, 3),
                      .secret_suffix = text_at(row, 4),
                      .status = enum_at<SecretStatus>(row, 5),
                      .create_time = time_at(row, 6),
                      // Rows of the first release have no time of a change.
                      .update_time = std::max(time_at(row, 8), time_at(row, 6)),
                      .expire_time = optional_time_at(row, 7),
                      .last_used_time = optional_time_at(row, 9)};
}

}  // namespace

Result<std::optional<ApiClient>> SqlClients::find(const ApiClientId& id) const {
  return find_one(connection_, kFind, {id}, read_client);
}

Result<Page<ApiClient>> SqlClients::search(const EnvironmentId& environment, const std::vector<ClientType>& types,
                                           const PageRequest& page) const {
  const auto of = types_or_all(types);
  const auto rows = [&](const Query& query) {
    return [&](const Keyset& position, std::int64_t limit) {
      return find_all(connection_, query,
                      {environment, of[0], of[1], of[2], of[3], position.created_at, position.id, limit}, read_client);
    };
  };
  return read_page<ApiClient>(ListOrder::kNewestFirst, page, rows(kAfter), rows(kBefore));
}

Result<std::int64_t> SqlClients::count(const EnvironmentId& environment, const std::vector<ClientType>& types) const {
  const auto of = types_or_all(types);
  return find_integer(connection_, kCount, {environment, of[0], of[1], of[2], of[3]});
}

Result<std::vector<ApiClient>> SqlClients::list(const EnvironmentId& environment) const {
  return find_all(connection_, kList, {environment}, read_client);
}

Result<std::vector<ClientSecret>> SqlClients::secrets(const EnvironmentId& environment,
                                                      const ApiClientId& client) const {
  return find_all(connection_, kSecrets, {environment, client}, read_secret);
}

Result<ApiClient> SqlClients::lock(const EnvironmentId& environment, const ApiClientId& id) {
  return found(find_one(connection_, kLock, {environment, id}, read_client));
}

Result<ApiClient> SqlClients::lock_shared(const EnvironmentId& environment, const ApiClientId& id) {
  return found(find_one(connection_, kLockShared, {environment, id}, read_client));
}

Result<void> SqlClients::insert(const ApiClient& client) {
  return connection_.post(kInsert, {client.environment_id, client.id, client.name, client.type, client.enabled,
                                    client_document(client), client.create_time, client.update_time});
}

Result<void> SqlClients::update(const ApiClient& client) {
  return connection_.post(kUpdate, {client.environment_id, client.id, client.name, client.type, client.enabled,
                                    client_document(client), client.update_time});
}

Result<void> SqlClients::remove(const EnvironmentId& environment, const ApiClientId& id) {
  DOORWARD_CHECK(connection_.post(kRemoveSecrets, {environment, id}));
  return connection_.post(kRemove, {environment, id});
}

Result<void> SqlClients::insert_secret(const ClientSecret& secret) {
  return connection_.post(kInsertSecret,
                          {secret.environment_id, secret.client_id, secret.id,
                           Value::bytes(std::string_view(secret.lookup_hash)), secret.secret_suffix, secret.status,
                           secret.create_time, secret.expire_time, secret.update_time, secret.last_used_time});
}

Result<void> SqlClients::update_secret(const ClientSecret& secret) {
  return connection_.post(kUpdateSecret, {secret.environment_id, secret.client_id, secret.id, secret.status,
                                          secret.expire_time, secret.update_time});
}

Result<void> SqlClients::touch_secret(const EnvironmentId& environment, const ApiClientId& client,
                                      const ClientSecretId& id, Timestamp used_at) {
  return connection_.post(kTouchSecret, {environment, client, id, used_at});
}

Result<void> SqlClients::remove_secret(const EnvironmentId& environment, const ApiClientId& client,
                                       const ClientSecretId& id) {
  return connection_.post(kRemoveSecret, {environment, client, id});
}

Result<void> SqlClients::set_enabled(const EnvironmentId& environment, const ApiClientId& id, bool enabled,
                                     Timestamp at) {
  return connection_.post(kSetEnabled, {environment, id, enabled, at});
}

Result<void> SqlClients::deactivate_secret(const EnvironmentId& environment, const ApiClientId& client,
                                           const ClientSecretId& id) {
  return connection_.post(kDeactivateSecret, {environment, client, id, SecretStatus::kInactive});
}

}  // namespace doorward::store
