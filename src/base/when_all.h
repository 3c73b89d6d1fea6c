// Awaiting several tasks at a time.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/completion.h"
#include "base/task.h"

namespace doorward {

// Runs all of them and waits for the last; their values in the same order. Each starts on the calling thread and goes
// on where it resumes. nullopt for one that ended with an exception: it costs the others nothing.
template <class T>
task<std::vector<std::optional<T>>> when_all(std::vector<task<T>> tasks) {
  std::vector<std::optional<T>> values(tasks.size());
  std::atomic<std::size_t> open = tasks.size() + 1;
  co_await Completion<bool>([&](typename Completion<bool>::Deliver deliver) {
    // Lives in the frame that waits, as everything here: whoever is last resumes it.
    auto done = std::make_shared<typename Completion<bool>::Deliver>(std::move(deliver));
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      start_task(std::move(tasks[i]), [&, i, done](const std::exception_ptr& fault, std::optional<T> value) {
        if (!fault) values[i] = std::move(value);
        if (--open == 0) (*done)(true);
      });
    }
    if (--open == 0) (*done)(true);
  });
  co_return values;
}

}  // namespace doorward
