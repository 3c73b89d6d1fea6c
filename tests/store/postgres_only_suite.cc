#include <libpq-fe.h>

#include <set>
#include <thread>

#include "suite.h"

namespace doorward::store {
namespace {

class PostgresOnlySuite : public StoreSuite {
 protected:
  void kill_connections() {
    database_->run_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND "
        "application_name = 'doorward'");
  }
};

// A transaction of another node, moved step by step.
class OtherNode {
 public:
  explicit OtherNode(const std::string& url) : handle_(PQconnectdb(url.c_str())) {}
  ~OtherNode() { PQfinish(handle_); }
  void run(const std::string& sql) {
    PGresult* result = PQexec(handle_, sql.c_str());
    const bool failed = PQresultStatus(result) == PGRES_FATAL_ERROR;
    const std::string error = failed ? PQresultErrorMessage(result) : "";
    PQclear(result);
    if (failed) throw std::runtime_error(error);
  }
  void append(const ChangeRecord& record, std::int64_t seq) {
    const std::string owner = "'" + record.environment_id.str() + "', '" + record.owner_id() + "'";
    run("INSERT INTO change_counters(environment_id, owner_id, last_seq, sequenced_seq) VALUES(" + owner + ", " +
        std::to_string(seq) + ", 0)");
    run("INSERT INTO changes(environment_id, owner_id, owner_seq, id, txn, organization_id, directory_id, occurred_at, "
        "object, object_id, display_name, op, changes, actor_kind, actor_id, cause, event_type) VALUES(" +
        owner + ", " + std::to_string(seq) + ", '" + record.id.str() + "', '', '', '" + record.directory_id.str() +
        "', 0, 3, 'late', '', 1, '{}', 1, '', '{}', '')");
  }

 private:
  PGconn* handle_;
};

Result<bool> sequence_all(WriteTx& tx) {
  DOORWARD_TRY(const bool alone, tx.changes().become_sequencer());
  if (!alone) return false;
  DOORWARD_TRY(auto changes, tx.changes().unsequenced(1'000));
  DOORWARD_CHECK(tx.changes().sequence(changes));
  return true;
}

std::int64_t machine_of(const std::string& id) { return std::stoll(id.substr(id.find('_') + 1)) & 0xFFFF; }

TEST_P(PostgresOnlySuite, AMachinePartMayBeGivenByHand) {
  const auto named = open_store({.url = database_->url(), .machine_id = 40'000, .clock = &clock_});
  ASSERT_OK(named);
  EXPECT_EQ(machine_of((*named)->ids().next<OrganizationId>().str()), 40'000);
  const auto next = open_another();
  EXPECT_EQ(machine_of(next->ids().next<OrganizationId>().str()), 1) << "the least that is free";
}

TEST_P(PostgresOnlySuite, AMachinePartGivenByHandIsTakenOverFromWhoeverHasIt) {
  const Environment env = environment();
  const auto insert = [&](DatabaseStore& into) {
    return sync_wait(into.write("test.write", {}, [&](WriteTx& tx) -> Result<bool> {
      Organization made = new_organization(env);
      made.id = into.ids().next<OrganizationId>();
      DOORWARD_CHECK(tx.organizations().insert(made));
      return true;
    }));
  };
  const StoreConfig config{.url = database_->url(), .machine_id = 7, .clock = &clock_};
  const auto before = open_store(config);
  ASSERT_OK(before);
  ASSERT_OK(insert(**before));
  const auto after = open_store(config);
  ASSERT_OK(after);
  ASSERT_OK(insert(**after));
  clock_.advance(std::chrono::hours(1));  // beyond the mark: the next commit has to move it
  EXPECT_REASON(insert(**before), Reason::kStoreUnavailable);
  ASSERT_OK(insert(**after));
  EXPECT_REASON(insert(**before), Reason::kStoreUnavailable);
}

TEST_P(PostgresOnlySuite, AReadOfOneStatementIsRefusedASecond) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  const auto find = [&](const ReadTx& tx) { return tx.directories().find_by_id(env.id, dir.id); };
  const StoreOptions once{
      .deadline = std::chrono::steady_clock::time_point::max(), .serial_key = {}, .one_statement = true};
  EXPECT_TRUE(*sync_wait(store().read("test.once", once, find)));
  const auto twice = sync_wait(store().read("test.twice", once, [&](const ReadTx& tx) {
    static_cast<void>(find(tx));
    return find(tx);
  }));
  EXPECT_REASON(twice, Reason::kInternal);
  EXPECT_TRUE(must_read(find));
}

TEST_P(PostgresOnlySuite, ARecordThatCommitsLateNeverLandsBehindAReader) {
  const Environment env = environment();
  const Organization org = organization(env);
  const Directory slow = directory(org);
  const Directory quick = directory(org);
  OtherNode other(database_->url());
  other.run("BEGIN");
  other.append(new_change(slow, "late", ""), 1);
  must([&](WriteTx& tx) { return tx.changes().append(new_change(quick, "early", "")); });
  ASSERT_TRUE(*write(sequence_all));
  const auto feed = [&](std::int64_t after) {
    return must_read([&](const ReadTx& tx) { return tx.changes().feed(env.id, after, 10); });
  };
  const auto first = feed(0);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].change.object_id, "early");
  other.run("COMMIT");
  ASSERT_TRUE(*write(sequence_all));
  const auto rest = feed(first[0].feed_seq);
  ASSERT_EQ(rest.size(), 1U) << "the reader would have skipped it";
  EXPECT_EQ(rest[0].change.object_id, "late");
}

TEST_P(PostgresOnlySuite, AnOwnersNumberWaitsForTheTransactionThatHoldsTheOneBefore) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  OtherNode other(database_->url());
  other.run("BEGIN");
  other.append(new_change(dir, "late", ""), 1);
  std::atomic<bool> done{false};
  std::jthread writer([&] {
    static_cast<void>(write([&](WriteTx& tx) -> Result<bool> {
      DOORWARD_CHECK(tx.changes().append(new_change(dir, "next", "")));
      return true;
    }));
    done = true;
  });
  // Until the writer stands at the counter row.
  OtherNode watcher(database_->url());
  watcher.run(
      "DO $$ BEGIN WHILE NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
      "datname = current_database()) LOOP PERFORM pg_stat_clear_snapshot(); PERFORM pg_sleep(0.005); END LOOP; END $$");
  EXPECT_FALSE(done);
  other.run("COMMIT");
  writer.join();
  const auto history = must_read([&](const ReadTx& tx) { return tx.changes().history(env.id, dir.id.str(), 0, 10); });
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].object_id, "late");
  EXPECT_EQ(history[1].object_id, "next");
  EXPECT_EQ(history[1].owner_seq, 2);
}

TEST_P(PostgresOnlySuite, OnlyOneSequencerAtATime) {
  OtherNode other(database_->url());
  other.run("BEGIN");
  other.run("SELECT pg_advisory_xact_lock(" + std::to_string(0x646f6f72'00000003) + ")");
  EXPECT_FALSE(*write(sequence_all));
  other.run("ROLLBACK");
  EXPECT_TRUE(*write(sequence_all));
}

TEST_P(PostgresOnlySuite, LostConnectionsAreReplacedWithoutAnError) {
  const Environment env = environment();
  for (int round = 0; round < 3; ++round) {
    const Organization org = new_organization(env);
    must([&](WriteTx& tx) { return tx.organizations().insert(org); });
    kill_connections();
    EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.organizations().find(env.id, org.id); }));
    kill_connections();
  }
  ASSERT_OK(sync_wait(store().check_ready()));
}

TEST_P(PostgresOnlySuite, ADatabaseThatIsAwayIsUnavailableAndComesBackWithoutARestart) {
  const Environment env = environment();
  // A role that may not log in sees the server as gone, whoever else uses it.
  database_->run_sql(
      "DO $$ BEGIN EXECUTE format('CREATE ROLE %I LOGIN PASSWORD ''away''', current_database() || '_role'); "
      "EXECUTE format('GRANT ALL ON SCHEMA %I TO %I', current_schema(), current_database() || '_role'); "
      "EXECUTE format('GRANT ALL ON ALL TABLES IN SCHEMA %I TO %I', current_schema(), "
      "current_database() || '_role'); END $$");
  std::string url = database_->url();
  const std::size_t name_at = url.find("doorward_test_");
  const std::string role = url.substr(name_at, url.find('?') - name_at) + "_role";
  const std::size_t user_at = url.find("://") + 3;
  const std::size_t host_at = url.find('@') == std::string::npos ? user_at : url.find('@') + 1;
  url.replace(user_at, host_at - user_at, role + ":away@");
  auto opened = open_store({.url = url, .clock = &clock_});
  ASSERT_OK(opened);
  const auto count = [&] {
    return sync_wait(
        (*opened)->read("test.count", {}, [&](const ReadTx& tx) { return tx.organizations().count(env.id); }));
  };
  ASSERT_OK(count());
  database_->run_sql("ALTER ROLE " + role + " NOLOGIN");
  kill_connections();
  const auto away = count();
  EXPECT_REASON(away, Reason::kStoreUnavailable);
  EXPECT_EQ(away.error().retry_after_seconds, 1U);
  EXPECT_REASON(sync_wait((*opened)->write("test.write", {}, [](WriteTx&) -> Result<bool> { return true; })),
                Reason::kStoreUnavailable);
  EXPECT_REASON(sync_wait((*opened)->check_ready()), Reason::kStoreUnavailable);
  database_->run_sql("ALTER ROLE " + role + " LOGIN");
  while (!count()) std::this_thread::yield();
  opened->reset();
  database_->run_sql("DROP OWNED BY " + role);
  database_->run_sql("DROP ROLE " + role);
}

TEST_P(PostgresOnlySuite, TwoNodesNeverMakeTheSameIdAndHearOfEachOthersCommits) {
  const auto another = open_another();
  std::set<std::string> made;
  for (int i = 0; i < 2'000; ++i) {
    EXPECT_TRUE(made.insert(ids().next<OrganizationId>().str()).second);
    EXPECT_TRUE(made.insert(another->ids().next<OrganizationId>().str()).second);
  }
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  std::atomic<int> heard{0};
  another->set_commit_listener([&] {
    ++heard;
    heard.notify_all();
  });
  must([&](WriteTx& tx) { return tx.changes().append(new_change(dir, "ann", "")); });
  heard.wait(0);
}

INSTANTIATE_TEST_SUITE_P(Postgres, PostgresOnlySuite, testing::Values(DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
