#pragma once

#include <string>
#include <string_view>

#include "base/id.h"

namespace doorward {

// Makes ids that never repeat in the database, time-ordered per prefix. Thread-safe, never waits.
class Ids {
 public:
  virtual ~Ids() = default;

  template <class IdType>
  IdType next() {
    return IdType{next_text(IdType::kPrefix)};
  }

 protected:
  // prefix + decimal number (scalekit-features section 19: 10 ms ticks since 2024-01-01, sequence, machine part)
  virtual std::string next_text(std::string_view prefix) = 0;
};

}  // namespace doorward
