#pragma once

#include "ports/store/scim_definitions.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlScimDefinitions : public ScimDefinitionRepository {
 public:
  explicit SqlScimDefinitions(Connection& connection) : connection_(connection) {}

  Result<std::vector<ScimDefinition>> list(const EnvironmentId& environment,
                                           const DirectoryId& directory) const override;
  Result<void> put(const ScimDefinition& definition) override;
  Result<void> remove(const EnvironmentId& environment, const DirectoryId& directory, ScimDefinitionKind kind,
                      const std::string& name) override;

 private:
  Connection& connection_;
};

}  // namespace doorward::store
