// The directory that an identity provider's request is about, inside one transaction.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "domain/caller.h"
#include "domain/directory.h"
#include "ports/store.h"

namespace doorward {

struct DirectoryScope {
  EnvironmentId environment;
  OrganizationId organization;
  DirectoryId directory;
  // By which the request was read; absent for what does not depend on schemas.
  std::optional<std::int64_t> schema_version = std::nullopt;
  std::optional<DirectoryCredential> credential = std::nullopt;  // absent: nothing that could be revoked

  static DirectoryScope of(const Caller& by) {
    return {by.environment_id, by.organization_id, by.directory_id, by.schema_version, by.credential};
  }
};

// Locks the directory to the end of the transaction, as every write to its content begins. kDirectoryNotFound when it
// was deleted since the caller was authenticated, kDirectorySecretInvalid when the secret behind the caller was
// revoked, kDirectoryDisabled when the directory was disabled, kStoreBusy when its schemas changed since the request
// was read: sent again, it is read by the new ones.
Result<Directory> lock_enabled_directory(WriteTx& tx, const DirectoryScope& scope);

}  // namespace doorward
