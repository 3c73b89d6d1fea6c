// Secret<T> holds a value that must not reach a log, an error or a snapshot: it has no stream or fmt output, and
// reading it takes the word reveal(), which a reviewer can search for.
#pragma once

#include <utility>

namespace doorward {

template <class T>
class Secret {
 public:
  Secret() = default;
  explicit Secret(T value) : value_(std::move(value)) {}

  const T& reveal() const { return value_; }

 private:
  T value_{};
};

}  // namespace doorward
