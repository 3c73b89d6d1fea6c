#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/page.h"
#include "domain/resource_walk.h"
#include "domain/scim_definition.h"

namespace doorward {

// Resources of a directory's own types, and the values that only one resource of a directory may have, also those of
// users and groups.
class ScimResourceRepository {
 public:
  virtual ~ScimResourceRepository() = default;

  virtual Result<std::optional<ScimResource>> find(const EnvironmentId& environment, const DirectoryId& directory,
                                                   const std::string& type, const ScimResourceId& id) const = 0;
  // Oldest first (creation time, id).
  virtual Result<Page<ScimResource>> list(const EnvironmentId& environment, const DirectoryId& directory,
                                          const std::string& type, const PageRequest& page) const = 0;
  // For searches of identity providers: as those of DirectoryUserRepository. There is no order by name.
  enum class Index : std::uint8_t { kId, kExternalId };
  virtual Result<std::vector<ScimResourceId>> look_up(const EnvironmentId& environment, const DirectoryId& directory,
                                                      const std::string& type, Index index, const std::string& value,
                                                      const ScimResourceId& after, std::int64_t limit) const = 0;
  virtual Result<std::vector<ScimResource>> find_each(const EnvironmentId& environment, const DirectoryId& directory,
                                                      const std::string& type,
                                                      const std::vector<ScimResourceId>& ids) const = 0;
  virtual Result<std::vector<ScimResource>> walk(const EnvironmentId& environment, const DirectoryId& directory,
                                                 const std::string& type, const ResourceWalk& walk,
                                                 const std::optional<ResourcePosition>& after,
                                                 std::int64_t limit) const = 0;
  virtual Result<std::optional<ResourcePosition>> position(const EnvironmentId& environment,
                                                           const DirectoryId& directory, const std::string& type,
                                                           const ResourceWalk& walk, std::int64_t offset) const = 0;
  virtual Result<std::int64_t> count_walk(const EnvironmentId& environment, const DirectoryId& directory,
                                          const std::string& type, const ResourceWalk& walk) const = 0;
  virtual Result<std::int64_t> count(const EnvironmentId& environment, const DirectoryId& directory,
                                     const std::string& type) const = 0;

  virtual Result<void> insert(const ScimResource& resource) = 0;
  virtual Result<void> update(const ScimResource& resource) = 0;
  // With its unique values.
  virtual Result<void> remove(const EnvironmentId& environment, const DirectoryId& directory,
                              const ScimResourceId& id) = 0;

  // Which resource has the value with this key (scim::UniqueValue, hashed); nullopt when none has.
  virtual Result<std::optional<std::string>> unique_value_owner(const EnvironmentId& environment,
                                                                const DirectoryId& directory,
                                                                const std::string& key_hash) const = 0;
  // From now on the owner has exactly these. kScimUniqueness when another one has one of them.
  virtual Result<void> replace_unique_values(const EnvironmentId& environment, const DirectoryId& directory,
                                             const std::string& owner, const std::vector<std::string>& key_hashes) = 0;
};

}  // namespace doorward
