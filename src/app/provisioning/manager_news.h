// What a user who is deleted leaves behind: those whose manager it was (RFC 7643 section 4.3). Up to kNewsAtOnce of
// them lose the reference in the transaction of the deletion, more by a durable job, each with a change record of its
// own.
#pragma once

#include <string_view>

#include "app/provisioning/change_sink.h"
#include "base/result.h"
#include "domain/job.h"

namespace doorward {

// job.state: as of every job of a directory, and `user_id`.
inline constexpr std::string_view kManagerGoneJob = "user.manager_gone";

Result<void> drop_manager(ChangeSink& sink, const DirectoryUserId& manager);

// The next batch; true when nobody is left.
Result<bool> drop_manager_batch(ChangeSink& sink, Job& job);

}  // namespace doorward
