#include "store/sql/environments.h"

#include "store/sql/advisory_locks.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS                                                                                     \
  "id, create_time, absolute_session_timeout, idle_session_timeout_enabled, idle_session_timeout, " \
  "access_token_life"

constexpr Query kFirst{"environments.first", "SELECT " COLUMNS " FROM environments ORDER BY create_time, id LIMIT 1"};
constexpr Query kFind{"environments.find", "SELECT " COLUMNS " FROM environments WHERE id = $1"};
constexpr Query kInsert{"environments.insert", "INSERT INTO environments(" COLUMNS ") VALUES($1, $2, $3, $4, $5, $6)"};
#undef COLUMNS
constexpr Query kInsertRole{
    "roles.insert",
    "INSERT INTO roles(environment_id, id, name, display_name, default_creator, default_member) "
    "VALUES($1, $2, $3, $4, $5, $6)"};
constexpr Query kRoles{"roles.list",
                       "SELECT environment_id, id, name, display_name, default_creator, default_member FROM roles "
                       "WHERE environment_id = $1 ORDER BY id"};

Environment read_environment(const Row& row) {
  return Environment{.id = id_at<EnvironmentId>(row, 0),
                     .create_time = time_at(row, 1),
                     .session_policy = {.absolute_timeout = Minutes(row.integer(2)),
                                        .idle_timeout_enabled = bool_at(row, 3),
                                        .idle_timeout = Minutes(row.integer(4)),
                                        .access_token_life = Minutes(row.integer(5))}};
}

}  // namespace

Result<std::optional<Environment>> SqlEnvironments::first() const {
  return find_one(connection_, kFirst, {}, read_environment);
}

Result<std::optional<Environment>> SqlEnvironments::find(const EnvironmentId& id) const {
  return find_one(connection_, kFind, {id}, read_environment);
}

Result<void> SqlEnvironments::insert(const Environment& environment) {
  const ApplicationSessionPolicy& policy = environment.session_policy;
  return connection_.post(
      kInsert, {environment.id, environment.create_time, policy.absolute_timeout.count(), policy.idle_timeout_enabled,
                policy.idle_timeout.count(), policy.access_token_life.count()});
}

Result<void> SqlEnvironments::insert_role(const Role& role) {
  return connection_.post(kInsertRole, {role.environment_id, role.id, role.name, role.display_name,
                                        role.default_creator, role.default_member});
}

Result<std::vector<Role>> SqlEnvironments::roles(const EnvironmentId& environment) const {
  return find_all(connection_, kRoles, {environment}, [](const Row& row) {
    return Role{.environment_id = id_at<EnvironmentId>(row, 0),
                .id = id_at<RoleId>(row, 1),
                .name = text_at(row, 2),
                .display_name = text_at(row, 3),
                .default_creator = bool_at(row, 4),
                .default_member = bool_at(row, 5)};
  });
}

Result<void> SqlEnvironments::lock_first_start() { return wait_for_lock(connection_, AdvisoryLock::kFirstStart); }

}  // namespace doorward::store
