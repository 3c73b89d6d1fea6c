#pragma once

#include "ports/store/keys.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlKeys : public KeyRepository {
 public:
  explicit SqlKeys(Connection& connection) : connection_(connection) {}

  Result<std::vector<SigningKey>> signing_keys(const EnvironmentId& environment) const override;
  Result<std::vector<ProtectedKey>> protected_keys(const EnvironmentId& environment) const override;
  Result<void> hold_signing_keys() override;
  Result<void> insert(const SigningKey& key) override;
  Result<void> update(const SigningKey& key) override;
  Result<void> remove(const EnvironmentId& environment, const SigningKeyId& id) override;
  Result<void> insert(const ProtectedKey& key) override;
  Result<void> update(const ProtectedKey& key) override;

 private:
  Connection& connection_;
};

}  // namespace doorward::store
