// What the PostgreSQL adapter does when the server refuses or leaves in the middle: conflicts are run again, a commit
// of unknown outcome never is, and ids stop with the lease of their machine part.
#include <libpq-fe.h>

#include <latch>
#include <optional>
#include <thread>

#include "store/commit/batch.h"
#include "suite.h"

namespace doorward::store {
namespace {

class RetrySuite : public StoreSuite {
 protected:
  // The next `times` inserts of an organization named "victim" end with `state`, whatever transaction they are in.
  void fail_inserts(int times, const std::string& state) {
    database_->run_sql(
        "CREATE SEQUENCE failures; CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.display_name = 'victim' AND nextval('failures') <= " +
        std::to_string(times) + " THEN RAISE EXCEPTION 'chosen as the victim' USING ERRCODE = '" + state +
        "'; END IF; RETURN NEW; END $$; "
        "CREATE TRIGGER fail BEFORE INSERT ON organizations FOR EACH ROW EXECUTE FUNCTION fail()");
  }
  // Commits that hold such an insert lose their connection, before or after what they did is durable.
  void lose_commits() {
    database_->run_sql(
        "CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.display_name = 'victim' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; "
        "END $$; CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON organizations DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION leave()");
  }
  // Counts how often the body ran.
  Result<bool> insert(const Organization& organization, int& ran, const std::string& key = "") {
    return write(
        [&](WriteTx& tx) -> Result<bool> {
          ++ran;
          DOORWARD_CHECK(tx.organizations().insert(organization));
          return true;
        },
        key);
  }
  bool stored(const Organization& organization) {
    return must_read(
               [&](const ReadTx& tx) { return tx.organizations().find(organization.environment_id, organization.id); })
        .has_value();
  }
};

TEST_P(RetrySuite, AWriteThatLosesAConflictRunsAgain) {
  for (const char* state : {"40001", "40P01"}) {
    SCOPED_TRACE(state);
    database_->run_sql("DROP SEQUENCE IF EXISTS failures; DROP FUNCTION IF EXISTS fail() CASCADE");
    fail_inserts(3, state);
    const Organization victim = new_organization(environment(), "victim");
    int ran = 0;
    ASSERT_OK(insert(victim, ran));
    EXPECT_EQ(ran, 4);
    EXPECT_TRUE(stored(victim));
  }
}

TEST_P(RetrySuite, AWriteThatAlwaysLosesIsAConflictAfterItsAttempts) {
  fail_inserts(1'000, "40001");
  const Organization victim = new_organization(environment(), "victim");
  int ran = 0;
  const auto lost = insert(victim, ran);
  EXPECT_REASON(lost, Reason::kStoreConflict);
  EXPECT_TRUE(lost.error().retry_after_seconds);
  EXPECT_EQ(ran, kMaxAttempts);
  EXPECT_FALSE(stored(victim));
}

TEST_P(RetrySuite, ARealDeadlockEndsWithBothWritesDone) {
  const Environment env = environment();
  const Organization first = organization(env);
  const Organization second = organization(env);
  std::latch both_hold{2};
  const auto rename = [&](const Organization& one, const Organization& other, const std::string& key) {
    return [&, key] {
      bool waited = false;  // only the first attempt holds a row while the other takes the other row
      ASSERT_OK(write(
          [&](WriteTx& tx) -> Result<bool> {
            for (const Organization& organization : {one, other}) {
              DOORWARD_TRY(auto row, tx.organizations().lock(env.id, organization.id));
              row->display_name = key;
              DOORWARD_CHECK(tx.organizations().update(*row));
              if (!std::exchange(waited, true)) both_hold.arrive_and_wait();
            }
            return true;
          },
          key));
    };
  };
  {
    std::jthread forwards(rename(first, second, "forwards"));
    std::jthread backwards(rename(second, first, "backwards"));
  }
  const auto name = [&](const Organization& organization) {
    return must_read([&](const ReadTx& tx) { return tx.organizations().find(env.id, organization.id); })->display_name;
  };
  EXPECT_EQ(name(first), name(second));
}

TEST_P(RetrySuite, ACommitOfUnknownOutcomeIsNotRunAgain) {
  lose_commits();
  const Environment env = environment();
  const Organization victim = new_organization(env, "victim");
  int ran = 0;
  const auto unknown = insert(victim, ran);
  EXPECT_REASON(unknown, Reason::kStoreUnavailable);
  EXPECT_TRUE(unknown.error().retry_after_seconds);
  EXPECT_EQ(ran, 1) << "it might have been committed";
  EXPECT_FALSE(stored(victim)) << "here it was not";
  organization(env);  // the connection comes back
}

TEST_P(RetrySuite, WithAnUnknownOutcomeNoNeighbourOfTheBatchIsTold) {
  lose_commits();
  const Environment env = environment();
  constexpr int kWrites = 5;
  std::latch holding{1};
  std::latch go{1};
  std::jthread holder([&] {
    static_cast<void>(write(
        [&](WriteTx&) -> Result<bool> {
          holding.count_down();
          go.wait();
          return true;
        },
        "lane"));
  });
  holding.wait();
  std::vector<std::optional<Result<bool>>> outcomes(kWrites);
  std::vector<int> ran(kWrites, 0);
  std::vector<Organization> organizations;
  organizations.reserve(kWrites);
  for (int i = 0; i < kWrites; ++i) organizations.push_back(new_organization(env, i == 2 ? "victim" : "bystander"));
  {
    std::vector<std::jthread> threads;
    threads.reserve(kWrites);
    for (std::size_t i = 0; i < kWrites; ++i) {
      threads.emplace_back([&, i] { outcomes[i].emplace(insert(organizations[i], ran[i], "lane")); });
    }
    go.count_down();
  }
  for (std::size_t i = 0; i < kWrites; ++i) {
    EXPECT_EQ(outcomes[i]->has_value(), stored(organizations[i])) << "what was told is what there is: " << i;
    EXPECT_EQ(ran[i], 1) << i;
  }
  EXPECT_REASON(*outcomes[2], Reason::kStoreUnavailable);
}

TEST_P(RetrySuite, IdsStopWithTheLeaseOfTheirMachinePartAndGoOnUnderAnother) {
  const Environment env = environment();
  database_->run_sql("UPDATE id_machines SET holder = 'somebody else'");
  clock_.advance(std::chrono::hours(1));  // beyond the mark: the next commit has to move it
  EXPECT_REASON(write([&](WriteTx& tx) -> Result<bool> {
                  DOORWARD_CHECK(tx.organizations().insert(new_organization(env)));
                  return true;
                }),
                Reason::kStoreUnavailable);
  // The watcher is told and takes another part at once, not at its next renewal.
  Result<Organization> made = failure(Reason::kStoreUnavailable, "");
  while (!made) {
    made = write([&](WriteTx& tx) -> Result<Organization> {
      const Organization later = new_organization(env);
      DOORWARD_CHECK(tx.organizations().insert(later));
      return later;
    });
  }
  const std::string id = made->id.str();
  EXPECT_EQ(std::stoull(id.substr(id.find('_') + 1)) & 0xFFFF, 1U) << "part 0 is held by somebody else";
}

INSTANTIATE_TEST_SUITE_P(Postgres, RetrySuite, testing::Values(DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
