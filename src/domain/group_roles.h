// Roles by group: an administrator assigns roles to groups of a directory, and its users have the roles of the groups
// in which they are direct members. A user without such a group has none: the default role of members belongs to
// memberships of applications that let Doorward manage their users, and is no statement of the directory.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "domain/directory_group.h"

namespace doorward {

// Most assignments of one directory.
constexpr std::size_t kMaxRoleAssignments = 1000;

// One group may be assigned several roles, one role to several groups.
struct RoleAssignment {
  DirectoryGroupId group_id;
  RoleId role_id;
  std::string role_name;

  friend bool operator==(const RoleAssignment&, const RoleAssignment&) = default;
};

// The assignments of one directory, prepared for many users. Immutable.
class GroupRoles {
 public:
  explicit GroupRoles(std::span<const RoleAssignment> assignments);

  // The names of the roles that membership in these groups gives: sorted byte by byte, each once.
  std::vector<std::string> of(std::span<const GroupReference> groups) const;

 private:
  std::unordered_map<std::string, std::vector<std::string>> names_;  // by group id
};

// Groups whose roles differ between two lists of assignments, in the order of their ids.
std::vector<DirectoryGroupId> groups_with_other_roles(std::span<const RoleAssignment> before,
                                                      std::span<const RoleAssignment> after);

}  // namespace doorward
