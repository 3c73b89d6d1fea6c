#include "app/provisioning/directory_scope.h"

#include <utility>

namespace doorward {

Result<Directory> lock_enabled_directory(WriteTx& tx, const DirectoryScope& scope) {
  DOORWARD_TRY(auto directory, tx.directories().lock(scope.environment, scope.directory));
  if (!directory || directory->organization_id != scope.organization) {
    return failure(Reason::kDirectoryNotFound, "directory not found");
  }
  if (!directory->enabled)
    return failure(Reason::kDirectoryDisabled, "This directory is disabled: nothing was stored.");
  return *std::move(directory);
}

}  // namespace doorward
