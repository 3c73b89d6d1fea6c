#include "app/directories/directory_records.h"

namespace doorward {

ChangeSubject subject_of(const Directory& directory) {
  return {.object = ObjectKind::kDirectory,
          .object_id = directory.id.str(),
          .display_name = directory.name,
          .organization_id = directory.organization_id,
          .directory_id = directory.id};
}

StoreOptions write_options(const Caller& by, const DirectoryId& id) {
  return {.deadline = by.deadline, .serial_key = id.str()};
}

// How far the set-up has come follows from facts, so it is never stored: a secret makes a start, the first push ends
// it.
DirectoryView viewed(Directory directory, std::vector<DirectorySecret> secrets,
                     std::vector<RoleAssignment> assignments) {
  directory.status = directory.last_synced_at ? DirectoryStatus::kCompleted
                     : !secrets.empty()       ? DirectoryStatus::kInProgress
                                              : DirectoryStatus::kDraft;
  return {std::move(directory), std::move(secrets), std::move(assignments)};
}

}  // namespace doorward
