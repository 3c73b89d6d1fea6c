// What the store tells of itself, for metrics and the slow log. Called from store threads and from reading threads;
// must be thread-safe, cheap and must not throw.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace doorward::store {

class Observer {
 public:
  virtual ~Observer() = default;
  // A transaction of a use case: its name, how long it waited for its turn and how long it ran.
  virtual void on_transaction(std::string_view /*name*/, bool /*succeeded*/, std::chrono::nanoseconds /*waited*/,
                              std::chrono::nanoseconds /*ran*/) {}
  // One statement, by the name of its query.
  virtual void on_query(std::string_view /*name*/, bool /*succeeded*/, std::chrono::nanoseconds /*took*/) {}
  // A database transaction: how many use cases shared it, and how long the commit itself took.
  virtual void on_commit(std::size_t /*shared_by*/, std::chrono::nanoseconds /*took*/) {}
  // Writes that wait, after one was added or a batch was taken.
  virtual void on_queue_depth(std::size_t /*waiting*/) {}
};

}  // namespace doorward::store
