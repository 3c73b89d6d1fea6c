// Group commit, the same on both databases: several waiting writes share one transaction, and one flush to disk pays
// for all. One that fails leaves its neighbours whole: when it failed before it changed anything there is nothing to
// undo; else the transaction is rolled back and the writes run again, each behind a savepoint. Savepoints from the
// start would cost every write for the rare one that fails; where failures come often, they are set at once.
//
// When the shared transaction cannot be committed, nobody knows whose fault it was: the writes run again one by one.
// Change records are written at the end of the transaction, because the counter rows they take are locked from then to
// the commit (store/sql/changes.h).
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "ports/store.h"
#include "store/ids/id_source.h"
#include "store/sql/observer.h"
#include "store/sql/transaction.h"

namespace doorward::store {

// A write of a use case that waits for its turn. The body lives in the waiting coroutine.
struct WaitingWrite {
  std::string_view name;
  std::chrono::steady_clock::time_point deadline;
  std::chrono::steady_clock::time_point queued_at;
  std::move_only_function<Result<void>(WriteTx&)>* body = nullptr;
  std::move_only_function<void(Result<void>)> deliver;
};

// A connection with the statements of a transaction. After an error of begin, commit, savepoint, release or
// roll_back_to the caller rolls back; roll_back always leaves the session without a transaction, or broken.
class Session {
 public:
  virtual ~Session() = default;
  virtual Connection& connection() = 0;
  virtual Result<void> begin() = 0;
  virtual Result<void> commit() = 0;
  virtual void roll_back() = 0;
  // Grows with every statement that may have changed something.
  virtual std::uint64_t writes() const = 0;
  virtual Result<void> savepoint() = 0;
  virtual Result<void> release() = 0;
  virtual Result<void> roll_back_to() = 0;
  // Waits for posted statements; their error.
  virtual Result<void> settle() = 0;
  // What the last error means. Lost: the transaction ended with it (SQLite after a full disk), or the connection did.
  virtual bool is_transaction_lost() const = 0;
  // The database chose this transaction as the victim of a conflict: running it again may succeed.
  virtual bool should_retry() const = 0;
  // The connection broke while committing: whether it happened is not known, so it must not run again.
  virtual bool is_outcome_unknown() const = 0;
};

// Batches that begin with savepoints after one that needed them.
inline constexpr int kCarefulBatches = 32;

// Attempts of one write that loses against others (40001, 40P01).
inline constexpr int kMaxAttempts = 5;

class BatchRunner {
 public:
  BatchRunner(Session& session, IdSource& ids, Observer& observer)
      : session_(session), repositories_(session.connection()), tx_(repositories_), ids_(ids), observer_(observer) {}

  // Runs every write and fills `outcomes` in their order. True when what a commit listener waits for was committed.
  bool run(std::span<WaitingWrite> writes, std::vector<Result<void>>& outcomes);

 private:
  // How a write that fails is undone: alone by a savepoint, or with the whole transaction.
  enum class Undo : std::uint8_t { kSavepoint, kTransaction };

  Result<void> run_shared(std::span<WaitingWrite> writes, std::span<Result<void>> outcomes);
  Result<void> run_together(std::span<WaitingWrite> writes, std::span<Result<void>> outcomes, Undo undo);
  Result<void> run_one(WaitingWrite& write, Result<void>& outcome, Undo undo, bool alone);
  Result<void> call(WaitingWrite& write);
  Result<void> finish(std::size_t shared_by);
  void abandon();

  Session& session_;
  Repositories repositories_;
  SqlWriteTx tx_;
  IdSource& ids_;
  Observer& observer_;
  int careful_ = 0;       // batches left that begin with savepoints
  bool spoiled_ = false;  // a write failed after it had changed something, and only a savepoint could undo it alone
  bool notable_ = false;  // the transaction in progress appended changes or jobs, or made deliveries due
  bool committed_notable_ = false;
};

}  // namespace doorward::store
