#include <functional>
#include <latch>
#include <thread>

#include "store/ids/id_source.h"
#include "suite.h"

namespace doorward::store {
namespace {

// Holds the writer (or the lane's worker) until `waiting` writes stand behind it, so that they share a transaction.
class Neighbours {
 public:
  template <class Suite, class F>
  auto run(Suite write, const std::string& key, std::vector<F> bodies) {
    using Outcome = decltype(write(bodies[0], key));
    std::latch holding{1};
    std::latch go{1};
    std::vector<std::optional<Outcome>> outcomes(bodies.size());
    std::jthread holder([&] {
      static_cast<void>(write(
          [&](WriteTx&) -> Result<bool> {
            if (!holding.try_wait()) holding.count_down();
            go.wait();
            return true;
          },
          key));
    });
    holding.wait();
    std::vector<std::jthread> threads;
    std::atomic<std::size_t> started{0};
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      threads.emplace_back([&, i] {
        ++started;
        outcomes[i].emplace(write(bodies[i], key));
      });
      while (started <= i) std::this_thread::yield();
    }
    go.count_down();
    threads.clear();
    return outcomes;
  }
};

TEST_P(StoreSuite, AFailingWriteLeavesItsNeighboursInTheBatchWhole) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  using Body = std::function<Result<bool>(WriteTx&)>;
  std::vector<Body> bodies;
  constexpr int kWrites = 12;
  for (int i = 0; i < kWrites; ++i) {
    const DirectoryUser user = new_user(dir, "user" + std::to_string(i));
    bodies.emplace_back([this, user, i, dir](WriteTx& tx) -> Result<bool> {
      DOORWARD_TRY(const auto locked, tx.directories().lock(dir.environment_id, dir.id));
      DOORWARD_CHECK(tx.directory_users().insert(user));
      DOORWARD_CHECK(tx.directories().change_stats(dir.environment_id, dir.id, {.users = 1}));
      if (i % 2 == 0) {  // looks at the totals, its neighbours do not
        DOORWARD_TRY(const auto now, tx.directories().find_by_id(dir.environment_id, dir.id));
        EXPECT_EQ(now->stats.total_users, locked->stats.total_users + 1) << i;
      }
      DOORWARD_CHECK(tx.changes().append(new_change(dir, user.id.str(), "")));
      if (i % 4 == 0) return failure(Reason::kScimInvalidValue, "refused");
      if (i % 4 == 1) DOORWARD_CHECK(tx.directory_users().insert(new_user(dir, user.user_name)));  // taken by itself
      if (i % 4 == 2) throw std::runtime_error("a bug");
      return true;
    });
  }
  const auto outcomes = Neighbours().run(
      [this](const Body& body, const std::string& key) { return write([&](WriteTx& tx) { return body(tx); }, key); },
      dir.id.str(), bodies);
  for (int i = 0; i < kWrites; ++i) {
    const auto& outcome = *outcomes[static_cast<std::size_t>(i)];
    const auto found = must_read([&](const ReadTx& tx) {
      return tx.directory_users().find_by_user_name(env.id, dir.id, "user" + std::to_string(i));
    });
    EXPECT_EQ(found.has_value(), i % 4 == 3) << i;
    if (i % 4 == 0) EXPECT_EQ(reason_name(outcome.error().reason), reason_name(Reason::kScimInvalidValue));
    if (i % 4 == 1) EXPECT_EQ(reason_name(outcome.error().reason), reason_name(Reason::kUserNameTaken));
    if (i % 4 == 2) EXPECT_EQ(reason_name(outcome.error().reason), reason_name(Reason::kInternal));
    if (i % 4 == 3) ASSERT_OK(outcome);
  }
  const auto history = must_read([&](const ReadTx& tx) { return tx.changes().history(env.id, dir.id.str(), 0, 100); });
  EXPECT_EQ(history.size(), static_cast<std::size_t>(kWrites / 4));
  const auto after = must_read([&](const ReadTx& tx) { return tx.directories().find_by_id(env.id, dir.id); });
  EXPECT_EQ(after->stats.total_users, kWrites / 4);
}

TEST_P(StoreSuite, OfManyWhoWantANameOneGetsIt) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  std::atomic<int> won{0};
  std::atomic<int> taken{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        const DirectoryUser user = new_user(dir, "ann");
        const auto done = write(
            [&](WriteTx& tx) -> Result<bool> {
              DOORWARD_CHECK(tx.directory_users().insert(user));
              return true;
            },
            t % 2 == 0 ? dir.id.str() : "");
        if (done) ++won;
        if (!done && done.error().reason == Reason::kUserNameTaken) ++taken;
      });
    }
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(taken, 7);
}

TEST_P(StoreSuite, WorkWhoseDeadlinePassedDoesNotBegin) {
  bool ran = false;
  const StoreOptions late{.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1)};
  const auto written =
      sync_wait(store().write("test.late", late, [&](WriteTx&) -> Result<bool> { return ran = true; }));
  EXPECT_REASON(written, Reason::kDeadlineExceeded);
  const auto answer =
      sync_wait(store().read("test.late", late, [&](const ReadTx&) -> Result<bool> { return ran = true; }));
  EXPECT_REASON(answer, Reason::kDeadlineExceeded);
  EXPECT_FALSE(ran);
}

TEST_P(StoreSuite, AReadSeesOneSnapshot) {
  const Environment env = environment();
  const Organization org = organization(env);
  const auto counts = read([&](const ReadTx& tx) -> Result<std::pair<std::int64_t, std::int64_t>> {
    DOORWARD_TRY(const auto before, tx.organizations().count(env.id));
    std::jthread([&] { static_cast<void>(organization(env)); }).join();
    DOORWARD_TRY(const auto after, tx.organizations().count(env.id));
    return std::pair(before, after);
  });
  ASSERT_OK(counts);
  EXPECT_EQ(counts->first, counts->second);
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.organizations().count(env.id); }), 2);
}

TEST_P(StoreSuite, CommittedDataAndIdsSurviveARestart) {
  const Environment env = environment();
  Organization last = organization(env);
  clock_.advance(-std::chrono::hours(1));  // the clock steps back over the restart
  reopen();
  for (int i = 0; i < 1'000; ++i) {
    const auto id = ids().next<OrganizationId>();
    if (GetParam() == DatabaseKind::kSqlite) {
      EXPECT_GT(std::stoull(id.str().substr(4)), std::stoull(last.id.str().substr(4)));
    }
    EXPECT_NE(id, last.id);
  }
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.organizations().find(env.id, last.id); }));
  must([&](WriteTx& tx) { return tx.organizations().insert(new_organization(env)); });
}

TEST_P(StoreSuite, RequestsOfStrangersDoNotDriveTheIdsOfRowsAheadOfTheClock) {
  const Environment env = environment();
  constexpr int kMinuteOfIds = 60 * kIdTicksPerSecond << kIdSequenceBits;
  for (int i = 0; i < kMinuteOfIds; ++i) ids().next<RequestId>();
  organization(env);  // would keep the mark of what is in use
  reopen();
  const auto tick = [](const auto& id) { return std::stoll(id.str().substr(4)) >> (kIdSequenceBits + kIdMachineBits); };
  EXPECT_LT(tick(ids().next<OrganizationId>()), id_tick(now()) + 3 * kIdMarkMarginTicks);
}

TEST_P(StoreSuite, ReadyMeansReachableAndAtThisSchema) {
  ASSERT_OK(sync_wait(store().check_ready()));
  database_->run_sql("DELETE FROM schema_migrations");
  EXPECT_REASON(sync_wait(store().check_ready()), Reason::kStoreSchema);
}

TEST_P(StoreSuite, ADatabaseOfANewerDoorwardIsRefusedUnlessItSaysOtherwise) {
  store_.reset();
  const auto open = [&](MigrateMode mode) {
    return open_store({.url = database_->url(), .migrate = mode, .clock = &clock_});
  };
  database_->run_sql(
      "INSERT INTO schema_migrations(version, name, checksum, oldest_binary, applied_at) VALUES(900, 'later', 'x', 1, "
      "0)");
  ASSERT_OK(open(MigrateMode::kApply));
  database_->run_sql("UPDATE schema_migrations SET oldest_binary = 900 WHERE version = 900");
  const auto refused_by_newer = open(MigrateMode::kApply);
  EXPECT_REASON(refused_by_newer, Reason::kStoreSchema);
  EXPECT_THAT(refused_by_newer.error().message, testing::HasSubstr("900"));
  database_->run_sql("DELETE FROM schema_migrations WHERE version = 900");
  ASSERT_OK(open(MigrateMode::kCheckOnly));
  database_->run_sql("UPDATE schema_migrations SET checksum = 'edited' WHERE version = 1");
  EXPECT_REASON(open(MigrateMode::kApply), Reason::kStoreSchema);
}

TEST_P(StoreSuite, AnEmptyDatabaseIsRefusedWithoutLeaveToMigrate) {
  const auto fresh = make_test_database(GetParam());
  EXPECT_REASON(open_store({.url = fresh->url(), .migrate = MigrateMode::kCheckOnly, .clock = &clock_}),
                Reason::kStoreSchema);
  ASSERT_OK(open_store({.url = fresh->url(), .clock = &clock_}));
}

}  // namespace
}  // namespace doorward::store
