#pragma once

#include "ports/store/directory_groups.h"
#include "store/sql/connection.h"
#include "store/sql/directory_state.h"

namespace doorward::store {

// From the columns environment_id, directory_id, id, organization_id, display_name, display_name_folded, external_id,
// attributes, member_count, version, create_time, update_time.
DirectoryGroup read_group(const Row& row);

class SqlDirectoryGroups : public DirectoryGroupRepository {
 public:
  SqlDirectoryGroups(Connection& connection, DirectoryState& directories)
      : connection_(connection), directories_(directories) {}

  Result<std::optional<DirectoryGroup>> find(const EnvironmentId& environment, const DirectoryId& directory,
                                             const DirectoryGroupId& id) const override;
  Result<Page<DirectoryGroup>> list(const EnvironmentId& environment, const DirectoryId& directory,
                                    const DirectoryGroupQuery& query, const PageRequest& page) const override;
  Result<std::vector<DirectoryGroupId>> look_up(const EnvironmentId& environment, const DirectoryId& directory,
                                                Index index, const std::string& value, const DirectoryGroupId& after,
                                                std::int64_t limit) const override;
  Result<std::vector<DirectoryGroup>> find_each(const EnvironmentId& environment, const DirectoryId& directory,
                                                const std::vector<DirectoryGroupId>& ids) const override;
  Result<std::vector<DirectoryGroup>> walk(const EnvironmentId& environment, const DirectoryId& directory,
                                           const ResourceWalk& walk, const std::optional<ResourcePosition>& after,
                                           std::int64_t limit) const override;
  Result<std::optional<ResourcePosition>> position(const EnvironmentId& environment, const DirectoryId& directory,
                                                   const ResourceWalk& walk, std::int64_t offset) const override;
  Result<std::int64_t> count_walk(const EnvironmentId& environment, const DirectoryId& directory,
                                  const ResourceWalk& walk) const override;
  Result<std::vector<DirectoryGroup>> summaries(const EnvironmentId& environment, const DirectoryId& directory,
                                                const std::optional<Keyset>& after, std::int64_t limit) const override;
  Result<std::vector<Size>> sizes(const EnvironmentId& environment, const DirectoryId& directory,
                                  const std::vector<DirectoryGroupId>& ids) const override;
  Result<std::optional<DirectoryGroup>> find_deleted(const EnvironmentId& environment, const DirectoryId& directory,
                                                     const DirectoryGroupId& id) const override;
  Result<std::int64_t> count(const EnvironmentId& environment, const DirectoryId& directory,
                             const DirectoryGroupQuery& query) const override;
  Result<void> insert(const DirectoryGroup& group) override;
  Result<void> update(const DirectoryGroup& group) override;
  Result<void> mark_deleted(const EnvironmentId& environment, const DirectoryId& directory, const DirectoryGroupId& id,
                            Timestamp at) override;
  Result<std::vector<GroupMember>> members(const EnvironmentId& environment, const DirectoryId& directory,
                                           const DirectoryGroupId& group, const std::string& after_value,
                                           std::int64_t limit) const override;
  Result<std::optional<GroupMember>> find_member(const EnvironmentId& environment, const DirectoryId& directory,
                                                 const DirectoryGroupId& group,
                                                 const std::string& value) const override;
  Result<std::vector<DirectoryGroupId>> groups_holding(const EnvironmentId& environment, const DirectoryId& directory,
                                                       const std::string& value) const override;
  Result<std::vector<Named>> name_members(const EnvironmentId& environment, const DirectoryId& directory,
                                          const std::vector<std::string>& texts) const override;
  Result<Added> add_members(const EnvironmentId& environment, const DirectoryId& directory,
                            const DirectoryGroupId& group, const std::vector<GroupMember>& members,
                            Unsaid unsaid = Unsaid::kKept) override;
  Result<std::vector<GroupMember>> remove_members(const EnvironmentId& environment, const DirectoryId& directory,
                                                  const DirectoryGroupId& group,
                                                  const std::vector<std::string>& values) override;
  Result<std::vector<GroupMember>> take_members(const EnvironmentId& environment, const DirectoryId& directory,
                                                const DirectoryGroupId& group, std::int64_t limit) override;
  Result<void> change_member_count(const EnvironmentId& environment, const DirectoryId& directory,
                                   const DirectoryGroupId& group, std::int64_t delta) override;
  Result<void> remove(const EnvironmentId& environment, const DirectoryId& directory,
                      const DirectoryGroupId& group) override;

 private:
  Connection& connection_;
  DirectoryState& directories_;
};

}  // namespace doorward::store
