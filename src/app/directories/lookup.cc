#include "app/directories/lookup.h"

#include <utility>

namespace doorward {

Error organization_not_found() { return make_error(Reason::kOrganizationNotFound, "organization not found"); }
Error directory_group_not_found() { return make_error(Reason::kDirectoryGroupNotFound, "directory group not found"); }
Error directory_not_found() { return make_error(Reason::kDirectoryNotFound, "directory not found"); }

Result<Directory> find_directory(const ReadTx& tx, const EnvironmentId& environment, const OrganizationId& organization,
                                 const DirectoryId& id) {
  DOORWARD_TRY(auto directory, tx.directories().find(environment, organization, id));
  if (!directory) return failure(directory_not_found());
  return *std::move(directory);
}

Result<Directory> lock_directory(WriteTx& tx, const EnvironmentId& environment, const OrganizationId& organization,
                                 const DirectoryId& id) {
  DOORWARD_TRY(auto directory, tx.directories().lock(environment, id));
  if (!directory || directory->organization_id != organization) return failure(directory_not_found());
  return *std::move(directory);
}

}  // namespace doorward
