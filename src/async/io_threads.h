// The I/O threads. Each runs one event loop and has one Executor, which is Executor::current() on that thread; whatever
// starts on a thread (a connection, a timer) stays there, so it needs no lock.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "base/executor.h"

namespace doorward::async {

class IoThread;  // one event loop; io_context.h opens it for net/

class IoThreads {
 public:
  // One thread less than there are processors, so that the store and offload threads have room; at least one.
  static std::size_t default_count();

  explicit IoThreads(std::size_t count = default_count());
  // Stops the loops and joins the threads. Work still waiting in them is dropped, never run: drain servers first.
  ~IoThreads();
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  std::size_t size() const { return threads_.size(); }
  IoThread& thread(std::size_t index) { return *threads_[index]; }
  Executor& executor(std::size_t index);

  // Runs `work` on thread `index` and returns when it has run. Not from an I/O thread.
  void run_on(std::size_t index, std::move_only_function<void()> work);

 private:
  std::vector<std::unique_ptr<IoThread>> threads_;
};

}  // namespace doorward::async
