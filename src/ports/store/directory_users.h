#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/directory_group.h"
#include "domain/directory_user.h"
#include "domain/page.h"
#include "domain/resource_walk.h"

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
  // For searches of identity providers. The users come without profile and roles.
  enum class Index : std::uint8_t { kId, kUserName, kExternalId, kEmail, kGroup };
  // Ids of the users that an index has under `value` (user name and e-mail address folded; of a group its direct
  // members), in order and after `after`. nullopt when the index is not complete yet.
  virtual Result<std::optional<std::vector<DirectoryUserId>>> look_up(const EnvironmentId& environment,
                                                                      const DirectoryId& directory, Index index,
                                                                      const std::string& value,
                                                                      const DirectoryUserId& after,
                                                                      std::int64_t limit) const = 0;
  // Those of the ids that are users of the directory, in the order of their ids.
  virtual Result<std::vector<DirectoryUser>> find_each(const EnvironmentId& environment, const DirectoryId& directory,
                                                       const std::vector<DirectoryUserId>& ids) const = 0;
  // The next users of a walk after a position (nullopt: from the start).
  virtual Result<std::vector<DirectoryUser>> walk(const EnvironmentId& environment, const DirectoryId& directory,
                                                  const ResourceWalk& walk,
                                                  const std::optional<ResourcePosition>& after,
                                                  std::int64_t limit) const = 0;
  // The place of the user that comes after `offset` others, read from an index alone.
  virtual Result<std::optional<ResourcePosition>> position(const EnvironmentId& environment,
                                                           const DirectoryId& directory, const ResourceWalk& walk,
                                                           std::int64_t offset) const = 0;
  // How many users a walk meets. Without bounds the directory knows.
  virtual Result<std::int64_t> count_walk(const EnvironmentId& environment, const DirectoryId& directory,
                                          const ResourceWalk& walk) const = 0;
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
  // Keeps the index of addresses in step with the user's document.
  virtual Result<void> change_emails(const EnvironmentId& environment, const DirectoryId& directory,
                                     const DirectoryUserId& user, const std::vector<std::string>& removed,
                                     const std::vector<std::string>& added) = 0;
  // From now on the index of addresses is complete.
  virtual Result<void> emails_complete(const EnvironmentId& environment, const DirectoryId& directory) = 0;
  // Removes the user and its memberships.
  virtual Result<void> remove(const EnvironmentId& environment, const DirectoryId& directory,
                              const DirectoryUserId& id) = 0;
};

}  // namespace doorward
