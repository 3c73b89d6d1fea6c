// Two nodes that start at the same moment on one empty PostgreSQL database.
#include <latch>
#include <thread>

#include "store/suite.h"
#include "suite.h"

namespace doorward::test {
namespace {

TEST(FirstStartRace, OneOfTwoNodesFillsThePostgresDatabase) {
  const auto shared = store::make_test_database(store::DatabaseKind::kPostgres);
  ManualClock clock;
  SystemRandom random;
  const KeyEncryptionKey kek = KeyEncryptionKey::generate(random);

  struct Node {
    TemporaryFolder folder;
    WatchedCredentialsFile file{folder.path()};
    std::unique_ptr<store::DatabaseStore> database;
    Result<Installation> installation = tl::unexpected(internal_error("not started"));
  };
  Node nodes[2];
  for (Node& node : nodes) {
    auto opened = store::open_store({.url = shared->url(), .clock = &clock});
    ASSERT_TRUE(opened) << opened.error().message << " | " << opened.error().detail;
    node.database = *std::move(opened);
  }
  // Both have found the database empty and written their files before either begins its transaction.
  std::latch both_wrote(2);
  {
    std::vector<std::jthread> threads;
    for (Node& node : nodes) {
      node.file.after_write = [&both_wrote, first = true]() mutable {
        if (std::exchange(first, false)) both_wrote.arrive_and_wait();
        return Result<void>();
      };
      threads.emplace_back([&] {
        Bootstrap bootstrap({*node.database, clock, node.database->ids(), random, node.file});
        node.installation = sync_wait(bootstrap.start(kek, nullptr, true, {kBaseUrl, "", ""}));
      });
    }
  }
  ASSERT_TRUE(nodes[0].installation) << nodes[0].installation.error().detail;
  ASSERT_TRUE(nodes[1].installation) << nodes[1].installation.error().detail;
  const Installation& a = *nodes[0].installation;
  const Installation& b = *nodes[1].installation;
  EXPECT_NE(a.first_start, b.first_start) << "exactly one node fills the database";
  EXPECT_EQ(a.client_secret_in_file, a.first_start);
  EXPECT_EQ(b.client_secret_in_file, b.first_start);
  EXPECT_EQ(a.environment_id, b.environment_id);
  EXPECT_EQ(a.client_id, b.client_id);
  EXPECT_EQ(a.signing_keys->current_key_id(), b.signing_keys->current_key_id());
  EXPECT_EQ(a.key_ring->lookup_hash("x"), b.key_ring->lookup_hash("x"));
  const auto organizations = sync_wait(nodes[0].database->read(
      "test.read", {}, [&](const ReadTx& tx) { return tx.organizations().count(a.environment_id); }));
  EXPECT_EQ(organizations.value(), 1);
}

}  // namespace
}  // namespace doorward::test
