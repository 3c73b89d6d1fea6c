// Which statements a store ran, and how many: what a request costs in rows cannot hide from it.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "store/sql/observer.h"

namespace doorward::test {

class QueryLog final : public store::Observer {
 public:
  void on_query(std::string_view name, bool, std::chrono::nanoseconds) override {
    const std::scoped_lock lock(mutex_);
    ++counts_[std::string(name)];
  }

  void clear() {
    const std::scoped_lock lock(mutex_);
    counts_.clear();
  }
  // Of one statement, or of all whose name begins so: "directory_users.", "".
  int count(std::string_view beginning) const {
    const std::scoped_lock lock(mutex_);
    int sum = 0;
    for (const auto& [name, times] : counts_) sum += name.starts_with(beginning) ? times : 0;
    return sum;
  }
  // All of them, for the message of a failure.
  std::string text() const {
    const std::scoped_lock lock(mutex_);
    std::string out;
    for (const auto& [name, times] : counts_) out += name + "*" + std::to_string(times) + " ";
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int> counts_;
};

}  // namespace doorward::test
