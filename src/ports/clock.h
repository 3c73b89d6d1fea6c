#pragma once

#include "base/time.h"

namespace doorward {

// The time of day. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

}  // namespace doorward
