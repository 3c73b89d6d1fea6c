#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/directory.h"
#include "domain/group_roles.h"

namespace doorward {

// Living directories of living organizations; a deleted one is invisible to every method but `purge_batch`.
class DirectoryRepository {
 public:
  virtual ~DirectoryRepository() = default;

  virtual Result<std::optional<Directory>> find(const EnvironmentId& environment, const OrganizationId& organization,
                                                const DirectoryId& id) const = 0;
  // For an identity provider's request, which names only the directory.
  virtual Result<std::optional<Directory>> find_by_id(const EnvironmentId& environment,
                                                      const DirectoryId& id) const = 0;
  // Enabled before disabled, then oldest first: the first is what the SDKs call primary.
  virtual Result<std::vector<Directory>> list(const EnvironmentId& environment,
                                              const OrganizationId& organization) const = 0;

  // Locks the directory to the end of the transaction: every write to its users, groups and members begins with this,
  // which is what keeps its history in one order.
  virtual Result<std::optional<Directory>> lock(const EnvironmentId& environment, const DirectoryId& id) = 0;
  virtual Result<void> insert(const Directory& directory) = 0;
  // Everything but stats, last_synced_at, schema_version, has_role_assignments, has_waiting_members and
  // credentials_generation.
  virtual Result<void> update(const Directory& directory) = 0;
  // Keeps whose client the directory's requests come from, unless that is known already.
  virtual Result<void> recognise(const EnvironmentId& environment, const DirectoryId& id,
                                 const ScimSettings::Recognition& recognition) = 0;
  // One more than it was: what was read by the schemas before is read by them no longer.
  virtual Result<void> raise_schema_version(const EnvironmentId& environment, const DirectoryId& id) = 0;
  // Ends its secrets too.
  virtual Result<void> mark_deleted(const EnvironmentId& environment, const OrganizationId& organization,
                                    const DirectoryId& id, Timestamp at) = 0;
  virtual Result<std::int64_t> purge_batch(const EnvironmentId& environment, const OrganizationId& organization,
                                           const DirectoryId& id, std::int64_t limit) = 0;
  // Adds to the totals and moves user_updated_at / group_updated_at when given; when the provider pushed the change,
  // moves last_synced_at to the later one.
  struct StatsChange {
    std::int64_t users = 0;
    std::int64_t groups = 0;
    std::optional<Timestamp> user_updated_at;
    std::optional<Timestamp> group_updated_at;
    bool pushed = true;
  };
  virtual Result<void> change_stats(const EnvironmentId& environment, const DirectoryId& id,
                                    const StatsChange& change) = 0;

  // Which roles the groups give, in the order in which they were assigned; at most kMaxRoleAssignments.
  virtual Result<std::vector<RoleAssignment>> role_assignments(const EnvironmentId& environment,
                                                               const DirectoryId& directory) const = 0;
  // Each pair of group and role at most once. Keeps has_role_assignments of the directory.
  virtual Result<void> replace_role_assignments(const EnvironmentId& environment, const DirectoryId& directory,
                                                const std::vector<RoleAssignment>& assignments) = 0;
};

}  // namespace doorward
