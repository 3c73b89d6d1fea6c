// Runs the durable jobs that work on the database. Each batch is one transaction that does a bounded piece of the work
// and keeps the job's progress, so a crash repeats nothing and loses nothing. A batch that fails is tried again later
// with growing delay.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace doorward {

class JobRunner {
 public:
  // One bounded piece of work; changes job.state to what remains. True when nothing remains. Runs inside a transaction
  // and, like any store closure, possibly more than once.
  using Handler = std::function<Result<bool>(WriteTx& tx, Job& job)>;

  JobRunner(Store& store, Clock& clock) : store_(store), clock_(clock) {}

  // Before the first run. A job of an unknown kind waits for a binary that knows it.
  void handle(std::string_view kind, Handler handler) { handlers_[std::string(kind)] = std::move(handler); }

  // Runs what is due until nothing is or stop() was called; then when to come again (nullopt: when told of a commit).
  task<std::optional<Timestamp>> run_due();

  // Makes run_due() return after the batch in hand. Any thread.
  void stop() { stopping_.store(true); }

 private:
  task<void> run(Job job, Timestamp claimed_until);
  task<void> postpone(Job job, Timestamp claimed_until);

  Store& store_;
  Clock& clock_;
  std::map<std::string, Handler, std::less<>> handlers_;
  std::atomic<bool> stopping_{false};
};

}  // namespace doorward
