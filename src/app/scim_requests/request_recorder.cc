#include "app/scim_requests/request_recorder.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/log.h"

namespace doorward {
namespace {

constexpr std::size_t kMostIdBytes = 64;  // ours are shorter; what a stranger sends may not fill the limiter's memory

}  // namespace

RequestRecorder::RequestRecorder(Ports ports, EnvironmentId environment, RecorderSettings settings,
                                 std::function<void()> wake, std::function<void(std::size_t)> dropped)
    : ports_(ports),
      environment_(std::move(environment)),
      settings_(settings),
      wake_(std::move(wake)),
      dropped_(std::move(dropped)),
      strangers_(ports.clock, kStrangerLimits) {}

void RequestRecorder::drop_one(Queue& queue) {
  auto victim = std::ranges::find_if(queue, [](const SeenScimRequest& seen) { return seen.status < 400; });
  if (victim == queue.end()) victim = queue.begin();
  bytes_ -= victim->size();
  if (victim->refused()) --queued_strangers_;
  queue.erase(victim);
  dropped_(1);
}

void RequestRecorder::record(SeenScimRequest seen) {
  if (!records()) return;
  seen.began = ports_.clock.now() - seen.took;
  const std::size_t size = seen.size();
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (seen.refused()) {
      if (seen.directory.str().size() > kMostIdBytes) return dropped_(1);  // no directory is called so
      if (queued_strangers_ >= kQueuedStrangers || !strangers_.check(seen.directory.str())) return dropped_(1);
      strangers_.record_failure(seen.directory.str());
      ++queued_strangers_;
    }
    first = queues_.empty();
    Queue& queue = queues_[seen.directory];
    queue.push_back(std::move(seen));
    bytes_ += size;
    while (queue.size() > 1 && (queue.size() > kQueuedPerDirectory || bytes_ > kQueuedBytes)) drop_one(queue);
    if (bytes_ > kQueuedBytes) {
      // Others filled the queue, each with little.
      const DirectoryId directory = queue.front().directory;
      drop_one(queue);
      queues_.erase(directory);
    }
  }
  if (first) wake_();
}

std::vector<SeenScimRequest> RequestRecorder::take() {
  std::map<DirectoryId, Queue> queues;
  {
    const std::lock_guard lock(mutex_);
    queues.swap(queues_);
    bytes_ = 0;
    queued_strangers_ = 0;
  }
  std::vector<SeenScimRequest> all;
  for (auto& [directory, queue] : queues) std::ranges::move(queue, std::back_inserter(all));
  return all;
}

ScimRequestBounds RequestRecorder::bounds(bool refused) const {
  const std::int64_t part = refused ? kStrangersPart : 1;
  return {.requests = std::max<std::int64_t>(settings_.requests / part, 1), .bytes = settings_.bytes / part};
}

task<void> RequestRecorder::flush() {
  std::vector<SeenScimRequest> all = take();
  std::vector<ScimRequest> batch;
  for (std::size_t i = 0; i < all.size(); ++i) {
    batch.push_back(
        record_of(std::move(all[i]), ports_.ids.next<ScimRequestId>(), environment_, settings_.body_bytes, ports_.box));
    if (batch.size() == kBatchRows || i + 1 == all.size()) co_await store(std::exchange(batch, {}));
  }
}

task<void> RequestRecorder::store(std::vector<ScimRequest> batch) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  // In the order of directories, as they come from take(): two nodes wait for each other, never in a circle.
  const auto stored =
      co_await ports_.store.write("scim_request.record", {.deadline = deadline}, [&](WriteTx& tx) -> Result<void> {
        for (auto first = batch.begin(); first != batch.end();) {
          const DirectoryId& id = first->directory_id;
          const auto last =
              std::find_if(first, batch.end(), [&](const ScimRequest& one) { return one.directory_id != id; });
          // It may be gone since, and what a stranger names may never have been there.
          DOORWARD_TRY(const auto directory, tx.directories().find_by_id(environment_, id));
          ScimRequestBounds added[2];
          for (; first != last; ++first) {
            if (!directory) continue;
            first->organization_id = directory->organization_id;
            DOORWARD_CHECK(tx.scim_requests().insert(*first));
            added[first->refused ? 1 : 0].requests += 1;
            added[first->refused ? 1 : 0].bytes += first->bytes;
          }
          for (const bool refused : {false, true}) {
            const ScimRequestBounds& of_kind = added[refused ? 1 : 0];
            if (of_kind.requests == 0) continue;
            DOORWARD_CHECK(
                tx.scim_requests().count_and_trim(environment_, directory->id, refused, of_kind, bounds(refused)));
          }
        }
        return {};
      });
  if (!stored) {
    dropped_(batch.size());
    log::warning("scim_requests.not_recorded", {{"reason", reason_name(stored.error().reason)},
                                                {"requests", batch.size()},
                                                {"detail", stored.error().detail}});
  }
}

}  // namespace doorward
