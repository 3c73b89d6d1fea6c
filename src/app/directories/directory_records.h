// What every use case of directories makes of a directory's rows: the view that callers get and the subject of change
// records. Used inside this folder.
#pragma once

#include <utility>
#include <vector>

#include "app/changes/record.h"
#include "app/directories/directories.h"

namespace doorward {

ChangeSubject subject_of(const Directory& directory);

// Writes to one directory wait for each other by its lock; the key lets the store run them in a row instead.
StoreOptions write_options(const Caller& by, const DirectoryId& id);

// With the derived status.
DirectoryView viewed(Directory directory, std::vector<DirectorySecret> secrets,
                     std::vector<RoleAssignment> assignments);

// No query for a directory without any.
template <class Tx>
Result<std::vector<RoleAssignment>> assignments_of(Tx& tx, const Directory& directory) {
  if (!directory.has_role_assignments) return std::vector<RoleAssignment>();
  return tx.directories().role_assignments(directory.environment_id, directory.id);
}

template <class Tx>
Result<DirectoryView> view(Tx& tx, Directory directory) {
  DOORWARD_TRY(auto secrets, tx.directory_secrets().list(directory.environment_id, directory.id, {}));
  DOORWARD_TRY(auto assignments, assignments_of(tx, directory));
  return viewed(std::move(directory), std::move(secrets), std::move(assignments));
}

}  // namespace doorward
