#pragma once

#include "ports/store/directory_users.h"
#include "store/sql/connection.h"
#include "store/sql/directory_state.h"

namespace doorward::store {

class SqlDirectoryUsers : public DirectoryUserRepository {
 public:
  SqlDirectoryUsers(Connection& connection, DirectoryState& directories)
      : connection_(connection), directories_(directories) {}

  Result<std::optional<DirectoryUser>> find(const EnvironmentId& environment, const DirectoryId& directory,
                                            const DirectoryUserId& id) const override;
  Result<std::optional<DirectoryUserWithGroups>> find_with_groups(const EnvironmentId& environment,
                                                                  const DirectoryId& directory,
                                                                  const DirectoryUserId& id) const override;
  Result<std::optional<DirectoryUser>> find_by_user_name(const EnvironmentId& environment, const DirectoryId& directory,
                                                         const std::string& user_name_folded) const override;
  Result<std::vector<DirectoryUser>> find_by_external_id(const EnvironmentId& environment, const DirectoryId& directory,
                                                         const std::string& external_id) const override;
  Result<std::vector<DirectoryUser>> managed_by(const EnvironmentId& environment, const DirectoryId& directory,
                                                const std::string& manager, std::int64_t limit) const override;
  Result<Page<DirectoryUser>> list(const EnvironmentId& environment, const DirectoryId& directory,
                                   const DirectoryUserQuery& query, const PageRequest& page) const override;
  Result<std::optional<std::vector<DirectoryUserId>>> look_up(const EnvironmentId& environment,
                                                              const DirectoryId& directory, Index index,
                                                              const std::string& value, const DirectoryUserId& after,
                                                              std::int64_t limit) const override;
  Result<std::vector<DirectoryUser>> find_each(const EnvironmentId& environment, const DirectoryId& directory,
                                               const std::vector<DirectoryUserId>& ids) const override;
  Result<std::vector<DirectoryUser>> walk(const EnvironmentId& environment, const DirectoryId& directory,
                                          const ResourceWalk& walk, const std::optional<ResourcePosition>& after,
                                          std::int64_t limit) const override;
  Result<std::optional<ResourcePosition>> position(const EnvironmentId& environment, const DirectoryId& directory,
                                                   const ResourceWalk& walk, std::int64_t offset) const override;
  Result<std::int64_t> count_walk(const EnvironmentId& environment, const DirectoryId& directory,
                                  const ResourceWalk& walk) const override;
  Result<std::int64_t> count(const EnvironmentId& environment, const DirectoryId& directory,
                             const DirectoryUserQuery& query) const override;
  Result<std::vector<GroupReference>> groups_of(const EnvironmentId& environment, const DirectoryId& directory,
                                                const DirectoryUserId& user) const override;
  Result<std::vector<std::vector<GroupReference>>> groups_of_each(
      const EnvironmentId& environment, const DirectoryId& directory,
      const std::vector<DirectoryUserId>& users) const override;
  Result<void> insert(const DirectoryUser& user) override;
  Result<void> update(const DirectoryUser& user) override;
  Result<void> change_emails(const EnvironmentId& environment, const DirectoryId& directory,
                             const DirectoryUserId& user, const std::vector<std::string>& removed,
                             const std::vector<std::string>& added) override;
  Result<void> emails_complete(const EnvironmentId& environment, const DirectoryId& directory) override;
  Result<void> remove(const EnvironmentId& environment, const DirectoryId& directory,
                      const DirectoryUserId& id) override;

 private:
  Connection& connection_;
  DirectoryState& directories_;
};

}  // namespace doorward::store
