#include "app/jobs/run_loop.h"

#include <utility>

namespace doorward {

// Both notify under the lock: once it is released, the driving thread may go on to destroy the loop.
void RunLoop::post(std::move_only_function<void()> work) {
  std::lock_guard lock(mutex_);
  posted_.push_back(std::move(work));
  changed_.notify_one();
}

void RunLoop::wake() {
  std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_one();
}

bool RunLoop::wait_and_run(SteadyTime until) {
  std::vector<std::move_only_function<void()>> ready;
  bool woken = false;
  {
    std::unique_lock lock(mutex_);
    const auto has_something = [&] { return woken_ || !posted_.empty(); };
    if (until == SteadyTime::max()) {
      changed_.wait(lock, has_something);
    } else {
      changed_.wait_until(lock, until, has_something);
    }
    ready.swap(posted_);
    woken = std::exchange(woken_, false);
  }
  for (auto& work : ready) work();
  return woken;
}

}  // namespace doorward
