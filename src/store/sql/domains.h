#pragma once

#include "ports/store/domains.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlDomains : public DomainRepository {
 public:
  explicit SqlDomains(Connection& connection) : connection_(connection) {}

  Result<std::optional<OrganizationDomain>> find(const EnvironmentId& environment, const OrganizationId& organization,
                                                 const DomainId& id) const override;
  Result<std::vector<OrganizationDomain>> list(const EnvironmentId& environment, const OrganizationId& organization,
                                               DomainType type, std::int64_t offset, std::int64_t limit) const override;
  Result<std::vector<OrganizationDomain>> claims(const EnvironmentId& environment,
                                                 const std::string& name) const override;
  Result<std::optional<OrganizationDomain>> find_verified(const EnvironmentId& environment,
                                                          const std::string& name) const override;
  Result<void> insert(const OrganizationDomain& domain) override;
  Result<void> update(const OrganizationDomain& domain) override;
  Result<void> remove(const EnvironmentId& environment, const OrganizationId& organization,
                      const DomainId& id) override;
  Result<std::vector<OrganizationDomain>> claim_due(Timestamp now, Timestamp claimed_until,
                                                    std::int64_t limit) override;
  Result<std::optional<Timestamp>> next_due() const override;

 private:
  Connection& connection_;
};

}  // namespace doorward::store
