// All members of a group, read in pages.
#pragma once

#include <string>
#include <vector>

#include "app/provisioning/membership.h"
#include "base/result.h"
#include "domain/directory_group.h"
#include "ports/store.h"

namespace doorward {

template <class Tx>
Result<std::vector<GroupMember>> all_members(Tx& tx, const DirectoryScope& scope, const DirectoryGroupId& group) {
  std::vector<GroupMember> members;
  for (;;) {
    DOORWARD_TRY(auto page,
                 tx.directory_groups().members(scope.environment, scope.directory, group,
                                               members.empty() ? std::string() : members.back().value, kMemberPage));
    const bool last = page.size() < static_cast<std::size_t>(kMemberPage);
    members.insert(members.end(), std::make_move_iterator(page.begin()), std::make_move_iterator(page.end()));
    if (last) return members;
  }
}

}  // namespace doorward
