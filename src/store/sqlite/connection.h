// One connection to a SQLite file: prepared statements by query, errors by reason. One thread at a time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "store/commit/batch.h"
#include "store/sql/observer.h"

namespace doorward::store {

enum class SqliteAccess : std::uint8_t { kWrite, kRead };

class SqliteConnection : public Connection, public Session {
 public:
  // Creates the file for kWrite when it is not there. kStoreUnavailable when it cannot be opened.
  static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path, SqliteAccess access,
                                                        Observer& observer);

  Result<std::int64_t> execute(const Query& query, Values values, RowFunction on_row) override;
  Result<void> post(const Query& query, Values values) override;
  Result<void> run_script(std::string_view sql) override;

  Connection& connection() override { return *this; }
  Result<void> begin() override;
  Result<void> commit() override;
  void roll_back() override;
  std::uint64_t writes() const override { return static_cast<std::uint64_t>(sqlite3_total_changes64(handle_.get())); }
  Result<void> savepoint() override;
  Result<void> release() override;
  Result<void> roll_back_to() override;
  Result<void> settle() override { return {}; }
  // A full disk, a failed read or write and a lack of memory may end the whole transaction: SQLite says so only by
  // being back in autocommit.
  bool is_transaction_lost() const override { return sqlite3_get_autocommit(handle_.get()) != 0; }
  bool should_retry() const override { return false; }
  bool is_outcome_unknown() const override { return false; }

  Result<void> begin_read();
  void end_read();

  // Gives the pages that the cache holds back to the allocator.
  void release_memory() { sqlite3_db_release_memory(handle_.get()); }

  // Pages in the write-ahead log after the last commit of this connection.
  int wal_pages() const { return wal_pages_; }
  // PASSIVE never waits; TRUNCATE waits for readers, empties the log and gives its space back.
  void checkpoint(int mode);

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  SqliteConnection(sqlite3* handle, Observer& observer) : observer_(observer), handle_(handle) {}
  Result<sqlite3_stmt*> prepared(const Query& query);
  Error last_error(const char* query) const;

  Observer& observer_;
  std::unique_ptr<sqlite3, Close> handle_;  // before the statements: they close first
  std::unordered_map<const Query*, Statement> statements_;
  int wal_pages_ = 0;
};

}  // namespace doorward::store
