#include "app/logout_tokens/logout_job.h"

#include <gtest/gtest.h>

#include <set>

namespace doorward {
namespace {

Job job_of(const std::string& client, const std::string& session, const std::string& uri) {
  return logout_job(
      JobId("job_1"), TransactionId("txn_1"), EnvironmentId("env_1"),
      {.login = {.client_id = ApiClientId(client), .session_id = SessionId(session), .subject = "conn_1;ann"},
       .uri = uri},
      Timestamp(std::chrono::seconds(5)));
}

TEST(LogoutJob, KeepsWhatIsOwed) {
  const Job job = job_of("skc_1", "ses_2", "https://a.test/logout");
  EXPECT_EQ(job.kind, "logout_token.send");
  EXPECT_EQ(job.lane, JobLane::kRequests);
  EXPECT_EQ(job.run_after, job.create_time);
  const OwedLogout owed = owed_logout(job);
  EXPECT_EQ(owed.login, (EndedLogin{ApiClientId("skc_1"), SessionId("ses_2"), "conn_1;ann"}));
  EXPECT_EQ(owed.uri, "https://a.test/logout");
}

TEST(LogoutJob, AUriHasABoundedNumberOfQueuesOfItsOwn) {
  std::set<std::string> queues;
  for (int i = 0; i < 1000; ++i) {
    queues.insert(job_of("skc_1", "ses_" + std::to_string(i), "https://a.test/logout").owner_id);
  }
  EXPECT_EQ(queues.size(), kQueuesOfUri);
  EXPECT_FALSE(queues.contains(job_of("skc_1", "ses_1", "https://a.test/other").owner_id));
  EXPECT_FALSE(queues.contains(job_of("skc_2", "ses_1", "https://a.test/logout").owner_id));
}

TEST(LogoutJob, WhatFailedLeavesTheQueueOfWhatIsNew) {
  Job job = job_of("skc_1", "ses_2", "https://a.test/logout");
  const std::string first = job.owner_id;
  const Timestamp next(std::chrono::seconds(9));
  await_next_attempt(job, next);
  EXPECT_EQ(job.attempts, 1);
  EXPECT_EQ(job.run_after, next);
  EXPECT_NE(job.owner_id, first);
  const std::string second = job.owner_id;
  await_next_attempt(job, next);
  EXPECT_NE(job.owner_id, second);
  EXPECT_EQ(owed_logout(job).uri, "https://a.test/logout") << "what is owed stays";
}

}  // namespace
}  // namespace doorward
