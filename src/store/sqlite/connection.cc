#include "store/sqlite/connection.h"

#include <fmt/format.h>

#include <cctype>

#include "store/sql/errors.h"

namespace doorward::store {
namespace {

// How long a statement waits for another process that has the file open (a backup, a person with a shell).
constexpr int kBusyTimeoutMillis = 5'000;

constexpr Query kBegin{"transaction.begin", "BEGIN IMMEDIATE"};
constexpr Query kCommit{"transaction.commit", "COMMIT"};
constexpr Query kRollBack{"transaction.roll_back", "ROLLBACK"};
constexpr Query kSavepoint{"transaction.savepoint", "SAVEPOINT closure"};
constexpr Query kRelease{"transaction.release", "RELEASE closure"};
constexpr Query kRollBackTo{"transaction.roll_back_to", "ROLLBACK TO closure"};
constexpr Query kBeginRead{"transaction.begin_read", "BEGIN"};

class SqliteRow : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  std::string_view text(int column) const override {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_;
};

// The common dialect numbers parameters "$1"; SQLite takes that for a name and writes numbers "?1".
std::string with_question_marks(std::string_view sql) {
  std::string text(sql);
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '$' && std::isdigit(static_cast<unsigned char>(text[i + 1])) != 0) text[i] = '?';
  }
  return text;
}

int bind(sqlite3_stmt* statement, int position, const Value& value) {
  if (value.is_null()) return sqlite3_bind_null(statement, position);
  switch (value.kind()) {
    case Value::Kind::kInteger:
      return sqlite3_bind_int64(statement, position, value.integer());
    case Value::Kind::kText:
      return sqlite3_bind_text64(statement, position, value.text().data() == nullptr ? "" : value.text().data(),
                                 value.text().size(), SQLITE_STATIC, SQLITE_UTF8);
    case Value::Kind::kBytes:
      return sqlite3_bind_blob64(statement, position, value.text().data() == nullptr ? "" : value.text().data(),
                                 value.text().size(), SQLITE_STATIC);
  }
  return SQLITE_MISUSE;
}

}  // namespace

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path, SqliteAccess access,
                                                                 Observer& observer) {
  // Its count of memory costs a lock shared by all threads in each allocation, and nobody reads it. Refused after the
  // first connection, when it is set already.
  static const int counting = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(counting);
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (access == SqliteAccess::kWrite ? SQLITE_OPEN_CREATE : 0);
  const int opened = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(handle, observer));
  if (opened != SQLITE_OK) {
    return failure(unavailable(fmt::format("cannot open {}: {}", path, sqlite3_errstr(opened))));
  }
  sqlite3_busy_timeout(handle, kBusyTimeoutMillis);
  if (access == SqliteAccess::kRead) {
    DOORWARD_CHECK(connection->run_script("PRAGMA query_only = 1; PRAGMA cache_size = -2000"));
    return connection;
  }
  // FULL: a commit is on disk before anyone hears of it. Checkpoints are the writer's, after it has answered.
  DOORWARD_CHECK(connection->run_script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -8000; "
      "PRAGMA temp_store = MEMORY"));
  sqlite3_wal_hook(
      handle,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<SqliteConnection*>(self)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      connection.get());
  return connection;
}

Error SqliteConnection::last_error(const char* query) const {
  const int code = sqlite3_extended_errcode(handle_.get());
  const std::string_view message = sqlite3_errmsg(handle_.get());
  const std::string detail = fmt::format("{}: {} ({})", query, message, code);
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
    constexpr std::string_view kLabel = "UNIQUE constraint failed: ";
    return unique_violation(message.starts_with(kLabel) ? message.substr(kLabel.size()) : message, detail);
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: {
      Error error = busy();
      error.detail = detail;
      return error;
    }
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return unavailable(detail);
    default:
      return internal_error(detail);
  }
}

Result<sqlite3_stmt*> SqliteConnection::prepared(const Query& query) {
  Statement& statement = statements_[&query];
  if (!statement) {
    const std::string sql = with_question_marks(query.sql);
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (code != SQLITE_OK) return failure(last_error(query.name));
    statement.reset(raw);
  }
  return statement.get();
}

Result<std::int64_t> SqliteConnection::execute(const Query& query, Values values, RowFunction on_row) {
  const auto started = std::chrono::steady_clock::now();
  DOORWARD_TRY(sqlite3_stmt* const statement, prepared(query));
  // Reset however this ends, also when a row function throws: a statement left standing holds its snapshot.
  struct Reset {
    sqlite3_stmt* statement;
    ~Reset() { sqlite3_reset(statement); }
  };
  const Reset reset{statement};
  int position = 0;
  for (const Value& value : values) {
    if (value.kind() == Value::Kind::kText && value.text().find('\0') != std::string_view::npos) {
      return failure(unstorable_text());
    }
    if (bind(statement, ++position, value) != SQLITE_OK) return failure(last_error(query.name));
  }
  const SqliteRow row(statement);
  std::int64_t rows = 0;
  int code = SQLITE_OK;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    ++rows;
    on_row(row);
  }
  const bool succeeded = code == SQLITE_DONE;
  observer_.on_query(query.name, succeeded, std::chrono::steady_clock::now() - started);
  if (!succeeded) return failure(last_error(query.name));
  return sqlite3_column_count(statement) > 0 ? rows : sqlite3_changes64(handle_.get());
}

Result<void> SqliteConnection::post(const Query& query, Values values) {
  DOORWARD_TRY([[maybe_unused]] auto rows, execute(query, values, {}));
  return {};
}

Result<void> SqliteConnection::run_script(std::string_view sql) {
  if (sqlite3_exec(handle_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failure(last_error("script"));
  }
  return {};
}

Result<void> SqliteConnection::begin() { return post(kBegin, {}); }

Result<void> SqliteConnection::commit() { return post(kCommit, {}); }

void SqliteConnection::roll_back() {
  if (!is_transaction_lost()) static_cast<void>(post(kRollBack, {}));
}

Result<void> SqliteConnection::savepoint() {
  // Outside a transaction SAVEPOINT would begin one of its own, which RELEASE would commit.
  if (is_transaction_lost()) return failure(unavailable("the transaction was rolled back by the database"));
  return post(kSavepoint, {});
}

Result<void> SqliteConnection::release() { return post(kRelease, {}); }

Result<void> SqliteConnection::roll_back_to() {
  DOORWARD_CHECK(post(kRollBackTo, {}));
  return post(kRelease, {});
}

Result<void> SqliteConnection::begin_read() { return post(kBeginRead, {}); }

void SqliteConnection::end_read() { roll_back(); }

void SqliteConnection::checkpoint(int mode) {
  // A reader may stand in the way; the next commit tries again.
  static_cast<void>(sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, mode, nullptr, nullptr));
}

}  // namespace doorward::store
