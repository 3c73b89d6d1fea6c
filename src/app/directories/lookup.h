// Finding the directory that a caller names, or the one error that says it is not there for this caller.
#pragma once

#include "base/result.h"
#include "domain/directory.h"
#include "ports/store.h"

namespace doorward {

Error organization_not_found();
Error directory_not_found();
Error directory_group_not_found();

Result<Directory> find_directory(const ReadTx& tx, const EnvironmentId& environment, const OrganizationId& organization,
                                 const DirectoryId& id);

// Locked to the end of the transaction.
Result<Directory> lock_directory(WriteTx& tx, const EnvironmentId& environment, const OrganizationId& organization,
                                 const DirectoryId& id);

}  // namespace doorward
