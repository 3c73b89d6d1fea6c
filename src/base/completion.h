// Bridges between callbacks and tasks.
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <semaphore>
#include <utility>

#include "base/executor.h"
#include "base/task.h"

namespace doorward {

// Awaits one value that another thread delivers. `begin` receives a function to call exactly once, from any thread,
// with the value; the awaiter resumes on the executor that was current when it began to wait, or, where there was
// none, on the delivering thread.
template <class T>
class Completion {
 public:
  using Deliver = std::move_only_function<void(T)>;
  using Begin = std::move_only_function<void(Deliver)>;

  explicit Completion(Begin begin) : begin_(std::move(begin)) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiter) {
    Executor* home = Executor::current();
    // `begin_` may deliver, resume and destroy this awaiter before it returns: call it from the stack.
    Begin begin = std::move(begin_);
    begin([this, home, awaiter](T value) {
      value_.emplace(std::move(value));
      if (home != nullptr) {
        home->post([awaiter] { awaiter.resume(); });
      } else {
        awaiter.resume();
      }
    });
  }
  T await_resume() { return std::move(*value_); }

 private:
  Begin begin_;
  std::optional<T> value_;
};

// Runs a task to its end and blocks the calling thread meanwhile. For start-up, workers and tests; never on an I/O
// thread, which the task may need.
template <class T>
T sync_wait(task<T> work) {
  std::binary_semaphore done{0};
  std::exception_ptr error;
  std::optional<T> value;
  Executor::Scope no_executor(nullptr);
  start_task(std::move(work), [&](std::exception_ptr e, std::optional<T> v) {
    error = std::move(e);
    value = std::move(v);
    done.release();
  });
  done.acquire();
  if (error) std::rethrow_exception(error);
  return std::move(*value);
}

inline void sync_wait(task<void> work) {
  std::binary_semaphore done{0};
  std::exception_ptr error;
  Executor::Scope no_executor(nullptr);
  start_task(std::move(work), [&](std::exception_ptr e) {
    error = std::move(e);
    done.release();
  });
  done.acquire();
  if (error) std::rethrow_exception(error);
}

}  // namespace doorward
