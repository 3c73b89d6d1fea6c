#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/directory_group.h"
#include "domain/directory_user.h"
#include "domain/page.h"

namespace doorward {

struct DirectoryUserQuery {
  std::optional<Timestamp> updated_after;    // strictly
  std::optional<DirectoryGroupId> group_id;  // only members of this group
};

struct DirectoryUserWithGroups {
  DirectoryUser user;
  std::vector<GroupReference> groups;
};

class DirectoryUserRepository {
 public:
  virtual ~DirectoryUserRepository() = default;

  virtual Result<std::optional<DirectoryUser>> find(const EnvironmentId& environment, const DirectoryId& directory,
                                                    const DirectoryUserId& id) const = 0;
  // The same together with the groups of the user, as groups_of lists them; one statement.
  virtual Result<std::optional<DirectoryUserWithGroups>> find_with_groups(const EnvironmentId& environment,
                                                                          const DirectoryId& directory,
                                                                          const DirectoryUserId& id) const = 0;
  virtual Result<std::optional<DirectoryUser>> find_by_user_name(const EnvironmentId& environment,
                                                                 const DirectoryId& directory,
                                                                 const std::string& user_name_folded) const = 0;
  virtual Result<std::vector<DirectoryUser>> find_by_external_id(const EnvironmentId& environment,
                                                                 const DirectoryId& directory,
                                                                 const std::string& external_id) const = 0;
  // Oldest first (creation time, id).
  virtual Result<Page<DirectoryUser>> list(const EnvironmentId& environment, const DirectoryId& directory,
                                           const DirectoryUserQuery& query, const PageRequest& page) const = 0;
  // SCIM index paging: skips `offset` users in the order of `list`.
  virtual Result<std::vector<DirectoryUser>> slice(const EnvironmentId& environment, const DirectoryId& directory,
                                                   std::int64_t offset, std::int64_t limit) const = 0;
  virtual Result<std::int64_t> count(const EnvironmentId& environment, const DirectoryId& directory,
                                     const DirectoryUserQuery& query) const = 0;
  // Users whose manager is this one, in the order of their ids, up to `limit`.
  virtual Result<std::vector<DirectoryUser>> managed_by(const EnvironmentId& environment, const DirectoryId& directory,
                                                        const std::string& manager, std::int64_t limit) const = 0;
  // Groups in which the user is a direct member, by display name.
  virtual Result<std::vector<GroupReference>> groups_of(const EnvironmentId& environment, const DirectoryId& directory,
                                                        const DirectoryUserId& user) const = 0;
  // The same for several users at once, in their order.
  virtual Result<std::vector<std::vector<GroupReference>>> groups_of_each(
      const EnvironmentId& environment, const DirectoryId& directory,
      const std::vector<DirectoryUserId>& users) const = 0;

  // kUserNameTaken.
  virtual Result<void> insert(const DirectoryUser& user) = 0;
  virtual Result<void> update(const DirectoryUser& user) = 0;
  // Removes the user and its memberships.
  virtual Result<void> remove(const EnvironmentId& environment, const DirectoryId& directory,
                              const DirectoryUserId& id) = 0;
};

}  // namespace doorward
