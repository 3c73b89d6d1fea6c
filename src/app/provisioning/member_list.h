// All members of a group, read in pages.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/provisioning/membership.h"
#include "base/result.h"
#include "domain/directory_group.h"
#include "ports/store.h"

namespace doorward {

// Members that the groups of one page show together. A page of many large groups would otherwise be as large as whoever
// filled them likes.
inline constexpr std::int64_t kMembersPerPage = 100'000;

// Shortens a page to what `budget` members allow, of which an item has `members_of(item)`; the first item always stays.
// RFC 7644 section 3.4.2.4 lets a page be shorter than asked for: itemsPerPage tells where the next one begins.
template <class Item, class MembersOf>
void keep_within_members(std::vector<Item>& page, std::int64_t budget, MembersOf members_of) {
  for (std::size_t i = 0; i < page.size(); ++i) {
    budget -= members_of(page[i]);
    if (budget < 0 && i > 0) {
      page.erase(page.begin() + static_cast<std::ptrdiff_t>(i), page.end());
      return;
    }
  }
}

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
