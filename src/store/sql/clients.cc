#include "store/sql/clients.h"

#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

constexpr Query kFind{
    "clients.find",
    "SELECT environment_id, id, name, enabled, create_time, update_time FROM api_clients WHERE id = $1"};
constexpr Query kList{"clients.list",
                      "SELECT environment_id, id, name, enabled, create_time, update_time FROM api_clients "
                      "WHERE environment_id = $1 ORDER BY create_time, id"};
constexpr Query kSecrets{"clients.secrets",
                         "SELECT environment_id, client_id, id, lookup_hash, secret_suffix, status, create_time, "
                         "expire_time FROM client_secrets WHERE environment_id = $1 AND client_id = $2 "
                         "ORDER BY create_time, id"};
constexpr Query kInsert{"clients.insert",
                        "INSERT INTO api_clients(environment_id, id, name, enabled, create_time, update_time) "
                        "VALUES($1, $2, $3, $4, $5, $6)"};
constexpr Query kInsertSecret{"clients.insert_secret",
                              "INSERT INTO client_secrets(environment_id, client_id, id, lookup_hash, secret_suffix, "
                              "status, create_time, expire_time) VALUES($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr Query kSetEnabled{
    "clients.set_enabled",
    "UPDATE api_clients SET enabled = $3, update_time = $4 WHERE environment_id = $1 AND id = $2"};
constexpr Query kDeactivateSecret{"clients.deactivate_secret",
                                  "UPDATE client_secrets SET status = $4 WHERE environment_id = $1 AND client_id = $2 "
                                  "AND id = $3"};

ApiClient read_client(const Row& row) {
  return ApiClient{.environment_id = id_at<EnvironmentId>(row, 0),
                   .id = id_at<ApiClientId>(row, 1),
                   .name = text_at(row, 2),
                   .enabled = bool_at(row, 3),
                   .create_time = time_at(row, 4),
                   .update_time = time_at(row, 5)};
}

ClientSecret read_secret(const Row& row) {
  return ClientSecret{.environment_id = id_at<EnvironmentId>(row, 0),
                      .client_id = id_at<ApiClientId>(row, 1),
                      .id = id_at<ClientSecretId>(row, 2),
                      .lookup_hash = text_at(row, 3),
                      .secret_suffix = text_at(row, 4),
                      .status = enum_at<SecretStatus>(row, 5),
                      .create_time = time_at(row, 6),
                      .expire_time = optional_time_at(row, 7)};
}

}  // namespace

Result<std::optional<ApiClient>> SqlClients::find(const ApiClientId& id) const {
  return find_one(connection_, kFind, {id}, read_client);
}

Result<std::vector<ApiClient>> SqlClients::list(const EnvironmentId& environment) const {
  return find_all(connection_, kList, {environment}, read_client);
}

Result<std::vector<ClientSecret>> SqlClients::secrets(const EnvironmentId& environment,
                                                      const ApiClientId& client) const {
  return find_all(connection_, kSecrets, {environment, client}, read_secret);
}

Result<void> SqlClients::insert(const ApiClient& client) {
  return connection_.post(
      kInsert, {client.environment_id, client.id, client.name, client.enabled, client.create_time, client.update_time});
}

Result<void> SqlClients::insert_secret(const ClientSecret& secret) {
  return connection_.post(kInsertSecret, {secret.environment_id, secret.client_id, secret.id,
                                          Value::bytes(std::string_view(secret.lookup_hash)), secret.secret_suffix,
                                          secret.status, secret.create_time, secret.expire_time});
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
