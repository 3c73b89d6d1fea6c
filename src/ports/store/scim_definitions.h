#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/scim_definition.h"

namespace doorward {

// Schemas and resource types of directories, beside those that every directory has. Whoever writes here holds the
// directory locked and raises its schema version (DirectoryRepository::raise_schema_version).
class ScimDefinitionRepository {
 public:
  virtual ~ScimDefinitionRepository() = default;

  // Oldest first.
  virtual Result<std::vector<ScimDefinition>> list(const EnvironmentId& environment,
                                                   const DirectoryId& directory) const = 0;
  // Inserts, or replaces the document and update_time.
  virtual Result<void> put(const ScimDefinition& definition) = 0;
  virtual Result<void> remove(const EnvironmentId& environment, const DirectoryId& directory, ScimDefinitionKind kind,
                              const std::string& name) = 0;
};

}  // namespace doorward
