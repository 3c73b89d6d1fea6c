// Runs the durable jobs that are one request to somebody outside each. Many are under way at a time, those of one owner
// in their order; no transaction is open meanwhile, and what comes of a request is written down in one.
//
// At least once: a job whose process died while its request was under way is taken again when its claim ran out, and so
// is one whose outcome could not be written down. On several nodes each job is with one of them.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <thread>

#include "app/jobs/run_loop.h"
#include "base/result.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace doorward {

struct RequestWorkerSettings {
  std::size_t max_in_flight = 256;
  Duration claim_time = std::chrono::seconds(15);
  std::chrono::milliseconds look_gap{50};           // between two looks for what is due, at least
  std::chrono::milliseconds poll{5'000};            // at the latest, without any notification
  std::chrono::milliseconds store_timeout{10'000};  // for one transaction to begin
  std::chrono::milliseconds store_retry{1'000};     // after the store refused
};

class RequestWorker {
 public:
  // How long a handler may take, well below the claim: one that takes longer may run twice at a time.
  static constexpr std::chrono::seconds kHandlerTime{10};

  enum class Next : std::uint8_t {
    kDone,   // the job goes
    kAgain,  // it is kept as it says now (owner, state, attempts, run_after)
    kKeep,   // nothing was tried: it is kept as it was
  };
  struct Outcome {
    Next next = Next::kDone;
    Job job = {};  // of kAgain
  };
  // Runs on the worker's thread; must not block it.
  using Handler = std::function<task<Outcome>(Job job)>;

  RequestWorker(Store& store, Clock& clock, RequestWorkerSettings settings = {})
      : store_(store), clock_(clock), settings_(settings) {}
  // Stops; see request_stop().
  ~RequestWorker();
  RequestWorker(const RequestWorker&) = delete;
  RequestWorker& operator=(const RequestWorker&) = delete;

  // Before start(). A job of an unknown kind waits for a binary that knows it.
  void handle(std::string_view kind, Handler handler) { handlers_[std::string(kind)] = std::move(handler); }
  void start();

  // There may be something new: to be called by the store's commit listener. Any thread, never blocks.
  void wake() { loop_.wake(); }

  // Begins nothing more and ends when what is under way is written down; stop the HTTP client after this to have that
  // soon. Any thread.
  void request_stop();
  void join();

 private:
  StoreOptions store_options() const;
  void run();
  void look_soon();
  bool may_look() const;
  task<void> look();
  task<Result<std::vector<Job>>> claim(Timestamp now);
  void begin(Job job, Timestamp claimed_until);
  task<void> run_job(Job job, Timestamp claimed_until);
  task<Outcome> outcome_of(const Job& job);

  Store& store_;
  Clock& clock_;
  const RequestWorkerSettings settings_;
  std::map<std::string, Handler, std::less<>> handlers_;
  std::atomic<bool> stop_requested_{false};

  // On the worker's thread only.
  bool looking_ = false;
  bool news_ = false;  // while it looked
  std::size_t in_flight_ = 0;
  RunLoop::SteadyTime last_look_{};
  RunLoop::SteadyTime next_look_{};

  RunLoop loop_;
  std::thread thread_;
};

}  // namespace doorward
