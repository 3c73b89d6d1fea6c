#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "base/completion.h"
#include "base/result.h"
#include "base/task.h"

namespace doorward {

// Threads for CPU work over 100 µs, so that I/O threads never stall. Bounded queue.
class Offload {
 public:
  virtual ~Offload() = default;

  // False when the queue is full; otherwise `work` runs once on a worker thread.
  virtual bool submit(std::move_only_function<void()> work) = 0;

  // Awaits `fn()` run on a worker; kOverloaded when the queue is full.
  template <class F, class R = std::invoke_result_t<F>>
  task<Result<R>> run(F fn) {
    co_return co_await Completion<Result<R>>([this, fn = std::move(fn)](auto deliver) mutable {
      auto shared = std::make_shared<typename Completion<Result<R>>::Deliver>(std::move(deliver));
      const bool accepted = submit([shared, fn = std::move(fn)]() mutable { (*shared)(Result<R>(fn())); });
      if (!accepted) (*shared)(failure(Reason::kOverloaded, "The server is busy. Try again in a moment."));
    });
  }
};

}  // namespace doorward
