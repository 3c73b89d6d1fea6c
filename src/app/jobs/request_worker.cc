#include "app/jobs/request_worker.h"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/log.h"

namespace doorward {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Duration kUnknownKindDelay = std::chrono::minutes(10);

void log_store_error(std::string_view what, const Error& error) {
  log::warning("requests.store_error",
               {{"during", what}, {"reason", reason_name(error.reason)}, {"detail", error.detail}});
}

}  // namespace

RequestWorker::~RequestWorker() {
  request_stop();
  join();
}

void RequestWorker::start() {
  thread_ = std::thread([this] { run(); });
}

void RequestWorker::request_stop() {
  stop_requested_.store(true);
  loop_.wake();
}

void RequestWorker::join() {
  if (thread_.joinable()) thread_.join();
}

StoreOptions RequestWorker::store_options() const { return {.deadline = SteadyClock::now() + settings_.store_timeout}; }

bool RequestWorker::may_look() const {
  return !looking_ && !stop_requested_.load() && in_flight_ < settings_.max_in_flight;
}

void RequestWorker::look_soon() {
  news_ = true;
  next_look_ = std::min(next_look_, last_look_ + settings_.look_gap);
}

void RequestWorker::run() {
  pthread_setname_np(pthread_self(), "requests");
  const Executor::Scope scope(&loop_);
  while (!stop_requested_.load() || looking_ || in_flight_ > 0) {
    if (may_look() && SteadyClock::now() >= next_look_) {
      looking_ = true;
      news_ = false;
      last_look_ = SteadyClock::now();
      start_task(look(), [this](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
        looking_ = false;
        if (news_) look_soon();
      });
    }
    if (loop_.wait_and_run(may_look() ? next_look_ : RunLoop::SteadyTime::max())) look_soon();
  }
}

task<void> RequestWorker::look() {
  const Timestamp now = clock_.now();
  auto due = co_await store_.read("requests.next_due", store_options(),
                                  [](const ReadTx& tx) { return tx.jobs().next_due(JobLane::kRequests); });
  next_look_ = last_look_ + settings_.poll;
  if (!due) {
    log_store_error("looking for work", due.error());
    next_look_ = last_look_ + settings_.store_retry;
    co_return;
  }
  if (!*due) co_return;
  if (**due > now) {
    next_look_ = std::min(next_look_, last_look_ + (**due - now));
    co_return;
  }
  // What is due and cannot be had is with another node at this moment.
  next_look_ = last_look_ + settings_.look_gap;
  auto claimed = co_await claim(now);
  if (!claimed) {
    log_store_error("claiming", claimed.error());
    next_look_ = last_look_ + settings_.store_retry;
    co_return;
  }
  for (Job& job : *claimed) begin(std::move(job), now + settings_.claim_time);
}

task<Result<std::vector<Job>>> RequestWorker::claim(Timestamp now) {
  const auto room = static_cast<std::int64_t>(settings_.max_in_flight - in_flight_);
  co_return co_await store_.write("requests.claim", store_options(), [&](WriteTx& tx) {
    return tx.jobs().claim_due(JobLane::kRequests, now, now + settings_.claim_time, room);
  });
}

void RequestWorker::begin(Job job, Timestamp claimed_until) {
  ++in_flight_;
  start_task(run_job(std::move(job), claimed_until), [this](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);
    --in_flight_;
    look_soon();  // the owner's next job
  });
}

task<RequestWorker::Outcome> RequestWorker::outcome_of(const Job& job) {
  const auto handler = handlers_.find(job.kind);
  if (handler != handlers_.end()) co_return co_await handler->second(job);
  log::error("requests.unknown_kind", {{"kind", job.kind}, {"job_id", job.id.str()}});
  Outcome later{.next = Next::kAgain, .job = job};
  later.job.run_after = clock_.now() + kUnknownKindDelay;
  co_return later;
}

task<void> RequestWorker::run_job(Job job, Timestamp claimed_until) {
  Outcome outcome;
  try {
    outcome = co_await outcome_of(job);
  } catch (const std::exception& fault) {
    // The claim runs out, and it is tried again.
    log::error("requests.handler_failed", {{"kind", job.kind}, {"job_id", job.id.str()}, {"detail", fault.what()}});
    co_return;
  }
  auto written = co_await store_.write("requests.settle", store_options(), [&](WriteTx& tx) -> Result<bool> {
    DOORWARD_TRY(const bool ours, tx.jobs().hold(job.environment_id, job.id, claimed_until, claimed_until));
    if (!ours) return false;
    if (outcome.next == Next::kDone) {
      DOORWARD_CHECK(tx.jobs().remove(job.environment_id, job.id));
    } else {
      DOORWARD_CHECK(tx.jobs().update(outcome.next == Next::kAgain ? outcome.job : job, true));
    }
    return true;
  });
  if (!written) log_store_error("writing down an outcome", written.error());
}

}  // namespace doorward
