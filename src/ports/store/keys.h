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

  // Of each algorithm one key is next and one is current at most; a transaction that changes states therefore calls
  // hold_signing_keys() first: it waits until no other one does, and holds them to its end.
  virtual Result<void> hold_signing_keys() = 0;
  virtual Result<void> insert(const SigningKey& key) = 0;
  virtual Result<void> update(const SigningKey& key) = 0;
  virtual Result<void> remove(const EnvironmentId& environment, const SigningKeyId& id) = 0;

  virtual Result<void> insert(const ProtectedKey& key) = 0;
  virtual Result<void> update(const ProtectedKey& key) = 0;
};

}  // namespace doorward
