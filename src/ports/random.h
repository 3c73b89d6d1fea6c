#pragma once

#include <cstddef>
#include <string>

namespace doorward {

// Cryptographically secure random bytes. Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::string bytes(std::size_t count) = 0;
};

}  // namespace doorward
