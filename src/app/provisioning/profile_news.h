// What follows for users when their directory's attribute mappings change: normalised attributes are made anew from
// what the provider sent, and each user for whom that differs gets a change record. Up to kNewsAtOnce users of the
// directory follow in the transaction of the change, more of them by a durable job in batches under the same
// transaction id.
//
// Meanwhile every push is normalised by the new mappings already, and a user that nobody pushed shows the old
// attributes until the job reaches it, everywhere alike: a reader sees each user wholly by the old mappings or wholly
// by the new.
#pragma once

#include <string_view>

#include "app/provisioning/change_sink.h"
#include "base/result.h"
#include "domain/directory.h"
#include "domain/job.h"

namespace doorward {

// job.state: who asked, and behind which user to go on.
inline constexpr std::string_view kProfilesNewsJob = "directory.profiles_news";

// `directory` has the new mappings; they are written already.
Result<void> tell_mappings_changed(ChangeSink& sink, const Directory& directory);

// One batch of the job; true when nothing is left. Uses the mappings as they are by then.
Result<bool> tell_profiles_batch(ChangeSink& sink, Job& job);

}  // namespace doorward
