#pragma once

#include "ports/store/environments.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlEnvironments : public EnvironmentRepository {
 public:
  explicit SqlEnvironments(Connection& connection) : connection_(connection) {}

  Result<std::optional<Environment>> first() const override;
  Result<std::optional<Environment>> find(const EnvironmentId& id) const override;
  Result<void> insert(const Environment& environment) override;
  Result<void> insert_role(const Role& role) override;
  Result<std::vector<Role>> roles(const EnvironmentId& environment) const override;
  Result<void> lock_first_start() override;

 private:
  Connection& connection_;
};

}  // namespace doorward::store
