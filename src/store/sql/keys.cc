#include "store/sql/keys.h"

#include "store/sql/advisory_locks.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

constexpr Query kSigningKeys{
    "signing_keys.list",
    "SELECT environment_id, id, algorithm, state, sealed_private_key, create_time, activate_time, retire_time "
    "FROM signing_keys WHERE environment_id = $1 ORDER BY create_time, id"};
constexpr Query kProtectedKeys{"protected_keys.list",
                               "SELECT environment_id, id, purpose, sealed_key, create_time FROM protected_keys "
                               "WHERE environment_id = $1 ORDER BY create_time, id"};
constexpr Query kInsertSigning{"signing_keys.insert",
                               "INSERT INTO signing_keys(environment_id, id, algorithm, state, sealed_private_key, "
                               "create_time, activate_time, retire_time) VALUES($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr Query kUpdateSigning{"signing_keys.update",
                               "UPDATE signing_keys SET algorithm = $3, state = $4, sealed_private_key = $5, "
                               "activate_time = $6, retire_time = $7 WHERE environment_id = $1 AND id = $2"};
constexpr Query kRemoveSigning{"signing_keys.remove", "DELETE FROM signing_keys WHERE environment_id = $1 AND id = $2"};
constexpr Query kInsertProtected{"protected_keys.insert",
                                 "INSERT INTO protected_keys(environment_id, id, purpose, sealed_key, create_time) "
                                 "VALUES($1, $2, $3, $4, $5)"};
constexpr Query kUpdateProtected{"protected_keys.update",
                                 "UPDATE protected_keys SET purpose = $3, sealed_key = $4 "
                                 "WHERE environment_id = $1 AND id = $2"};

}  // namespace

Result<std::vector<SigningKey>> SqlKeys::signing_keys(const EnvironmentId& environment) const {
  return find_all(connection_, kSigningKeys, {environment}, [](const Row& row) {
    return SigningKey{.environment_id = id_at<EnvironmentId>(row, 0),
                      .id = id_at<SigningKeyId>(row, 1),
                      .algorithm = text_at(row, 2),
                      .state = enum_at<SigningKeyState>(row, 3),
                      .sealed_private_key = text_at(row, 4),
                      .create_time = time_at(row, 5),
                      .activate_time = optional_time_at(row, 6),
                      .retire_time = optional_time_at(row, 7)};
  });
}

Result<std::vector<ProtectedKey>> SqlKeys::protected_keys(const EnvironmentId& environment) const {
  return find_all(connection_, kProtectedKeys, {environment}, [](const Row& row) {
    return ProtectedKey{.environment_id = id_at<EnvironmentId>(row, 0),
                        .id = text_at(row, 1),
                        .purpose = text_at(row, 2),
                        .sealed_key = text_at(row, 3),
                        .create_time = time_at(row, 4)};
  });
}

Result<void> SqlKeys::hold_signing_keys() { return wait_for_lock(connection_, AdvisoryLock::kSigningKeys); }

Result<void> SqlKeys::insert(const SigningKey& key) {
  return connection_.post(kInsertSigning, {key.environment_id, key.id, key.algorithm, key.state, key.sealed_private_key,
                                           key.create_time, key.activate_time, key.retire_time});
}

Result<void> SqlKeys::update(const SigningKey& key) {
  return connection_.post(kUpdateSigning, {key.environment_id, key.id, key.algorithm, key.state, key.sealed_private_key,
                                           key.activate_time, key.retire_time});
}

Result<void> SqlKeys::remove(const EnvironmentId& environment, const SigningKeyId& id) {
  return connection_.post(kRemoveSigning, {environment, id});
}

Result<void> SqlKeys::insert(const ProtectedKey& key) {
  return connection_.post(kInsertProtected, {key.environment_id, key.id, key.purpose, key.sealed_key, key.create_time});
}

Result<void> SqlKeys::update(const ProtectedKey& key) {
  return connection_.post(kUpdateProtected, {key.environment_id, key.id, key.purpose, key.sealed_key});
}

}  // namespace doorward::store
