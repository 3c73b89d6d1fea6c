// The durable jobs of this folder: news of memberships (membership_news.h), roles (role_news.h) and profiles
// (profile_news.h); the index of addresses (email_index.h).
#pragma once

#include "app/jobs/job_runner.h"
#include "ports/clock.h"
#include "ports/ids.h"

namespace doorward {

// Makes the runner know them. `ids` and `clock` must outlive it.
void handle_provisioning_jobs(JobRunner& runner, Ids& ids, Clock& clock);

}  // namespace doorward
