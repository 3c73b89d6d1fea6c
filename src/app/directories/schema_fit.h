// Whether resources that are stored fit changed schemas. Used inside this folder.
#pragma once

#include "base/result.h"
#include "domain/directory.h"
#include "ports/store.h"
#include "protocol/scim/directory_types.h"

namespace doorward {

// Refuses with kScimSchemaInUse, naming the attribute, what ScimSchemas says cannot be asked of stored resources; keeps
// the unique values of those that it can be asked of. Types that either side lacks have no resources. The directory is
// locked.
Result<void> fit_stored_resources(WriteTx& tx, const Directory& directory, const scim::DirectoryTypes& before,
                                  const scim::DirectoryTypes& after);

// How many resources of the type are stored.
Result<std::int64_t> count_resources(WriteTx& tx, const Directory& directory, const scim::ResourceType& type);

}  // namespace doorward
