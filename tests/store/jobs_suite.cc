// Claims on jobs: whose turn it is, and that nobody goes on with a job that another node has taken over.
#include "suite.h"

namespace doorward::store {
namespace {

using std::chrono::seconds;

TEST_P(StoreSuite, AClaimIsHeldOnlyByWhoeverTookTheJobLast) {
  const Environment env = environment();
  const Job job{.environment_id = env.id,
                .id = ids().next<JobId>(),
                .owner_id = "dir_1",
                .kind = "news",
                .txn = ids().next<TransactionId>(),
                .run_after = now(),
                .create_time = now()};
  must([&](WriteTx& tx) { return tx.jobs().insert(job); });
  const auto claim = [&](Timestamp until) {
    return write([&](WriteTx& tx) { return tx.jobs().claim_due(JobLane::kBatches, now(), until, 10); })->size();
  };
  const auto hold = [&](Timestamp claimed_until, Timestamp until) {
    return *write([&](WriteTx& tx) { return tx.jobs().hold(env.id, job.id, claimed_until, until); });
  };
  const Timestamp first = now() + seconds(60);
  ASSERT_EQ(claim(first), 1u);
  clock_.advance(seconds(50));
  const Timestamp longer = now() + seconds(60);
  EXPECT_TRUE(hold(first, longer));
  clock_.advance(seconds(50));
  EXPECT_EQ(claim(now() + seconds(60)), 0u) << "prolonged";
  clock_.advance(seconds(20));
  EXPECT_TRUE(hold(longer, longer)) << "run out, but nobody else came";
  const Timestamp other = now() + seconds(60);
  ASSERT_EQ(claim(other), 1u);
  EXPECT_FALSE(hold(longer, now() + seconds(90))) << "taken over";
  EXPECT_TRUE(hold(other, other));
  EXPECT_FALSE(*write([&](WriteTx& tx) { return tx.jobs().hold(EnvironmentId("env_0"), job.id, other, other); }));
  must([&](WriteTx& tx) { return tx.jobs().remove(env.id, job.id); });
  EXPECT_FALSE(hold(other, other)) << "finished";
}

TEST_P(StoreSuite, TheOldestJobOfEachOwnerIsTakenInItsLane) {
  const Environment env = environment();
  const Environment other = environment();
  const auto add = [&](const Environment& where, const std::string& owner, JobLane lane, Duration later) {
    Job job{.environment_id = where.id,
            .id = ids().next<JobId>(),
            .owner_id = owner,
            .kind = "k",
            .lane = lane,
            .txn = ids().next<TransactionId>(),
            .run_after = now() + later,
            .create_time = now()};
    must([&](WriteTx& tx) { return tx.jobs().insert(job); });
    return job;
  };
  const auto claim = [&](JobLane lane, std::int64_t limit = 10) {
    std::vector<std::string> claimed;
    const auto jobs = write([&](WriteTx& tx) { return tx.jobs().claim_due(lane, now(), now() + seconds(60), limit); });
    for (const Job& job : *jobs) claimed.push_back(job.id.str());
    return claimed;
  };
  const auto next_due = [&](JobLane lane) {
    return must_read([&](const ReadTx& tx) { return tx.jobs().next_due(lane); });
  };
  using testing::ElementsAre;
  EXPECT_EQ(next_due(JobLane::kRequests), std::nullopt);
  Job first = add(env, "a", JobLane::kRequests, seconds(0));
  const Job second = add(env, "a", JobLane::kRequests, seconds(0));
  const Job batch = add(env, "b", JobLane::kBatches, seconds(0));
  const Job behind = add(env, "b", JobLane::kRequests, seconds(0));
  const Job later = add(other, "a", JobLane::kRequests, seconds(5));
  EXPECT_EQ(next_due(JobLane::kRequests), now());
  EXPECT_THAT(claim(JobLane::kRequests), ElementsAre(first.id.str()));
  EXPECT_EQ(next_due(JobLane::kRequests), now() + seconds(5)) << "the one of the other environment";
  EXPECT_THAT(claim(JobLane::kBatches), ElementsAre(batch.id.str()));
  EXPECT_EQ(next_due(JobLane::kBatches), now() + seconds(60)) << "when the claim runs out";

  // A job that goes to another owner leaves its place to the next.
  first.owner_id = "c";
  first.attempts = 1;
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.jobs().update(first, true));
    return tx.jobs().remove(env.id, batch.id);
  });
  clock_.advance(seconds(5));
  EXPECT_THAT(claim(JobLane::kRequests, 2), testing::SizeIs(2));
  EXPECT_THAT(claim(JobLane::kRequests), testing::SizeIs(2));
  EXPECT_THAT(claim(JobLane::kRequests), ElementsAre()) << second.id.str() << behind.id.str() << later.id.str();
}

}  // namespace
}  // namespace doorward::store
