// Finding the directory that a caller names, or the one error that says it is not there for this caller.
#pragma once

#include <utility>

#include "base/result.h"
#include "domain/directory.h"
#include "ports/store.h"

namespace doorward {

Error organization_not_found();
Error directory_not_found();
Error directory_group_not_found();

Result<Directory> find_directory(const ReadTx& tx, const EnvironmentId& environment, const OrganizationId& organization,
                                 const DirectoryId& id);

// The directory was found already; the client may be of no other. kDirectoryOauthClientNotFound.
template <class Tx>
Result<DirectoryOauthClient> find_oauth_client(Tx& tx, const EnvironmentId& environment, const DirectoryId& directory,
                                               const DirectoryOauthClientId& id) {
  DOORWARD_TRY(auto client, tx.directory_secrets().find_client(environment, directory, id));
  if (!client) return failure(Reason::kDirectoryOauthClientNotFound, "directory OAuth client not found");
  return *std::move(client);
}

// Locked to the end of the transaction.
Result<Directory> lock_directory(WriteTx& tx, const EnvironmentId& environment, const OrganizationId& organization,
                                 const DirectoryId& id);

}  // namespace doorward
