// A thread for background work that comes in rounds: deliveries, jobs, retention, house-keeping.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/executor.h"
#include "base/task.h"
#include "base/time.h"

namespace doorward::server {

// Runs a round at start, when wake() was called since the last round began, and at the time that the last round
// answered; never two rounds at once, and rounds begin at least `gap` apart, however often it is woken. The thread is
// an executor: a round that waits for the store goes on here, so it needs no lock. An exception from a round is logged
// ("worker.failed") and the round is repeated after kPause.
class Worker final : public Executor {
 public:
  static constexpr std::chrono::seconds kPause{5};

  // Answers when to come again; nullopt: when woken.
  using Round = std::function<task<std::optional<Timestamp>>()>;

  // `name` appears in log lines and as the thread's name (15 characters at most are shown by the system).
  Worker(std::string name, std::chrono::milliseconds gap, Round round);
  // Stops.
  ~Worker() override;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Any thread; returns at once.
  void wake();
  void post(std::move_only_function<void()> work) override;

  // Lets the round in progress end, begins no other, and joins the thread. Tell the round's work to hurry first.
  void stop();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  void run();
  void begin_round();
  std::optional<SteadyTime> next_round() const;  // under the lock

  const std::string name_;
  const std::chrono::milliseconds gap_;
  const Round round_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::move_only_function<void()>> posted_;
  bool woken_ = true;
  bool stopping_ = false;
  bool in_round_ = false;
  SteadyTime not_before_{};
  std::optional<SteadyTime> due_;
  std::thread thread_;
};

}  // namespace doorward::server
