#include "app/provisioning/directory_scope.h"

#include <utility>

namespace doorward {
namespace {

constexpr std::uint32_t kRetryAfterSeconds = 1;

// A query only when some secret of the directory was ended since the caller was authenticated.
Result<void> check_credential(WriteTx& tx, const DirectoryScope& scope, const Directory& directory) {
  if (!scope.credential || scope.credential->generation == directory.credentials_generation) return {};
  DOORWARD_TRY(const auto secret,
               tx.directory_secrets().find(scope.environment, scope.directory, scope.credential->secret_id));
  if (secret && secret->status == SecretStatus::kActive) return {};
  return failure(Reason::kDirectorySecretInvalid, "The secret was revoked: nothing was stored.");
}

}  // namespace

Result<Directory> lock_enabled_directory(WriteTx& tx, const DirectoryScope& scope) {
  DOORWARD_TRY(auto directory, tx.directories().lock(scope.environment, scope.directory));
  if (!directory || directory->organization_id != scope.organization) {
    return failure(Reason::kDirectoryNotFound, "directory not found");
  }
  DOORWARD_CHECK(check_credential(tx, scope, *directory));
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
