// CPU work over about 100 µs (RSA, argon2, XML signatures, large JSON) leaves the I/O threads through here.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/completion.h"
#include "base/result.h"
#include "base/task.h"

namespace doorward::async {

class OffloadPool {
 public:
  static constexpr std::size_t kQueueLimit = 1024;  // waiting jobs; more would only wait past their deadlines
  static constexpr std::uint32_t kRetryAfterSeconds = 1;
  static std::size_t default_count();  // processors

  explicit OffloadPool(std::size_t threads = default_count(), std::size_t queue_limit = kQueueLimit);
  // Runs what is queued, then joins. Goes before the IoThreads on which its callers wait: it posts to them.
  ~OffloadPool();
  OffloadPool(const OffloadPool&) = delete;
  OffloadPool& operator=(const OffloadPool&) = delete;

  // What offload(fn) answers: Result<T> for a function that returns T, void or Result<T> (never nested).
  template <class Value>
  struct AnswerOf {
    using type = Result<Value>;
  };
  template <class Value>
  struct AnswerOf<Result<Value>> {
    using type = Result<Value>;
  };
  template <class Fn>
  using Answer = typename AnswerOf<std::invoke_result_t<Fn&>>::type;

  // Runs `fn()` once on a pool thread and returns its value. kOverloaded (with Retry-After), without running it, when
  // the queue is full. The awaiter resumes on its own executor; an exception from `fn` leaves through the co_await.
  template <class Fn>
  task<Answer<Fn>> offload(Fn fn) {
    using Outcome = std::pair<std::optional<Answer<Fn>>, std::exception_ptr>;
    if (!reserve()) co_return tl::unexpected(overloaded());
    Outcome outcome = co_await Completion<Outcome>([&](typename Completion<Outcome>::Deliver deliver) {
      push([fn = std::move(fn), deliver = std::move(deliver)]() mutable { deliver(run_to_outcome<Outcome>(fn)); });
    });
    if (outcome.second) std::rethrow_exception(outcome.second);
    co_return *std::move(outcome.first);
  }

  // Runs `work` once on a pool thread; false, without running it, when the queue is full. `work` must not throw.
  bool submit(std::move_only_function<void()> work);

  // Waiting jobs, for metrics. Any thread.
  std::size_t queued() const;

 private:
  using Job = std::move_only_function<void()>;

  template <class Outcome, class Fn>
  static Outcome run_to_outcome(Fn& fn) {
    Outcome outcome;
    try {
      if constexpr (std::is_void_v<std::invoke_result_t<Fn&>>) {
        fn();
        outcome.first.emplace();
      } else {
        outcome.first.emplace(fn());
      }
    } catch (...) {
      outcome.second = std::current_exception();
    }
    return outcome;
  }

  static Error overloaded();
  bool reserve();  // a place in the queue, which push() fills
  void push(Job job);
  void run(std::size_t index);

  const std::size_t queue_limit_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> queue_;
  std::size_t places_taken_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace doorward::async
