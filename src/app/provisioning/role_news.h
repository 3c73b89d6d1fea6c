// What follows for users when an administrator assigns other roles to groups. Each user whose roles change gets a
// change record of its own, at once or, past kNewsAtOnce members and group rows, by a durable job in batches under the
// same transaction id. Until the job reaches a user, its row and its records go on showing the roles that were told
// last; whatever else touches its memberships meanwhile may bring it up to date first.
#pragma once

#include <string_view>
#include <vector>

#include "app/provisioning/change_sink.h"
#include "base/result.h"
#include "domain/job.h"
#include "ports/store.h"

namespace doorward {

// job.state: who asked, the groups whose members are still to be looked at, and how far the last of them is done.
inline constexpr std::string_view kRolesNewsJob = "directory.roles_news";

// For users of these groups; the new assignments are written already.
Result<void> tell_roles_changed(ChangeSink& sink, const std::vector<DirectoryGroupRepository::Size>& groups);

// Takes a group that is being deleted out of the assignments, with a record of the directory when it was among them.
// Its users are told with their membership.
Result<void> drop_role_assignments(ChangeSink& sink, const DirectoryGroupId& group);

// One batch of the job; true when nothing is left.
Result<bool> tell_roles_batch(ChangeSink& sink, Job& job);

}  // namespace doorward
