#include "store/backup/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "store/backup/manifest.h"
#include "store/backup/table_copy.h"
#include "store/postgres/connection.h"
#include "store/schema/migrations.h"
#include "store/sql/errors.h"
#include "store/sql/read_row.h"
#include "store/sqlite/connection.h"

namespace doorward::store {
namespace {

constexpr std::string_view kSqliteScheme = "sqlite:";
constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;

// The file is thrown away when anything goes wrong before it has its name, so nothing needs a log while it is filled.
constexpr std::string_view kFillFast = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF";
constexpr Query kIntegrity{"backup.integrity", "PRAGMA integrity_check(1)"};
// Whoever held a machine part of ids holds it in the other database. The marks stay: ids go on behind them.
constexpr Query kReleaseMachines{"backup.release_machines", "UPDATE id_machines SET holder = '', lease_until = 0"};
constexpr Query kEnvironments{"backup.environments", "SELECT count(*) FROM environments"};

Observer& no_observer() {
  static Observer none;
  return none;
}

tl::unexpected<Error> refused(std::string sentence) { return failure(Reason::kBackupFile, std::move(sentence)); }

// A file that exists under its name only when it is whole.
class NewFile {
 public:
  static Result<std::unique_ptr<NewFile>> create(std::string path, Reason exists, std::string_view why) {
    if (std::filesystem::exists(std::filesystem::symlink_status(path))) {
      return failure(exists, fmt::format("{} exists: {}", path, why));
    }
    std::unique_ptr<NewFile> file(new NewFile(std::move(path)));
    std::filesystem::remove(file->partial_);
    const int handle = ::open(file->partial_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
    if (handle < 0) {
      return failure(Reason::kBackupFile, fmt::format("cannot write {}: {}", file->partial_, std::strerror(errno)));
    }
    ::close(handle);
    return file;
  }
  ~NewFile() {
    std::error_code ignored;
    std::filesystem::remove(partial_, ignored);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  // Where it is filled.
  const std::string& partial() const { return partial_; }

  // On disk, and under its name. Never over another file of that name.
  Result<void> publish() const {
    DOORWARD_CHECK(sync(partial_, O_RDONLY));
    if (::link(partial_.c_str(), path_.c_str()) != 0) {
      return refused(fmt::format("cannot name {}: {}", path_, std::strerror(errno)));
    }
    const std::string folder = std::filesystem::absolute(path_).parent_path();
    return sync(folder, O_RDONLY | O_DIRECTORY);
  }

 private:
  explicit NewFile(std::string path) : path_(std::move(path)), partial_(path_ + ".partial") {}

  static Result<void> sync(const std::string& path, int flags) {
    const int handle = ::open(path.c_str(), flags | O_CLOEXEC);
    const bool synced = handle >= 0 && ::fsync(handle) == 0;
    const int why = errno;
    if (handle >= 0) ::close(handle);
    if (!synced) return refused(fmt::format("cannot bring {} to the disk: {}", path, std::strerror(why)));
    return {};
  }

  std::string path_;
  std::string partial_;
};

// A database, and a transaction on it.
struct Opened {
  std::unique_ptr<SqliteConnection> sqlite;
  std::unique_ptr<PostgresConnection> postgres;

  Connection& connection() const {
    if (sqlite) return *sqlite;
    return *postgres;
  }
  Session& session() const {
    if (sqlite) return *sqlite;
    return *postgres;
  }
  ReadBy read_by() const { return sqlite ? ReadBy::kStatement : ReadBy::kCursor; }
  Dialect dialect() const { return sqlite ? Dialect::kSqlite : Dialect::kPostgres; }
  Result<void> begin_read() const { return sqlite ? sqlite->begin_read() : postgres->begin_read(); }
};

Result<Opened> open_postgres(const std::string& url) {
  Opened opened{.sqlite = nullptr, .postgres = std::make_unique<PostgresConnection>(url, no_observer())};
  DOORWARD_CHECK(opened.postgres->connect());
  // A copy takes as long as it takes; a server that is gone is noticed by the wait for each answer.
  DOORWARD_CHECK(opened.postgres->run_script("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0"));
  return opened;
}

Result<std::unique_ptr<SqliteConnection>> open_to_fill(const std::string& path) {
  DOORWARD_TRY(auto opened, SqliteConnection::open(path, SqliteAccess::kWrite, no_observer()));
  DOORWARD_CHECK(opened->run_script(kFillFast));
  return opened;
}

std::span<const Migration> migrations_to(std::int64_t version) {
  return embedded_migrations().first(static_cast<std::size_t>(version));
}

Result<void> check_integrity(SqliteConnection& database) {
  std::string answer;
  DOORWARD_TRY([[maybe_unused]] auto rows,
               database.execute(kIntegrity, {}, [&](const Row& row) { answer = text_at(row, 0); }));
  if (answer != "ok") return refused("the file is damaged: " + answer);
  return {};
}

Result<void> check_counts(Connection& database, Statements& statements, const std::vector<BackupTable>& tables) {
  for (const BackupTable& table : tables) {
    DOORWARD_TRY(const std::int64_t rows, count_rows(database, statements, table.name));
    if (rows != table.rows) {
      return refused(fmt::format("table {} has {} rows where {} were copied", table.name, rows, table.rows));
    }
  }
  return {};
}

// Fills `backup`, whose schema is there, from the snapshot of `source`.
Result<void> fill_backup(const Opened& source, SqliteConnection& backup, BackupManifest& manifest,
                         Statements& statements, const BackupProgress& progress) {
  DOORWARD_TRY(const auto tables, shapes_of(backup));
  DOORWARD_CHECK(backup.begin());
  for (const TableShape& table : tables) {
    DOORWARD_TRY(auto copied, copy_table(source.connection(), source.read_by(), backup, statements, table));
    progress(copied);
    manifest.tables.push_back(std::move(copied));
  }
  DOORWARD_CHECK(write_manifest(backup, manifest));
  return backup.commit();
}

Result<void> fill_target(SqliteConnection& backup, const Opened& target, const BackupManifest& manifest,
                         Statements& statements, const BackupProgress& progress) {
  DOORWARD_TRY(const auto tables, shapes_of(backup));
  DOORWARD_CHECK(target.session().begin());
  std::vector<BackupTable> copied;
  for (const TableShape& table : tables) {
    DOORWARD_TRY(auto one, copy_table(backup, ReadBy::kStatement, target.connection(), statements, table));
    progress(one);
    copied.push_back(std::move(one));
  }
  DOORWARD_CHECK(check_counts(target.connection(), statements, copied));
  const bool as_written = std::ranges::equal(copied, manifest.tables, [](const BackupTable& a, const BackupTable& b) {
    return a.name == b.name && a.rows == b.rows && a.digest == b.digest;
  });
  if (!as_written)
    return refused("the backup was changed after it was written: its rows are not those of its manifest");
  DOORWARD_CHECK(target.connection().post(kReleaseMachines, {}));
  return target.session().commit();
}

// The target with the schema of the backup and nothing in it.
Result<void> prepare_target(const Opened& target, std::int64_t version, Timestamp now) {
  DOORWARD_TRY(const std::int64_t present, applied_version(target.connection(), embedded_migrations()));
  if (present != 0) {
    DOORWARD_TRY(const std::int64_t environments, find_integer(target.connection(), kEnvironments, {}));
    if (environments != 0 || present != version) {
      return failure(Reason::kDatabaseNotEmpty,
                     "The database is not empty. Restore into a new one; nothing is ever written over.");
    }
    return {};
  }
  return migrate_schema(target.connection(), target.dialect(), migrations_to(version), MigrateMode::kApply, now);
}

Result<void> restore_into(const Opened& target, SqliteConnection& backup, const BackupManifest& manifest, Timestamp now,
                          const BackupProgress& progress) {
  Statements statements;
  DOORWARD_CHECK(prepare_target(target, manifest.schema_version, now));
  if (auto filled = fill_target(backup, target, manifest, statements, progress); !filled) {
    target.session().roll_back();
    return filled;
  }
  return migrate_schema(target.connection(), target.dialect(), embedded_migrations(), MigrateMode::kApply, now);
}

}  // namespace

Result<BackupManifest> write_backup(const std::string& url, const std::string& file, std::string_view made_by,
                                    Timestamp now, const BackupProgress& progress) {
  Opened source;
  if (url.starts_with(kSqliteScheme)) {
    DOORWARD_TRY(source.sqlite,
                 SqliteConnection::open(url.substr(kSqliteScheme.size()), SqliteAccess::kRead, no_observer()));
  } else {
    DOORWARD_TRY(source, open_postgres(url));
  }
  DOORWARD_TRY(const auto output, NewFile::create(file, Reason::kBackupFile, "a backup is never written over"));
  DOORWARD_CHECK(source.begin_read());
  BackupManifest manifest{.schema_version = 0, .made_at = now, .made_by = std::string(made_by), .tables = {}};
  DOORWARD_TRY(manifest.schema_version, applied_version(source.connection(), embedded_migrations()));
  if (manifest.schema_version == 0) return failure(Reason::kStoreSchema, "The database holds nothing of Doorward's.");
  if (manifest.schema_version > schema_version()) {
    return failure(Reason::kStoreSchema, "The database has the schema of a newer Doorward: back up with that one.");
  }
  Statements statements;
  DOORWARD_TRY(auto backup, open_to_fill(output->partial()));
  DOORWARD_CHECK(
      migrate_schema(*backup, Dialect::kSqlite, migrations_to(manifest.schema_version), MigrateMode::kApply, now));
  DOORWARD_CHECK(fill_backup(source, *backup, manifest, statements, progress));
  DOORWARD_CHECK(check_integrity(*backup));
  DOORWARD_CHECK(check_counts(*backup, statements, manifest.tables));
  backup.reset();
  DOORWARD_CHECK(output->publish());
  return manifest;
}

Result<BackupManifest> restore_backup(const std::string& url, const std::string& file, Timestamp now,
                                      const BackupProgress& progress) {
  auto backup = SqliteConnection::open(file, SqliteAccess::kRead, no_observer());
  if (!backup) return refused(fmt::format("{} cannot be opened", file));
  DOORWARD_TRY(const BackupManifest manifest, read_manifest(**backup));
  if (manifest.schema_version > schema_version()) {
    return refused("The backup is of a newer Doorward: restore it with that one.");
  }
  DOORWARD_CHECK(check_integrity(**backup));
  if (!url.starts_with(kSqliteScheme)) {
    DOORWARD_TRY(const Opened target, open_postgres(url));
    DOORWARD_CHECK(restore_into(target, **backup, manifest, now, progress));
    return manifest;
  }
  DOORWARD_TRY(const auto output, NewFile::create(url.substr(kSqliteScheme.size()), Reason::kDatabaseNotEmpty,
                                                  "restore into a new file; nothing is ever written over"));
  Opened target;
  DOORWARD_TRY(target.sqlite, open_to_fill(output->partial()));
  DOORWARD_CHECK(restore_into(target, **backup, manifest, now, progress));
  DOORWARD_CHECK(check_integrity(*target.sqlite));
  target.sqlite.reset();
  DOORWARD_CHECK(output->publish());
  return manifest;
}

}  // namespace doorward::store
