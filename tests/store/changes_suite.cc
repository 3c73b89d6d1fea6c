#include <thread>

#include "suite.h"

namespace doorward::store {
namespace {

using testing::ElementsAre;

// Gives feed numbers to everything committed, as the delivery worker does.
Result<bool> sequence_all(WriteTx& tx) {
  DOORWARD_TRY(const bool alone, tx.changes().become_sequencer());
  if (!alone) return false;
  DOORWARD_TRY(auto changes, tx.changes().unsequenced(1'000));
  DOORWARD_CHECK(tx.changes().sequence(changes));
  return true;
}

std::vector<std::int64_t> owner_numbers(const std::vector<ChangeRecord>& records) {
  std::vector<std::int64_t> numbers;
  for (const ChangeRecord& record : records) numbers.push_back(record.owner_seq);
  return numbers;
}

TEST_P(StoreSuite, AChangeRecordComesBackAsItWasAppended) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  ChangeRecord made = new_change(dir, "diruser_1", "organization.directory.user_created");
  made.op = ChangeOp::kUpdate;
  made.before = boost::json::object{{"v", 1}};
  made.after = boost::json::object{{"v", 2}};
  must([&](WriteTx& tx) { return tx.changes().append(made); });
  const auto found = must_read([&](const ReadTx& tx) { return tx.changes().find(env.id, dir.id.str(), 1); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, made.id);
  EXPECT_EQ(found->txn, made.txn);
  EXPECT_EQ(found->organization_id, made.organization_id);
  EXPECT_EQ(found->directory_id, made.directory_id);
  EXPECT_EQ(found->occurred_at, made.occurred_at);
  EXPECT_EQ(found->object, made.object);
  EXPECT_EQ(found->object_id, made.object_id);
  EXPECT_EQ(found->display_name, made.display_name);
  EXPECT_EQ(found->op, made.op);
  EXPECT_EQ(found->before, made.before);
  EXPECT_EQ(found->after, made.after);
  EXPECT_EQ(found->changes, made.changes);
  EXPECT_EQ(found->actor.kind, made.actor.kind);
  EXPECT_EQ(found->actor.id, made.actor.id);
  EXPECT_EQ(found->cause, made.cause);
  EXPECT_EQ(found->event_type, made.event_type);
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.changes().find(EnvironmentId("env_0"), dir.id.str(), 1); }));
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.changes().find(env.id, "dir_0", 1); }));
}

TEST_P(StoreSuite, EachOwnerCountsForItself) {
  const Environment env = environment();
  const Organization org = organization(env);
  const Directory one = directory(org);
  const Directory two = directory(org);
  ChangeRecord of_organization = new_change(one, org.id.str(), "organization.updated");
  of_organization.directory_id = {};
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.changes().append(new_change(two, "b1", "")));
    DOORWARD_CHECK(tx.changes().append(new_change(one, "a1", "")));
    DOORWARD_CHECK(tx.changes().append(of_organization));
    return tx.changes().append(new_change(one, "a2", ""));
  });
  must([&](WriteTx& tx) { return tx.changes().append(new_change(one, "a3", "")); });
  const auto history = [&](const std::string& owner, std::int64_t after) {
    return must_read([&](const ReadTx& tx) { return tx.changes().history(env.id, owner, after, 10); });
  };
  EXPECT_THAT(owner_numbers(history(one.id.str(), 0)), ElementsAre(1, 2, 3));
  EXPECT_EQ(history(one.id.str(), 0)[1].object_id, "a2");
  EXPECT_THAT(owner_numbers(history(one.id.str(), 2)), ElementsAre(3));
  EXPECT_THAT(owner_numbers(history(two.id.str(), 0)), ElementsAre(1));
  EXPECT_THAT(owner_numbers(history(org.id.str(), 0)), ElementsAre(1));
}

TEST_P(StoreSuite, AnOwnersNumbersAreGapFreeUnderConcurrencyAndFailure) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  constexpr int kThreads = 8;
  constexpr int kWrites = 20;
  std::atomic<int> failed{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kWrites; ++i) {
          // Half of them without a key: then only the database keeps them apart. A third fails after it appended.
          const auto done = write(
              [&](WriteTx& tx) -> Result<bool> {
                DOORWARD_CHECK(tx.changes().append(new_change(dir, "u", "")));
                if (i % 3 == 0) return failure(Reason::kScimInvalidValue, "refused");
                return true;
              },
              t % 2 == 0 ? dir.id.str() : "");
          if (i % 3 != 0 && !done) ++failed;
        }
      });
    }
  }
  EXPECT_EQ(failed, 0);
  const auto records =
      must_read([&](const ReadTx& tx) { return tx.changes().history(env.id, dir.id.str(), 0, 10'000); });
  ASSERT_EQ(records.size(), static_cast<std::size_t>(kThreads * (kWrites - (kWrites + 2) / 3)));
  for (std::size_t i = 0; i < records.size(); ++i) EXPECT_EQ(records[i].owner_seq, static_cast<std::int64_t>(i + 1));
}

TEST_P(StoreSuite, TheFeedHoldsEveryCommittedRecordOnceInTheOrderOfItsOwner) {
  const Environment env = environment();
  const Organization org = organization(env);
  const Directory one = directory(org);
  const Directory two = directory(org);
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.changes().append(new_change(one, "a1", "")));
    return tx.changes().append(new_change(two, "b1", ""));
  });
  ASSERT_TRUE(*write(sequence_all));
  must([&](WriteTx& tx) { return tx.changes().append(new_change(one, "a2", "")); });
  ASSERT_TRUE(*write(sequence_all));
  ASSERT_TRUE(*write(sequence_all));
  const auto feed = must_read([&](const ReadTx& tx) { return tx.changes().feed(env.id, 0, 10); });
  ASSERT_EQ(feed.size(), 3U);
  EXPECT_EQ(feed[0].feed_seq, 1);
  EXPECT_EQ(feed[2].feed_seq, 3);
  EXPECT_EQ(feed[2].change.object_id, "a2");
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.changes().feed(env.id, 2, 10); }).size(), 1U);
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.changes().feed(EnvironmentId("env_0"), 0, 10); }).empty());
}

TEST_P(StoreSuite, SequencingIsBoundedAndGoesOnWhereItStopped) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  must([&](WriteTx& tx) -> Result<void> {
    for (int i = 0; i < 5; ++i) DOORWARD_CHECK(tx.changes().append(new_change(dir, std::to_string(i), "")));
    return {};
  });
  for (const std::size_t expected : {2U, 2U, 1U, 0U}) {
    const auto taken = write([&](WriteTx& tx) -> Result<std::size_t> {
      DOORWARD_TRY(auto changes, tx.changes().unsequenced(2));
      DOORWARD_CHECK(tx.changes().sequence(changes));
      return changes.size();
    });
    EXPECT_EQ(*taken, expected);
  }
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.changes().feed(env.id, 0, 10); }).size(), 5U);
}

TEST_P(StoreSuite, SnapshotsAreErasedPerSubjectAndTheRecordsStay) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.changes().append(new_change(dir, "ann", "")));
    return tx.changes().append(new_change(dir, "bob", ""));
  });
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.changes().append(new_change(dir, "ann", "")));
    return tx.changes().erase_snapshots(env.id, "ann");
  });
  const auto records = must_read([&](const ReadTx& tx) { return tx.changes().history(env.id, dir.id.str(), 0, 10); });
  ASSERT_EQ(records.size(), 3U);
  EXPECT_FALSE(records[0].after);
  EXPECT_TRUE(records[1].after);
  EXPECT_FALSE(records[2].after) << "appended before the erasure in the same transaction";
}

TEST_P(StoreSuite, RetentionTakesOldRecordsAndSnapshotsThatNothingRefersTo) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  const ChangeRecord old_record = new_change(dir, "ann", "");
  must([&](WriteTx& tx) { return tx.changes().append(old_record); });
  ChangeRecord gone = new_change(dir, "bob", "");
  must([&](WriteTx& tx) { return tx.changes().append(gone); });
  const ChangeRecord owed = new_change(dir, "eve", "e");
  must([&](WriteTx& tx) { return tx.changes().append(owed); });
  clock_.advance(std::chrono::hours(1));
  const Timestamp limit = now();
  ChangeRecord newer = new_change(dir, "ann", "");
  newer.before = old_record.after;
  newer.after = boost::json::object{{"id", "ann"}, {"v", 2}};
  must([&](WriteTx& tx) { return tx.changes().append(newer); });
  ASSERT_TRUE(*write(sequence_all));
  must([&](WriteTx& tx) {
    return tx.deliveries().insert({{.environment_id = env.id,
                                    .endpoint_id = WebhookEndpointId("whe_1"),
                                    .owner_id = dir.id.str(),
                                    .owner_seq = 3,
                                    .event_id = owed.id,
                                    .create_time = now()}});
  });
  EXPECT_EQ(*write([&](WriteTx& tx) { return tx.changes().remove_before(limit, 1); }), 1);
  EXPECT_EQ(*write([&](WriteTx& tx) { return tx.changes().remove_before(limit, 10); }), 1);
  EXPECT_EQ(*write([&](WriteTx& tx) { return tx.changes().remove_before(limit, 10); }), 0);
  const auto records = must_read([&](const ReadTx& tx) { return tx.changes().history(env.id, dir.id.str(), 0, 10); });
  ASSERT_THAT(owner_numbers(records), ElementsAre(3, 4));
  EXPECT_TRUE(records[0].after) << "its delivery is pending";
  EXPECT_TRUE(records[1].before) << "a newer record refers to the snapshot of the removed one";
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.changes().feed(env.id, 0, 10); }).size(), 2U);
}

TEST_P(StoreSuite, TheCommitListenerHearsOfChangesAndJobs) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  std::atomic<int> heard{0};
  store().set_commit_listener([&] {
    ++heard;
    heard.notify_all();
  });
  must([&](WriteTx& tx) { return tx.changes().append(new_change(dir, "ann", "")); });
  heard.wait(0);
  const int before = heard;
  must([&](WriteTx& tx) {
    return tx.jobs().insert({.environment_id = env.id, .id = ids().next<JobId>(), .owner_id = dir.id.str()});
  });
  heard.wait(before);
  store_.reset();  // the listener's counter goes before the fixture
}

}  // namespace
}  // namespace doorward::store
