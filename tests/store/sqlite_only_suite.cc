#include <filesystem>

#include "store/sqlite/store.h"
#include "suite.h"

namespace doorward::store {
namespace {

class SqliteOnlySuite : public StoreSuite {
 protected:
  std::string path() const { return database_->url().substr(std::string("sqlite:").size()); }
  // Opens the database again as a disk that holds this many pages more than are used now.
  std::unique_ptr<DatabaseStore> open_small(std::int64_t more_pages) {
    store_.reset();
    const auto used = static_cast<std::int64_t>(std::filesystem::file_size(path()) / 4'096);
    auto opened =
        SqliteStore::open({.path = path(), .clock = &clock_, .observer = &observer_, .max_pages = used + more_pages});
    if (!opened) throw std::runtime_error(opened.error().detail);
    return std::move(*opened);
  }
  Result<bool> fill(DatabaseStore& store, const Directory& dir, const std::string& name) {
    return sync_wait(store.write("test.fill", {}, [&](WriteTx& tx) -> Result<bool> {
      DirectoryUser user = new_user(dir, name);
      user.attributes["blob"] = std::string(20'000, 'x');
      DOORWARD_CHECK(tx.directory_users().insert(user));
      return true;
    }));
  }

  Observer observer_;
};

TEST_P(SqliteOnlySuite, AFullDiskIsUnavailableAndLosesNothingThatWasAnswered) {
  const Environment env = environment();
  const Directory dir = directory(organization(env));
  std::shared_ptr<DatabaseStore> small = open_small(64);
  store_ = open_another();  // ids of the tests' rows; it writes nothing more
  int stored = 0;
  while (true) {
    const auto done = fill(*small, dir, "user" + std::to_string(stored));
    if (!done) {
      EXPECT_REASON(done, Reason::kStoreUnavailable);
      EXPECT_EQ(done.error().retry_after_seconds, 1U);
      break;
    }
    ASSERT_LT(++stored, 64);
  }
  EXPECT_GT(stored, 0);
  // Small writes and reads go on; the failed one left nothing.
  EXPECT_REASON(fill(*small, dir, "again"), Reason::kStoreUnavailable);
  ASSERT_OK(sync_wait(small->write("test.small", {}, [&](WriteTx& tx) -> Result<bool> {
    DOORWARD_CHECK(tx.directories().change_stats(env.id, dir.id, {.users = 1}));
    return true;
  })));
  small.reset();
  reopen();
  const auto left =
      must_read([&](const ReadTx& tx) { return tx.directory_users().walk(env.id, dir.id, {}, std::nullopt, 1'000); });
  EXPECT_EQ(left.size(), static_cast<std::size_t>(stored));
}

TEST_P(SqliteOnlySuite, AFileThatIsNoDatabaseIsRefusedWithASentence) {
  store_.reset();
  std::filesystem::resize_file(path(), 0);
  std::FILE* file = std::fopen(path().c_str(), "w");
  std::fputs("this is not a database, whatever its name says; it is text that goes on for a while", file);
  std::fclose(file);
  EXPECT_REASON(open_store({.url = database_->url(), .clock = &clock_}), Reason::kStoreUnavailable);
  EXPECT_REASON(open_store({.url = "sqlite:/nonexistent/folder/x.db", .clock = &clock_}), Reason::kStoreUnavailable);
  EXPECT_REASON(open_store({.url = "mysql://x", .clock = &clock_}), Reason::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteOnlySuite, testing::Values(DatabaseKind::kSqlite),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
