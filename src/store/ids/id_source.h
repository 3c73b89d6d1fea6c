// Ids that never repeat in one database.
//
// Ids run ahead of the clock, so the clock alone cannot say where to begin after a restart. The database keeps a mark:
// the tick up to which ids may have been used under a machine part. A transaction whose ids pass the mark moves it,
// five seconds further than needed, in its own commit; a restart begins behind the mark. What was made behind the mark
// but never committed may repeat, which nobody can see.
//
// Ids of requests have a sequence of their own that no mark follows: anybody on the network makes them, at any rate,
// and must not drive the others ahead of the clock. No row is named by them; after a restart they may repeat.
//
// The row of the mark also is the lease of the machine part: moving the mark names the holder, so a process that lost
// its lease without knowing cannot commit ids behind its old mark, and its successor begins after that mark.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "store/ids/id_sequence.h"
#include "store/sql/connection.h"

namespace doorward::store {

inline constexpr std::int64_t kIdMarkMarginTicks = 5 * kIdTicksPerSecond;
// How far ids may run ahead of the clock before writes are refused: a clock that steps back further is broken.
inline constexpr std::int64_t kIdMaxTicksAhead = 24 * 3600 * kIdTicksPerSecond;

class IdSource : public Ids {
 public:
  explicit IdSource(const Clock& clock) : clock_(clock), sequence_(0, 0), request_sequence_(0, 0) {}

  // Begins behind the mark of `machine`; `holder` is what its row names.
  void begin(std::uint16_t machine, std::string holder, std::int64_t used_tick);

  // Ids may be committed: a machine part is held and the clock is not too far behind. Otherwise the reason why not.
  Result<void> check_usable() const;
  bool holds_lease() const { return held_.load(std::memory_order_acquire); }
  void set_lease(bool held) { held_.store(held, std::memory_order_release); }

  // In a transaction about to commit: moves the mark when ids beyond it are in use. The mark after the commit.
  Result<std::int64_t> keep_mark(Connection& connection);
  // After that commit.
  void mark_kept(std::int64_t tick);

 protected:
  std::string next_text(std::string_view prefix) override;

 private:
  const Clock& clock_;
  IdSequence sequence_;
  IdSequence request_sequence_;
  mutable std::mutex holder_mutex_;
  std::uint16_t machine_ = 0;
  std::string holder_;
  std::atomic<bool> held_{false};
  std::atomic<std::int64_t> kept_tick_{0};
};

// Takes a machine part without a lease, as SQLite's one process may; in a transaction of the caller.
Result<void> begin_ids_alone(Connection& connection, IdSource& ids, std::uint16_t machine);

}  // namespace doorward::store
