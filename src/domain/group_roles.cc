#include "domain/group_roles.h"

#include <algorithm>
#include <map>
#include <set>

namespace doorward {

GroupRoles::GroupRoles(std::span<const RoleAssignment> assignments) {
  for (const RoleAssignment& assignment : assignments) {
    names_[assignment.group_id.str()].push_back(assignment.role_name);
  }
}

std::vector<std::string> GroupRoles::of(std::span<const GroupReference> groups) const {
  std::vector<std::string> names;
  if (names_.empty()) return names;
  for (const GroupReference& group : groups) {
    const auto found = names_.find(group.id.str());
    if (found != names_.end()) names.insert(names.end(), found->second.begin(), found->second.end());
  }
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  return names;
}

std::vector<DirectoryGroupId> groups_with_other_roles(std::span<const RoleAssignment> before,
                                                      std::span<const RoleAssignment> after) {
  using Roles = std::set<RoleId>;
  std::map<DirectoryGroupId, std::pair<Roles, Roles>> groups;
  for (const RoleAssignment& assignment : before) groups[assignment.group_id].first.insert(assignment.role_id);
  for (const RoleAssignment& assignment : after) groups[assignment.group_id].second.insert(assignment.role_id);
  std::vector<DirectoryGroupId> changed;
  for (const auto& [group, roles] : groups) {
    if (roles.first != roles.second) changed.push_back(group);
  }
  return changed;
}

}  // namespace doorward
