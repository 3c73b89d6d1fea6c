// The store on a SQLite file: one writer thread with group commit, and reads on connections of their own.
//
// Writes wait in a bounded queue; the writer takes all that came during the last commit (store/commit/batch.h).
// Reads run on the calling thread, I/O threads included: with a write-ahead log they wait for no writer, a read by key
// takes some ten microseconds and a full page less than a millisecond, while a hop to another thread and back costs
// more than the read.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "store/commit/database_store.h"
#include "store/schema/migrations.h"
#include "store/sqlite/connection.h"

namespace doorward::store {

// Writes that may wait; one more is answered kStoreBusy.
inline constexpr std::size_t kSqliteQueueLimit = 4'096;
// Writes in one transaction.
inline constexpr std::size_t kSqliteBatchLimit = 256;
// The log is copied into the file when it holds this many pages, and cut when it passes 64 MiB.
inline constexpr int kCheckpointPages = 4'000;
inline constexpr std::int64_t kTruncateWalBytes = 64 * 1024 * 1024;

// Without a write for so long, caches are given up: the pages stay in the system's cache of files.
inline constexpr std::chrono::seconds kKeepCaches{3};

struct SqliteConfig {
  std::string path;
  MigrateMode migrate = MigrateMode::kApply;
  const Clock* clock = nullptr;  // must outlive the store
  Observer* observer = nullptr;  // must outlive the store
  std::int64_t max_pages = 0;    // a limit of the file's size in pages; 0: none
  std::uint16_t machine_id = 0;  // the machine part of ids
};

class SqliteStore : public DatabaseStore {
 public:
  // Opens the file, brings it to the schema or refuses it, and starts the writer.
  static Result<std::unique_ptr<SqliteStore>> open(const SqliteConfig& config);
  ~SqliteStore() override;  // finishes what waits

  Ids& ids() override { return ids_; }
  void set_commit_listener(CommitListener listener) override;
  // Also kStoreUnavailable for kFailedWriteCounts after a write that the disk refused, unless one has succeeded since:
  // long enough for whoever balances load to see, short enough to be tried again when nobody writes meanwhile.
  task<Result<void>> check_ready() override;
  static constexpr std::chrono::seconds kFailedWriteCounts{10};

 protected:
  task<Result<void>> run_write(std::string_view name, StoreOptions options, WriteBody body) override;
  task<Result<void>> run_read(std::string_view name, StoreOptions options, ReadBody body) override;

 private:
  struct Reader {
    explicit Reader(std::unique_ptr<SqliteConnection> opened)
        : connection(std::move(opened)), repositories(*connection), tx(repositories) {}
    std::unique_ptr<SqliteConnection> connection;
    Repositories repositories;
    SqlReadTx tx;
  };

  SqliteStore(const SqliteConfig& config, std::unique_ptr<SqliteConnection> writer);
  void submit(WaitingWrite write);
  void write_until_stopped();
  void run_batch(std::vector<WaitingWrite>& writes);
  void checkpoint();
  Result<void> check_writes() const;
  void note_outcomes(const std::vector<Result<void>>& outcomes);
  void release_memory();
  Result<void> read_now(std::string_view name, ReadBody& body);
  Result<std::unique_ptr<Reader>> take_reader();
  void give_back(std::unique_ptr<Reader> reader);

  SqliteConfig config_;
  IdSource ids_;
  std::unique_ptr<SqliteConnection> writer_;
  BatchRunner runner_;
  CommitListener listener_;

  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<Reader>> idle_readers_;  // as many as threads ever read at once

  std::mutex queue_mutex_;
  std::condition_variable queue_changed_;
  std::deque<WaitingWrite> queue_;
  bool stopping_ = false;

  // When the disk last refused a write and none has succeeded since: steady_clock ticks, 0 for never.
  std::atomic<std::chrono::steady_clock::rep> write_failed_at_{0};
  std::thread thread_;
};

}  // namespace doorward::store
