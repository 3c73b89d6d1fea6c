// Internal: how much of a cheap but abusable thing a peer may still do.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace doorward::net {

// A token bucket: `burst` at once, `per_second` over time.
class Budget {
 public:
  using Clock = std::chrono::steady_clock;

  Budget(std::uint32_t burst, std::uint32_t per_second, Clock::time_point now)
      : burst_(burst), per_second_(per_second), left_(burst), counted_until_(now) {}

  // False when it is used up.
  bool spend(Clock::time_point now) {
    const std::chrono::duration<double> passed = now - counted_until_;
    counted_until_ = now;
    left_ = std::min(burst_, left_ + passed.count() * per_second_);
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }
  void earn(std::uint32_t count) { left_ = std::min(burst_, left_ + count); }

 private:
  double burst_;
  double per_second_;
  double left_;
  Clock::time_point counted_until_;
};

}  // namespace doorward::net
