#include "app/provisioning/directory_scope.h"

#include <utility>

namespace doorward {
namespace {

constexpr std::uint32_t kRetryAfterSeconds = 1;

}  // namespace

Result<Directory> lock_enabled_directory(WriteTx& tx, const DirectoryScope& scope) {
  DOORWARD_TRY(auto directory, tx.directories().lock(scope.environment, scope.directory));
  if (!directory || directory->organization_id != scope.organization) {
    return failure(Reason::kDirectoryNotFound, "directory not found");
  }
  if (!directory->enabled)
    return failure(Reason::kDirectoryDisabled, "This directory is disabled: nothing was stored.");
  if (scope.schema_version && *scope.schema_version != directory->schema_version) {
    Error error = make_error(Reason::kStoreBusy, "The schemas of this directory have just changed. Try again.");
    error.retry_after_seconds = kRetryAfterSeconds;
    return failure(std::move(error));
  }
  return *std::move(directory);
}

}  // namespace doorward
