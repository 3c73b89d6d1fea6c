#pragma once

#include "ports/store/directories.h"
#include "store/sql/connection.h"
#include "store/sql/directory_state.h"

namespace doorward::store {

class SqlDirectories : public DirectoryRepository {
 public:
  SqlDirectories(Connection& connection, DirectoryState& state) : connection_(connection), state_(state) {}

  Result<std::optional<Directory>> find(const EnvironmentId& environment, const OrganizationId& organization,
                                        const DirectoryId& id) const override;
  Result<std::optional<Directory>> find_by_id(const EnvironmentId& environment, const DirectoryId& id) const override;
  Result<std::vector<Directory>> list(const EnvironmentId& environment,
                                      const OrganizationId& organization) const override;
  Result<std::optional<Directory>> lock(const EnvironmentId& environment, const DirectoryId& id) override;
  Result<void> insert(const Directory& directory) override;
  Result<void> update(const Directory& directory) override;
  Result<void> recognise(const EnvironmentId& environment, const DirectoryId& id,
                         const ScimSettings::Recognition& recognition) override;
  Result<void> raise_schema_version(const EnvironmentId& environment, const DirectoryId& id) override;
  Result<void> mark_deleted(const EnvironmentId& environment, const OrganizationId& organization, const DirectoryId& id,
                            Timestamp at) override;
  Result<std::int64_t> purge_batch(const EnvironmentId& environment, const OrganizationId& organization,
                                   const DirectoryId& id, std::int64_t limit) override;
  Result<void> change_stats(const EnvironmentId& environment, const DirectoryId& id,
                            const StatsChange& change) override;
  Result<std::vector<RoleAssignment>> role_assignments(const EnvironmentId& environment,
                                                       const DirectoryId& directory) const override;
  Result<void> replace_role_assignments(const EnvironmentId& environment, const DirectoryId& directory,
                                        const std::vector<RoleAssignment>& assignments) override;

 private:
  Connection& connection_;
  DirectoryState& state_;
};

}  // namespace doorward::store
