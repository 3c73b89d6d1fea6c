#include "store/sql/directory_secrets.h"

#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS                                                                                                     \
  "environment_id, organization_id, directory_id, client_id, id, lookup_hash, secret_suffix, status, create_time, " \
  "expire_time, last_used_time"
#define CLIENT_COLUMNS "environment_id, organization_id, directory_id, id, name, token_life, create_time"
#define OF_DIRECTORY "WHERE environment_id = $1 AND directory_id = $2 "

constexpr Query kList{"directory_secrets.list", "SELECT " COLUMNS " FROM directory_secrets " OF_DIRECTORY
                                                "AND client_id = $3 ORDER BY create_time DESC, id DESC"};
constexpr Query kFind{"directory_secrets.find",
                      "SELECT " COLUMNS " FROM directory_secrets " OF_DIRECTORY "AND id = $3"};
constexpr Query kFindLive{"directory_secrets.find_live", "SELECT " COLUMNS " FROM directory_secrets " OF_DIRECTORY
                                                         "AND lookup_hash = $3 AND client_id = '' AND status = 0 AND "
                                                         "(expire_time IS NULL OR expire_time > $4)"};
constexpr Query kInsert{"directory_secrets.insert", "INSERT INTO directory_secrets(" COLUMNS
                                                    ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
constexpr Query kEnd{"directory_secrets.end",
                     "UPDATE directory_secrets SET status = $4, expire_time = $5 " OF_DIRECTORY "AND id = $3"};
constexpr Query kTouch{"directory_secrets.touch",
                       "UPDATE directory_secrets SET last_used_time = $4 " OF_DIRECTORY "AND id = $3"};
constexpr Query kForgetEnded{
    "directory_secrets.forget_ended",
    "DELETE FROM directory_secrets " OF_DIRECTORY
    "AND client_id = $3 AND (status <> 0 OR expire_time <= $4) AND id NOT IN (SELECT id FROM "
    "directory_secrets " OF_DIRECTORY
    "AND client_id = $3 AND (status <> 0 OR expire_time <= $4) ORDER BY create_time DESC, id DESC LIMIT $5)"};
constexpr Query kRaiseGeneration{"directories.raise_credentials_generation",
                                 "UPDATE directories SET credentials_generation = credentials_generation + 1 "
                                 "WHERE environment_id = $1 AND id = $2"};

constexpr Query kClients{"directory_oauth_clients.list",
                         "SELECT " CLIENT_COLUMNS " FROM directory_oauth_clients " OF_DIRECTORY
                         "ORDER BY create_time DESC, id DESC"};
constexpr Query kFindClient{"directory_oauth_clients.find",
                            "SELECT " CLIENT_COLUMNS " FROM directory_oauth_clients " OF_DIRECTORY "AND id = $3"};
constexpr Query kInsertClient{"directory_oauth_clients.insert", "INSERT INTO directory_oauth_clients(" CLIENT_COLUMNS
                                                                ") VALUES($1, $2, $3, $4, $5, $6, $7)"};
constexpr Query kRemoveClient{"directory_oauth_clients.remove",
                              "DELETE FROM directory_oauth_clients " OF_DIRECTORY "AND id = $3"};
constexpr Query kRemoveSecretsOfClient{"directory_secrets.remove_of_client",
                                       "DELETE FROM directory_secrets " OF_DIRECTORY "AND client_id = $3"};
#undef OF_DIRECTORY
#undef CLIENT_COLUMNS
#undef COLUMNS

DirectorySecret read_secret(const Row& row) {
  return DirectorySecret{.environment_id = id_at<EnvironmentId>(row, 0),
                         .organization_id = id_at<OrganizationId>(row, 1),
                         .directory_id = id_at<DirectoryId>(row, 2),
                         .client_id = id_at<DirectoryOauthClientId>(row, 3),
                         .id = id_at<DirectorySecretId>(row, 4),
                         .lookup_hash = text_at(row, 5),
                         .secret_suffix = text_at(row, 6),
                         .status = enum_at<SecretStatus>(row, 7),
                         .create_time = time_at(row, 8),
                         .expire_time = optional_time_at(row, 9),
                         .last_used_time = optional_time_at(row, 10)};
}

DirectoryOauthClient read_client(const Row& row) {
  return DirectoryOauthClient{.environment_id = id_at<EnvironmentId>(row, 0),
                              .organization_id = id_at<OrganizationId>(row, 1),
                              .directory_id = id_at<DirectoryId>(row, 2),
                              .id = id_at<DirectoryOauthClientId>(row, 3),
                              .name = text_at(row, 4),
                              .token_life = std::chrono::seconds(row.integer(5)),
                              .create_time = time_at(row, 6)};
}

}  // namespace

Result<std::vector<DirectorySecret>> SqlDirectorySecrets::list(const EnvironmentId& environment,
                                                               const DirectoryId& directory,
                                                               const DirectoryOauthClientId& client) const {
  return find_all(connection_, kList, {environment, directory, client}, read_secret);
}

Result<std::optional<DirectorySecret>> SqlDirectorySecrets::find(const EnvironmentId& environment,
                                                                 const DirectoryId& directory,
                                                                 const DirectorySecretId& id) const {
  return find_one(connection_, kFind, {environment, directory, id}, read_secret);
}

Result<std::optional<DirectorySecret>> SqlDirectorySecrets::find_live(const EnvironmentId& environment,
                                                                      const DirectoryId& directory,
                                                                      const std::string& lookup_hash,
                                                                      Timestamp now) const {
  return find_one(connection_, kFindLive, {environment, directory, Value::bytes(std::string_view(lookup_hash)), now},
                  read_secret);
}

Result<void> SqlDirectorySecrets::insert(const DirectorySecret& secret) {
  return connection_.post(
      kInsert, {secret.environment_id, secret.organization_id, secret.directory_id, secret.client_id, secret.id,
                Value::bytes(std::string_view(secret.lookup_hash)), secret.secret_suffix, secret.status,
                secret.create_time, secret.expire_time, secret.last_used_time});
}

Result<void> SqlDirectorySecrets::raise_generation(const EnvironmentId& environment, const DirectoryId& directory) {
  state_.forget_locked();
  return connection_.post(kRaiseGeneration, {environment, directory});
}

Result<void> SqlDirectorySecrets::end(const DirectorySecret& secret) {
  DOORWARD_CHECK(connection_.post(
      kEnd, {secret.environment_id, secret.directory_id, secret.id, secret.status, secret.expire_time}));
  return raise_generation(secret.environment_id, secret.directory_id);
}

Result<void> SqlDirectorySecrets::touch(const EnvironmentId& environment, const DirectoryId& directory,
                                        const DirectorySecretId& id, Timestamp used_at) {
  return connection_.post(kTouch, {environment, directory, id, used_at});
}

Result<void> SqlDirectorySecrets::forget_ended(const EnvironmentId& environment, const DirectoryId& directory,
                                               const DirectoryOauthClientId& client, Timestamp now, std::int64_t keep) {
  return connection_.post(kForgetEnded, {environment, directory, client, now, keep});
}

Result<std::vector<DirectoryOauthClient>> SqlDirectorySecrets::clients(const EnvironmentId& environment,
                                                                       const DirectoryId& directory) const {
  return find_all(connection_, kClients, {environment, directory}, read_client);
}

Result<std::optional<DirectoryOauthClient>> SqlDirectorySecrets::find_client(const EnvironmentId& environment,
                                                                             const DirectoryId& directory,
                                                                             const DirectoryOauthClientId& id) const {
  return find_one(connection_, kFindClient, {environment, directory, id}, read_client);
}

Result<void> SqlDirectorySecrets::insert_client(const DirectoryOauthClient& client) {
  return connection_.post(kInsertClient, {client.environment_id, client.organization_id, client.directory_id, client.id,
                                          client.name, client.token_life.count(), client.create_time});
}

Result<void> SqlDirectorySecrets::remove_client(const EnvironmentId& environment, const DirectoryId& directory,
                                                const DirectoryOauthClientId& id) {
  DOORWARD_CHECK(connection_.post(kRemoveSecretsOfClient, {environment, directory, id}));
  DOORWARD_CHECK(connection_.post(kRemoveClient, {environment, directory, id}));
  return raise_generation(environment, directory);
}

}  // namespace doorward::store
