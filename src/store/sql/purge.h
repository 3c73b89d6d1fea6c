// Removal of what a deleted directory or organization leaves behind, in bounded batches.
#pragma once

#include <cstdint>

#include "base/id.h"
#include "base/result.h"
#include "store/sql/connection.h"

namespace doorward::store {

// Removes at most `limit` rows of a directory, contents first, its own row last. The number removed.
Result<std::int64_t> purge_directory(Connection& connection, const EnvironmentId& environment,
                                     const OrganizationId& organization, const DirectoryId& directory,
                                     std::int64_t limit);

}  // namespace doorward::store
