// Members of a group as rows: one member changed is one row changed, whatever the size of the group.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/provisioning/directory_scope.h"
#include "base/result.h"
#include "domain/directory_group.h"
#include "ports/store.h"
#include "protocol/scim/patch.h"

namespace doorward {

// Rows read at a time when all members of a group must be looked at.
constexpr std::int64_t kMemberPage = 1000;

// The net effect of a request on a group's members.
struct MembershipChange {
  std::vector<DirectoryUserId> added;
  std::vector<DirectoryUserId> removed;
  bool other = false;                  // groups or unresolved references came or went
  std::optional<std::string> waiting;  // one of the references that came and name nobody yet
  bool relabelled = false;             // display or type of members that stayed changed: shown, and no news

  bool empty() const { return added.empty() && removed.empty() && !other; }
};

// A member as filters see it: value, type and display.
boost::json::object member_element(const GroupMember& member);

// Applies the deltas in order and keeps the group's member_count. A member's text names a user or group of the
// directory by id, else the one user with this external id, because some providers send their own ids; otherwise the
// text stays as an unresolved reference until a user with this external id appears. kScimNoTarget for a delta that must
// match and does not. Members that are there already and removals of members that are not change nothing.
Result<MembershipChange> apply_member_deltas(WriteTx& tx, const DirectoryScope& scope, const DirectoryGroupId& group,
                                             const std::vector<scim::MemberDelta>& deltas);

}  // namespace doorward
