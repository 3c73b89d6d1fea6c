#include "app/logout_tokens/logout_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/jobs/job_state.h"

namespace doorward {
namespace {

// Sessions are spread over the queues by their ids; a queue of one keeps to its sessions.
std::string queue_of(const OwedLogout& owed, std::int32_t attempts) {
  unsigned sum = 0;
  for (const char c : owed.login.session_id.str()) sum += static_cast<unsigned char>(c);
  return fmt::format("{}/{}.{}/{}", owed.login.client_id.str(), attempts, sum % kQueuesOfUri, owed.uri);
}

}  // namespace

Job logout_job(JobId id, TransactionId txn, const EnvironmentId& environment, const OwedLogout& owed, Timestamp now) {
  return {.environment_id = environment,
          .id = std::move(id),
          .owner_id = queue_of(owed, 0),
          .kind = std::string(kLogoutTokenJob),
          .lane = JobLane::kRequests,
          .txn = std::move(txn),
          .state = {{"client_id", owed.login.client_id.str()},
                    {"session_id", owed.login.session_id.str()},
                    {"subject", owed.login.subject},
                    {"uri", owed.uri}},
          .run_after = now,
          .create_time = now};
}

OwedLogout owed_logout(const Job& job) {
  return {.login = {.client_id = ApiClientId(job_text(job.state, "client_id")),
                    .session_id = SessionId(job_text(job.state, "session_id")),
                    .subject = job_text(job.state, "subject")},
          .uri = job_text(job.state, "uri")};
}

void await_next_attempt(Job& job, Timestamp at) {
  job.attempts += 1;
  job.owner_id = queue_of(owed_logout(job), job.attempts);
  job.run_after = at;
}

}  // namespace doorward
