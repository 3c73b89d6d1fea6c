#pragma once

#include "ports/store/organizations.h"
#include "store/sql/connection.h"
#include "store/sql/directory_state.h"

namespace doorward::store {

class SqlOrganizations : public OrganizationRepository {
 public:
  SqlOrganizations(Connection& connection, DirectoryState& directories)
      : connection_(connection), directories_(directories) {}

  Result<std::optional<Organization>> find(const EnvironmentId& environment, const OrganizationId& id) const override;
  Result<std::optional<Organization>> find_by_external_id(const EnvironmentId& environment,
                                                          const std::string& external_id) const override;
  Result<Page<Organization>> list(const EnvironmentId& environment, const PageRequest& page) const override;
  Result<std::int64_t> count(const EnvironmentId& environment) const override;
  Result<SearchedRun> search(const EnvironmentId& environment, const std::string& text,
                             const std::optional<Keyset>& after, std::int64_t length) const override;
  Result<std::optional<Organization>> lock(const EnvironmentId& environment, const OrganizationId& id) override;
  Result<void> insert(const Organization& organization) override;
  Result<void> update(const Organization& organization) override;
  Result<void> mark_deleted(const EnvironmentId& environment, const OrganizationId& id, Timestamp at) override;
  Result<std::int64_t> purge_batch(const EnvironmentId& environment, const OrganizationId& id,
                                   std::int64_t limit) override;

 private:
  Connection& connection_;
  DirectoryState& directories_;
};

}  // namespace doorward::store
