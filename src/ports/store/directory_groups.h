#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/directory_group.h"
#include "domain/page.h"
#include "domain/resource_walk.h"

namespace doorward {

struct DirectoryGroupQuery {
  std::optional<Timestamp> updated_after;  // strictly
};

class DirectoryGroupRepository {
 public:
  virtual ~DirectoryGroupRepository() = default;

  virtual Result<std::optional<DirectoryGroup>> find(const EnvironmentId& environment, const DirectoryId& directory,
                                                     const DirectoryGroupId& id) const = 0;
  // Oldest first (creation time, id).
  virtual Result<Page<DirectoryGroup>> list(const EnvironmentId& environment, const DirectoryId& directory,
                                            const DirectoryGroupQuery& query, const PageRequest& page) const = 0;
  // For searches of identity providers: as those of DirectoryUserRepository.
  enum class Index : std::uint8_t { kId, kDisplayName, kExternalId, kMember };
  virtual Result<std::vector<DirectoryGroupId>> look_up(const EnvironmentId& environment, const DirectoryId& directory,
                                                        Index index, const std::string& value,
                                                        const DirectoryGroupId& after, std::int64_t limit) const = 0;
  virtual Result<std::vector<DirectoryGroup>> find_each(const EnvironmentId& environment, const DirectoryId& directory,
                                                        const std::vector<DirectoryGroupId>& ids) const = 0;
  virtual Result<std::vector<DirectoryGroup>> walk(const EnvironmentId& environment, const DirectoryId& directory,
                                                   const ResourceWalk& walk,
                                                   const std::optional<ResourcePosition>& after,
                                                   std::int64_t limit) const = 0;
  virtual Result<std::optional<ResourcePosition>> position(const EnvironmentId& environment,
                                                           const DirectoryId& directory, const ResourceWalk& walk,
                                                           std::int64_t offset) const = 0;
  virtual Result<std::int64_t> count_walk(const EnvironmentId& environment, const DirectoryId& directory,
                                          const ResourceWalk& walk) const = 0;
  // The next groups after a position in the order of `list` (nullopt: from the start), without their attributes.
  virtual Result<std::vector<DirectoryGroup>> summaries(const EnvironmentId& environment, const DirectoryId& directory,
                                                        const std::optional<Keyset>& after,
                                                        std::int64_t limit) const = 0;
  struct Size {
    DirectoryGroupId id;
    std::int64_t member_count = 0;
  };
  // Those of the ids that are groups of the directory, in no order.
  virtual Result<std::vector<Size>> sizes(const EnvironmentId& environment, const DirectoryId& directory,
                                          const std::vector<DirectoryGroupId>& ids) const = 0;
  // A group marked deleted whose row is not gone yet.
  virtual Result<std::optional<DirectoryGroup>> find_deleted(const EnvironmentId& environment,
                                                             const DirectoryId& directory,
                                                             const DirectoryGroupId& id) const = 0;
  virtual Result<std::int64_t> count(const EnvironmentId& environment, const DirectoryId& directory,
                                     const DirectoryGroupQuery& query) const = 0;

  virtual Result<void> insert(const DirectoryGroup& group) = 0;
  virtual Result<void> update(const DirectoryGroup& group) = 0;  // everything but member_count
  // Hides the group at once; its member rows go by `detach_members`, the row itself with the last of them.
  virtual Result<void> mark_deleted(const EnvironmentId& environment, const DirectoryId& directory,
                                    const DirectoryGroupId& id, Timestamp at) = 0;

  // Members in the order of their value, after `after_value` (empty: from the start).
  virtual Result<std::vector<GroupMember>> members(const EnvironmentId& environment, const DirectoryId& directory,
                                                   const DirectoryGroupId& group, const std::string& after_value,
                                                   std::int64_t limit) const = 0;
  virtual Result<std::optional<GroupMember>> find_member(const EnvironmentId& environment, const DirectoryId& directory,
                                                         const DirectoryGroupId& group,
                                                         const std::string& value) const = 0;
  // Groups (living or marked deleted) that hold this value as a member, e.g. references waiting for a user to appear.
  virtual Result<std::vector<DirectoryGroupId>> groups_holding(const EnvironmentId& environment,
                                                               const DirectoryId& directory,
                                                               const std::string& value) const = 0;
  // Members are named, added and removed by the set: a few statements whatever their number.
  struct Named {
    MemberKind kind = MemberKind::kUnresolved;
    std::string value;  // of a user or group its id, else the text itself
  };
  // Who each text names: a user or group of the directory by id, else the one user with this external id.
  virtual Result<std::vector<Named>> name_members(const EnvironmentId& environment, const DirectoryId& directory,
                                                  const std::vector<std::string>& texts) const = 0;
  struct Added {
    std::vector<std::string> values;  // of the members that are new
    bool relabelled = false;          // kind, display or type of one that was there changed
  };
  // Members of one group, each value once. One that is there keeps its row; its kind, display and type become those
  // given. An unresolved member makes has_waiting_members of its directory true for good.
  enum class Unsaid : std::uint8_t { kCleared, kKept };  // display and type that are not given, of one that is there
  virtual Result<Added> add_members(const EnvironmentId& environment, const DirectoryId& directory,
                                    const DirectoryGroupId& group, const std::vector<GroupMember>& members,
                                    Unsaid unsaid = Unsaid::kKept) = 0;
  // Those that were there.
  virtual Result<std::vector<GroupMember>> remove_members(const EnvironmentId& environment,
                                                          const DirectoryId& directory, const DirectoryGroupId& group,
                                                          const std::vector<std::string>& values) = 0;
  // Removes up to `limit` member rows of a group in the order of `members` and returns them.
  virtual Result<std::vector<GroupMember>> take_members(const EnvironmentId& environment, const DirectoryId& directory,
                                                        const DirectoryGroupId& group, std::int64_t limit) = 0;
  virtual Result<void> change_member_count(const EnvironmentId& environment, const DirectoryId& directory,
                                           const DirectoryGroupId& group, std::int64_t delta) = 0;
  // Removes the row of a group marked deleted.
  virtual Result<void> remove(const EnvironmentId& environment, const DirectoryId& directory,
                              const DirectoryGroupId& group) = 0;
};

}  // namespace doorward
