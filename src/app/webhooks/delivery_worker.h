// Sends what the outbox holds.
//
// One thread, on which everything but the waiting happens: it places new change records into the feed (Sequencer),
// claims queue heads that are due, sends them, and writes down what became of them. A queue is what one owner (a
// directory, or an organization) owes to one endpoint; its events go out in order, one at a time, and different queues
// go out at the same time. Transactions are short; no request is under way inside one.
//
// At least once: a delivery counts as made only after its outcome is committed. A worker that dies leaves its claims
// to run out, then any node sends those heads again, under the same webhook-id.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <thread>
#include <vector>

#include "app/webhooks/retry_schedule.h"
#include "app/webhooks/run_loop.h"
#include "app/webhooks/sequencer.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/secret_box.h"
#include "ports/store.h"

namespace doorward {

struct DeliverySettings {
  RetrySchedule schedule = RetrySchedule::standard();
  std::size_t max_in_flight = 1024;                    // deliveries this node has claimed
  std::size_t max_in_flight_bytes = 64 * 1024 * 1024;  // of request bodies; one page of claims may exceed it
  std::int64_t max_per_endpoint = 8;                   // of all nodes together
  std::int64_t claim_page = 128;                       // heads a transaction claims
  Duration claim_time = std::chrono::seconds(60);      // a multiple of the attempt's timeout
  std::chrono::milliseconds sequence_gap{20};          // between two rounds of the sequencer, at least
  std::chrono::milliseconds poll{5'000};               // at the latest, without any notification
  std::chrono::milliseconds store_timeout{10'000};     // for one transaction to begin
  std::chrono::milliseconds store_retry{1'000};        // after the store refused
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
  DeliveryWorker(Store& store, Clock& clock, const SecretBox& secrets, HttpClient& http,
                 DeliverySettings settings = {});
  // Stops; see request_stop().
  ~DeliveryWorker();
  DeliveryWorker(const DeliveryWorker&) = delete;
  DeliveryWorker& operator=(const DeliveryWorker&) = delete;

  void start();

  // There may be something new: to be called by the store's commit listener. Any thread, never blocks.
  void wake() { loop_.wake(); }

  // Claims nothing more and ends when the attempts under way have their outcome written down, which takes a request's
  // timeout at most. To end sooner stop the HTTP client after this: cancelled attempts are given back unmade.
  void request_stop();
  void join();

  const DeliveryCounters& counters() const { return counters_; }

 private:
  struct Item;
  // What is to be written down of a claimed delivery; without an attempt it is given back as it was.
  struct Finished {
    Delivery delivery;
    std::optional<DeliveryAttempt> attempt;
    DeliveryOutcome outcome;
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
  task<Result<std::vector<Delivery>>> claim(Timestamp now);
  task<Result<std::vector<Item>>> load(const std::vector<Delivery>& claimed);
  void start_delivery(Item item);
  task<void> deliver(Item item);
  task<AttemptResult> attempt(Result<HttpRequest> request, DeliveryAttempt& made);
  task<Result<HttpResponse>> send(Result<HttpRequest> request);
  Result<HttpRequest> request_for(const Item& item, Timestamp sent_at) const;
  void give_back(Delivery delivery);
  task<void> write_down();
  void count(const Finished& finished);

  Store& store_;
  Clock& clock_;
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
  std::size_t in_flight_bytes_ = 0;  // of request bodies
  std::size_t in_flight_ = 0;        // claimed and not yet written down
  std::vector<Finished> finished_;

  RunLoop loop_;
  std::thread thread_;
};

}  // namespace doorward
