// An executor that runs on whatever single thread drives it: continuations posted to it run there, between waits. It
// lets a worker keep all its state on one thread without locks while its requests and transactions are under way.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

#include "base/executor.h"

namespace doorward {

class RunLoop final : public Executor {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  // Any thread.
  void post(std::move_only_function<void()> work) override;
  // Any thread: makes the wait in progress, or the next one, return.
  void wake();

  // The driving thread only. Blocks until woken, work is posted or `until`; then runs what was posted. True when
  // woken since the last call.
  bool wait_and_run(SteadyTime until);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::move_only_function<void()>> posted_;
  bool woken_ = false;
};

}  // namespace doorward
