// Claims on jobs: nobody goes on with a job that another node has taken over.
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
    return write([&](WriteTx& tx) { return tx.jobs().claim_due(now(), until, 10); })->size();
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

}  // namespace
}  // namespace doorward::store
