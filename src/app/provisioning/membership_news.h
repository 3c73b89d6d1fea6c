// What follows from a change of a group for the users in it: their snapshots carry `groups` and the roles that groups
// give, so each affected user gets a change record of its own. Up to kNewsAtOnce users follow in the transaction of the
// change; more of them follow by durable jobs under the same transaction id, in batches, in the order of the
// directory's changes: while such jobs wait, later changes queue behind them. Snapshots always show the rows of the
// moment they are taken, so a record made while news wait may show a membership ahead of the record that tells of it.
#pragma once

#include <string_view>
#include <vector>

#include "app/provisioning/change_sink.h"
#include "app/provisioning/membership.h"
#include "base/result.h"
#include "domain/directory_group.h"

namespace doorward {

constexpr std::size_t kNewsAtOnce = 500;

// job.state: who asked (actor, cause), the group's id and names, and what remains to be told.
inline constexpr std::string_view kMembersNewsJob = "group.members_news";
inline constexpr std::string_view kRenameNewsJob = "group.rename_news";
inline constexpr std::string_view kDetachMembersJob = "group.detach_members";

// Records a group that was created or changed, and what follows for its users. `before` is nullopt for a new group; the
// rows of the group and its members are written already.
Result<void> tell_group_changed(ChangeSink& sink, const std::optional<DirectoryGroup>& before,
                                const DirectoryGroup& after, const MembershipChange& members);

// Removes the member rows of a group that is marked deleted, records what follows for its users, then its deletion, and
// removes its row: now, or all of it by a job.
Result<void> tell_group_deleted(ChangeSink& sink, const DirectoryGroup& group);

}  // namespace doorward
