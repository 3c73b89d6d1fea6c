#pragma once

#include "ports/store/scim_resources.h"
#include "store/sql/connection.h"

namespace doorward::store {

ScimResource read_scim_resource(const Row& row);

class SqlScimResources : public ScimResourceRepository {
 public:
  explicit SqlScimResources(Connection& connection) : connection_(connection) {}

  Result<std::optional<ScimResource>> find(const EnvironmentId& environment, const DirectoryId& directory,
                                           const std::string& type, const ScimResourceId& id) const override;
  Result<Page<ScimResource>> list(const EnvironmentId& environment, const DirectoryId& directory,
                                  const std::string& type, const PageRequest& page) const override;
  Result<std::vector<ScimResourceId>> look_up(const EnvironmentId& environment, const DirectoryId& directory,
                                              const std::string& type, Index index, const std::string& value,
                                              const ScimResourceId& after, std::int64_t limit) const override;
  Result<std::vector<ScimResource>> find_each(const EnvironmentId& environment, const DirectoryId& directory,
                                              const std::string& type,
                                              const std::vector<ScimResourceId>& ids) const override;
  Result<std::vector<ScimResource>> walk(const EnvironmentId& environment, const DirectoryId& directory,
                                         const std::string& type, const ResourceWalk& walk,
                                         const std::optional<ResourcePosition>& after,
                                         std::int64_t limit) const override;
  Result<std::optional<ResourcePosition>> position(const EnvironmentId& environment, const DirectoryId& directory,
                                                   const std::string& type, const ResourceWalk& walk,
                                                   std::int64_t offset) const override;
  Result<std::int64_t> count_walk(const EnvironmentId& environment, const DirectoryId& directory,
                                  const std::string& type, const ResourceWalk& walk) const override;
  Result<std::int64_t> count(const EnvironmentId& environment, const DirectoryId& directory,
                             const std::string& type) const override;
  Result<void> insert(const ScimResource& resource) override;
  Result<void> update(const ScimResource& resource) override;
  Result<void> remove(const EnvironmentId& environment, const DirectoryId& directory,
                      const ScimResourceId& id) override;
  Result<std::optional<std::string>> unique_value_owner(const EnvironmentId& environment, const DirectoryId& directory,
                                                        const std::string& key_hash) const override;
  Result<void> replace_unique_values(const EnvironmentId& environment, const DirectoryId& directory,
                                     const std::string& owner, const std::vector<std::string>& key_hashes) override;

 private:
  Connection& connection_;
};

}  // namespace doorward::store
