#pragma once

#include <vector>

#include "base/result.h"
#include "domain/key.h"

namespace doorward {

class KeyRepository {
 public:
  virtual ~KeyRepository() = default;

  // Oldest first.
  virtual Result<std::vector<SigningKey>> signing_keys(const EnvironmentId& environment) const = 0;
  virtual Result<std::vector<ProtectedKey>> protected_keys(const EnvironmentId& environment) const = 0;

  virtual Result<void> insert(const SigningKey& key) = 0;
  virtual Result<void> update(const SigningKey& key) = 0;
  virtual Result<void> insert(const ProtectedKey& key) = 0;
  virtual Result<void> update(const ProtectedKey& key) = 0;
};

}  // namespace doorward
