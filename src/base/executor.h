// Where a coroutine goes on. Each I/O thread installs its executor; whoever finishes work on another thread (a store
// worker, the offload pool) posts the continuation back to the executor that was current when the wait began.
#pragma once

#include <functional>

namespace doorward {

class Executor {
 public:
  virtual ~Executor() = default;

  // Runs `work` later on this executor's thread. May be called from any thread. Never runs it inline.
  virtual void post(std::move_only_function<void()> work) = 0;

  // The executor of the calling thread, or nullptr on a thread that has none (tests, start-up, workers).
  static Executor* current();

  // Installs `executor` for the calling thread while the scope lives.
  class Scope {
   public:
    explicit Scope(Executor* executor);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Executor* previous_;
  };
};

}  // namespace doorward
