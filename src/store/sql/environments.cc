#include "store/sql/environments.h"

#include "store/sql/advisory_locks.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

constexpr Query kFirst{"environments.first",
                       "SELECT id, create_time FROM environments ORDER BY create_time, id LIMIT 1"};
constexpr Query kInsert{"environments.insert", "INSERT INTO environments(id, create_time) VALUES($1, $2)"};
constexpr Query kInsertRole{
    "roles.insert",
    "INSERT INTO roles(environment_id, id, name, display_name, default_creator, default_member) "
    "VALUES($1, $2, $3, $4, $5, $6)"};
constexpr Query kRoles{"roles.list",
                       "SELECT environment_id, id, name, display_name, default_creator, default_member FROM roles "
                       "WHERE environment_id = $1 ORDER BY id"};

}  // namespace

Result<std::optional<Environment>> SqlEnvironments::first() const {
  return find_one(connection_, kFirst, {}, [](const Row& row) {
    return Environment{.id = id_at<EnvironmentId>(row, 0), .create_time = time_at(row, 1)};
  });
}

Result<void> SqlEnvironments::insert(const Environment& environment) {
  return connection_.post(kInsert, {environment.id, environment.create_time});
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
