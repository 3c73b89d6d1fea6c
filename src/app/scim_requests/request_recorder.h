// Takes what the SCIM edge saw and writes it in batches, behind the requests' backs.
//
// record() costs a lock and a move. flush(), on a background thread, takes secrets out, seals and stores. Between the
// two a bounded queue: what comes too fast for it pushes out the oldest of the same directory, successes before errors,
// and is counted. A process that is killed loses what it had not flushed, and nothing else.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "app/scim_requests/recorded_request.h"
#include "app/tokens/failure_limiter.h"
#include "base/result.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/secret_box.h"
#include "ports/store.h"

namespace doorward {

// How much is kept of each directory; 0 requests: nothing is recorded.
struct RecorderSettings {
  std::int64_t requests = 1000;
  std::int64_t bytes = std::int64_t{4} * 1024 * 1024;
  std::size_t body_bytes = std::size_t{8} * 1024;  // of each body
};

class RequestRecorder {
 public:
  static constexpr std::size_t kQueuedPerDirectory = 128;
  static constexpr std::size_t kQueuedBytes = std::size_t{16} * 1024 * 1024;
  static constexpr std::size_t kQueuedStrangers = 256;  // requests without credentials, of all directories
  static constexpr std::size_t kBatchRows = 64;         // of one transaction
  static constexpr std::chrono::seconds kPatience{5};   // with a store that is busy
  // Requests without credentials: of one directory in a row, then one each ten seconds; and this part of what is kept.
  static constexpr FailureLimiter::Limits kStrangerLimits{.burst = 20, .refill_per_second = 0.1};
  static constexpr std::int64_t kStrangersPart = 10;  // a tenth

  struct Ports {
    Store& store;
    const Clock& clock;
    Ids& ids;
    SecretBox& box;
  };

  // `wake` is called when there is something to flush, from the thread that recorded it; it must return at once. So
  // must `dropped`, which is told how many were not recorded.
  RequestRecorder(Ports ports, EnvironmentId environment, RecorderSettings settings, std::function<void()> wake,
                  std::function<void(std::size_t)> dropped);

  // When false, seeing is not worth the trouble.
  bool records() const { return settings_.requests > 0; }
  // Any thread.
  void record(SeenScimRequest seen);
  // Writes what was recorded so far. One at a time. What cannot be stored is dropped: the log says why.
  task<void> flush();

 private:
  using Queue = std::deque<SeenScimRequest>;
  void drop_one(Queue& queue);  // under the lock
  std::vector<SeenScimRequest> take();
  task<void> store(std::vector<ScimRequest> batch);
  ScimRequestBounds bounds(bool refused) const;

  const Ports ports_;
  const EnvironmentId environment_;
  const RecorderSettings settings_;
  const std::function<void()> wake_;
  const std::function<void(std::size_t)> dropped_;
  FailureLimiter strangers_;
  std::mutex mutex_;
  std::map<DirectoryId, Queue> queues_;  // none is empty
  std::size_t bytes_ = 0;
  std::size_t queued_strangers_ = 0;
};

}  // namespace doorward
