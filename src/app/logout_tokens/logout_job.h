// The durable form of one logout token that is owed: a job of JobLane::kRequests for each session, client and URI.
//
// The jobs of a URI wait in queues, whose names are the jobs' owners: kQueuesOfUri for each attempt of the schedule.
// What failed goes to a queue of the next attempt, so it holds back nothing that is new; and however much is owed to a
// URI, no more than its queues are under way there, so it holds back no other.
#pragma once

#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"
#include "domain/job.h"
#include "domain/sign_in.h"

namespace doorward {

inline constexpr std::string_view kLogoutTokenJob = "logout_token.send";
inline constexpr unsigned kQueuesOfUri = 4;

struct OwedLogout {
  EndedLogin login;
  std::string uri;
};

Job logout_job(JobId id, TransactionId txn, const EnvironmentId& environment, const OwedLogout& owed, Timestamp now);

OwedLogout owed_logout(const Job& job);

// Moves the job to the queue of its next attempt, which is made at `at`.
void await_next_attempt(Job& job, Timestamp at);

}  // namespace doorward
