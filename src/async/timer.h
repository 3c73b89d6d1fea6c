// A wait that can be cut short. The clock is the steady one: changes of the wall clock do not matter.
#pragma once

#include <chrono>
#include <memory>

#include "async/io_threads.h"
#include "base/task.h"

namespace doorward::async {

// One wait at a time. cancel() may be called from any thread; everything else belongs to the one who waits.
class Timer {
 public:
  // The wait itself happens on `threads`; the awaiter resumes on its own executor.
  explicit Timer(IoThreads& threads);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // True when `duration` has passed, false when cancelled. The Timer must live until it returns.
  task<bool> sleep_for(std::chrono::nanoseconds duration);

  // Ends the wait in progress; without one, the next wait ends at once (so a wake-up between two waits is not lost).
  void cancel();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// A wait that nobody needs to cancel.
task<void> sleep_for(IoThreads& threads, std::chrono::nanoseconds duration);

}  // namespace doorward::async
