// Sends what the outbox holds.
//
// One thread, on which everything but the waiting happens: it places new change records into the feed (Sequencer),
// claims queues that are due, sends what they hold, and writes down what became of it. A queue is what one owner (a
// directory, or an organization) owes to one endpoint. A claim takes a run from its head: these go out in order, one at
// a time, each as soon as the one before is answered, and the first that fails ends the run. Different queues go out at
// the same time; what left its queue is a run of its own. Outcomes are written down meanwhile, those of all queues
// together. Transactions are short; no request is under way inside one.
//
// At least once: a delivery counts as made only after its outcome is committed. What a worker had sent and not written
// down when it died is sent again, under the same webhook-id and in the same order: at once when its process starts
// again (DeliverySettings::dead_claimant), by any node when its claim ran out. A worker begins no attempt that could
// outlast its claim, so a head is never under way twice.
//
// Endpoints that do not answer delay no others: each has a bounded share of what is under way, one at a time where the
// last attempt failed, and all that failed last have a bounded part together. What waits for a disabled endpoint waits
// on, and goes out in its order when the endpoint is enabled again.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/jobs/run_loop.h"
#include "app/webhooks/delivery_outcome.h"
#include "app/webhooks/endpoint_health.h"
#include "app/webhooks/prepared_run.h"
#include "app/webhooks/sequencer.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/ids.h"
#include "ports/secret_box.h"
#include "ports/store.h"

namespace doorward {

struct DeliverySettings {
  std::size_t max_in_flight = 1024;                    // queues this node has claimed
  std::size_t max_failing_in_flight = 512;             // of these, at endpoints that failed last
  std::size_t max_in_flight_bytes = 64 * 1024 * 1024;  // of request bodies; one page of claims may exceed it
  std::int64_t max_per_endpoint = 8;                   // queues, of all nodes together; 1 where the last attempt failed
  std::int64_t claim_page = 128;                       // queues a transaction claims
  std::int64_t load_page = 256;                        // deliveries a page of claims loads, beyond one of each queue
  std::int64_t max_run = 64;                           // deliveries of one queue
  Duration disable_after = kDisableAfter;              // of nothing but failures
  double jitter = kRetryJitter;
  Duration claim_time = std::chrono::seconds(15);   // what kWebhookTimeout leaves of it is for beginning attempts
  std::chrono::milliseconds sequence_gap{20};       // between two rounds of the sequencer, at least
  std::chrono::milliseconds poll{5'000};            // at the latest, without any notification
  std::chrono::milliseconds store_timeout{10'000};  // for one transaction to begin
  std::chrono::milliseconds store_retry{1'000};     // after the store refused

  std::string claimant;       // names this process in its claims; no other process ever has the same
  std::string dead_claimant;  // a process that is known to have ended: its claims are given back first; may be empty
};

// Counts since the start, for metrics; readable from any thread.
struct DeliveryCounters {
  std::atomic<std::int64_t> delivered{0};
  std::atomic<std::int64_t> failed_attempts{0};
  std::atomic<std::int64_t> given_up{0};  // failed for good, or cancelled
  std::atomic<std::int64_t> in_flight{0};
};

class DeliveryWorker {
 public:
  DeliveryWorker(Store& store, Clock& clock, Ids& ids, const SecretBox& secrets, HttpClient& http,
                 DeliverySettings settings = {});
  // Stops; see request_stop().
  ~DeliveryWorker();
  DeliveryWorker(const DeliveryWorker&) = delete;
  DeliveryWorker& operator=(const DeliveryWorker&) = delete;

  void start();

  // There may be something new: to be called by the store's commit listener. Any thread, never blocks.
  void wake() { loop_.wake(); }

  // Claims and begins nothing more and ends when the attempts under way have their outcome written down, which takes a
  // request's timeout at most. To end sooner stop the HTTP client after this: cancelled attempts are given back unmade.
  void request_stop();
  void join();

  const DeliveryCounters& counters() const { return counters_; }

 private:
  // What is to be written down of a claimed queue.
  struct Outcome {
    QueueClaim claim;
    bool failing = false;                             // how the run was claimed
    std::optional<Timestamp> endpoint_failing_since;  // as the run knew it
    std::optional<FinishedDelivery> finished;
    bool ended = false;  // nothing follows of this run
    std::optional<Timestamp> endpoint_held_until;
  };

  StoreOptions store_options() const;
  void run();
  bool is_done() const;
  bool has_room() const;
  void start_what_is_due();
  RunLoop::SteadyTime look_time() const;
  RunLoop::SteadyTime next_wait() const;

  task<void> look_for_work();
  task<Result<void>> sequence_all();
  task<Result<std::optional<Timestamp>>> claim_and_send();
  task<Result<void>> release_dead();
  std::int64_t failing_room() const;
  task<Result<std::vector<DeliveryRun>>> claim();
  void start_run(PreparedRun run);
  task<void> deliver(PreparedRun run);
  bool may_begin(const QueueClaim& claim) const;
  void give_back(QueueClaim claim, bool failing, std::optional<Timestamp> held_until = std::nullopt);
  task<void> write_down();
  Result<void> write_page(WriteTx& tx, const std::vector<Outcome>& page);
  void count(const FinishedDelivery& finished);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
  const SecretBox& secrets_;
  HttpClient& http_;
  const DeliverySettings settings_;
  Sequencer sequencer_;
  DeliveryCounters counters_;
  std::atomic<bool> stop_requested_{false};

  // On the worker's thread only.
  bool looking_ = false;
  bool writing_ = false;
  bool look_again_ = true;
  bool news_ = false;  // commits were told of since the sequencer last began
  RunLoop::SteadyTime next_sequence_{};
  RunLoop::SteadyTime next_look_{};
  RunLoop::SteadyTime next_write_{};
  bool dead_released_ = false;
  std::size_t in_flight_bytes_ = 0;  // of request bodies
  std::size_t in_flight_ = 0;        // queues claimed and not yet given back
  std::size_t failing_in_flight_ = 0;
  std::deque<Outcome> outcomes_;  // those of one queue in its order

  RunLoop loop_;
  std::thread thread_;
};

}  // namespace doorward
