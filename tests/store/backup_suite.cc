// A backup of either database, restored into either.
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "store/backup/backup.h"
#include "suite.h"

namespace doorward::store {
namespace {

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "doorward-backup-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::string path_;
};

class BackupSuite : public StoreSuite {
 protected:
  Result<BackupManifest> back_up(const std::string& file) {
    return write_backup(database_->url(), file, "1.2.3", now(), [](const BackupTable&) {});
  }
  // A database of the given kind that holds what `file` does, open as the suite's store.
  Result<BackupManifest> restore(DatabaseKind kind, const std::string& file) {
    store_.reset();
    database_ = make_test_database(kind);
    return restore_backup(database_->url(), file, now(), [](const BackupTable&) {});
  }
  static DatabaseKind other(DatabaseKind kind) {
    return kind == DatabaseKind::kSqlite ? DatabaseKind::kPostgres : DatabaseKind::kSqlite;
  }

  Folder folder_;
};

TEST_P(BackupSuite, HoldsEverythingAndGoesIntoEitherDatabase) {
  const Environment home = environment();
  const Organization acme = organization(home);
  const Directory okta = directory(acme);
  std::vector<DirectoryUser> users;
  for (int i = 0; i < 2'500; ++i) users.push_back(new_user(okta, fmt::format("ann{}@x.test \xC3\xA9", i)));
  must([&](WriteTx& tx) -> Result<void> {
    for (const DirectoryUser& user : users) DOORWARD_CHECK(tx.directory_users().insert(user));
    return tx.changes().append(new_change(okta, users[0].id.str(), "organization.directory.user_created"));
  });
  const auto written = back_up(folder_.file("backup"));
  ASSERT_OK(written);
  EXPECT_EQ(written->schema_version, schema_version());
  EXPECT_EQ(folder_.files(), 1U) << "no working file is left";
  struct stat status{};
  ASSERT_EQ(stat(folder_.file("backup").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);

  for (const DatabaseKind kind : {GetParam(), other(GetParam())}) {
    SCOPED_TRACE(database_name(kind));
    const auto restored = restore(kind, folder_.file("backup"));
    ASSERT_OK(restored);
    EXPECT_EQ(restored->made_by, "1.2.3");
    EXPECT_EQ(restored->made_at, now());
    reopen();
    for (const std::size_t i : {0UZ, 999UZ, 1'000UZ, 2'499UZ}) {
      const auto found = must_read(
          [&](const ReadTx& tx) { return tx.directory_users().find(okta.environment_id, okta.id, users[i].id); });
      ASSERT_TRUE(found);
      EXPECT_EQ(found->user_name, users[i].user_name);
      EXPECT_EQ(found->attributes, users[i].attributes);
    }
    // A backup of the copy says the same of every table, whichever database it comes from: rows and digests agree. The
    // marks of ids move at each start.
    auto again = back_up(folder_.file(fmt::format("again-{}", database_name(kind))));
    ASSERT_OK(again);
    ASSERT_EQ(again->tables.size(), written->tables.size());
    for (std::size_t i = 0; i < again->tables.size(); ++i) {
      EXPECT_EQ(again->tables[i].name, written->tables[i].name);
      if (again->tables[i].name == "id_machines") continue;
      EXPECT_EQ(again->tables[i].rows, written->tables[i].rows) << again->tables[i].name;
      EXPECT_EQ(again->tables[i].digest, written->tables[i].digest) << again->tables[i].name;
    }
    // And it is a database like any other.
    const Organization later = organization(home);
    EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.organizations().find(home.id, later.id); }));
  }
}

TEST_P(BackupSuite, IsNeverWrittenOverAnythingNorRestoredOverAnything) {
  environment();
  std::ofstream(folder_.file("mine")) << "precious";
  EXPECT_REASON(back_up(folder_.file("mine")), Reason::kBackupFile);
  std::string kept;
  std::ifstream(folder_.file("mine")) >> kept;
  EXPECT_EQ(kept, "precious");
  EXPECT_EQ(folder_.files(), 1U);

  ASSERT_OK(back_up(folder_.file("backup")));
  store_.reset();
  EXPECT_REASON(restore_backup(database_->url(), folder_.file("backup"), now(), [](const BackupTable&) {}),
                Reason::kDatabaseNotEmpty);
}

TEST_P(BackupSuite, AFileThatIsNoBackupOrWasChangedIsRefused) {
  const Environment home = environment();
  organization(home);
  ASSERT_OK(back_up(folder_.file("backup")));
  std::ofstream(folder_.file("text")) << "not a database at all, and longer than a header of one would be";
  EXPECT_REASON(restore(GetParam(), folder_.file("text")), Reason::kBackupFile);
  EXPECT_REASON(restore(GetParam(), folder_.file("nothing")), Reason::kBackupFile);

  // One character of one row, in place: the file is a sound SQLite database all the same.
  std::fstream file(folder_.file("backup"), std::ios::in | std::ios::out | std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(file)), {});
  const std::size_t at = content.find("Acme");
  ASSERT_NE(at, std::string::npos);
  file.seekp(static_cast<std::streamoff>(at)).write("Akme", 4);
  file.close();
  const auto changed = restore(GetParam(), folder_.file("backup"));
  EXPECT_REASON(changed, Reason::kBackupFile);
  EXPECT_THAT(changed.error().message, testing::HasSubstr("changed after it was written"));
}

TEST_P(BackupSuite, ADatabaseThatIsNotThereOrEmptyHasNoBackup) {
  EXPECT_FALSE(write_backup("sqlite:" + folder_.file("none.db"), folder_.file("backup"), "1", now(), {}));
  std::ofstream(folder_.file("empty.db"));
  EXPECT_REASON(write_backup("sqlite:" + folder_.file("empty.db"), folder_.file("backup"), "1", now(), {}),
                Reason::kStoreSchema);
  EXPECT_FALSE(std::filesystem::exists(folder_.file("backup")));
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, BackupSuite, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
