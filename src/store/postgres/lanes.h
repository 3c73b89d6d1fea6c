// Who goes next among waiting transactions: one place in line for each read, each write without a key, and each lane of
// writes with the same key. A lane runs on one worker at a time, so its writes keep their order and never wait for each
// other inside the database; what came meanwhile shares the lane's next transaction.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "store/commit/batch.h"

namespace doorward::store {

struct WaitingRead {
  std::string_view name;
  std::chrono::steady_clock::time_point deadline;
  std::chrono::steady_clock::time_point queued_at;
  bool one_statement = false;
  std::move_only_function<Result<void>(const ReadTx&)>* body = nullptr;
  std::move_only_function<void(Result<void>)> deliver;
};

// Thread-safe.
class Lanes {
 public:
  // `limit`: transactions that may wait. `batch_limit`: writes of one lane, `keyless_limit`: writes without a key, that
  // may share a transaction; the latter lock rows in no common order, so few of them do.
  Lanes(std::size_t limit, std::size_t batch_limit, std::size_t keyless_limit)
      : limit_(limit), batch_limit_(batch_limit), keyless_limit_(keyless_limit) {}

  // The refusal (kStoreBusy, kStoreUnavailable when closed), or nullopt when it waits now.
  std::optional<Error> add(const std::string& key, WaitingWrite& write);
  std::optional<Error> add(WaitingRead& read);

  struct Batch {
    std::string key;  // of the lane; empty for writes without one
    std::vector<WaitingWrite> writes;
  };
  using Work = std::variant<Batch, WaitingRead>;
  // Waits for work; nullopt when closed and nothing is left.
  std::optional<Work> take();
  // The worker that took a batch with a key is done with it.
  void done(const std::string& key);

  void close();
  std::size_t waiting() const;

 private:
  struct Lane {
    std::deque<WaitingWrite> writes;
    bool running = false;
  };
  struct KeylessTurn {};
  using Turn = std::variant<std::string, KeylessTurn, WaitingRead>;

  std::optional<Error> refusal() const;
  std::optional<Work> take_turn(Turn& turn);

  const std::size_t limit_;
  const std::size_t batch_limit_;
  const std::size_t keyless_limit_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Turn> line_;
  std::unordered_map<std::string, Lane> lanes_;
  std::deque<WaitingWrite> keyless_;
  std::size_t waiting_ = 0;
  bool closed_ = false;
};

}  // namespace doorward::store
