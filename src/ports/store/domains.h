#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/organization_domain.h"

namespace doorward {

class DomainRepository {
 public:
  virtual ~DomainRepository() = default;

  virtual Result<std::optional<OrganizationDomain>> find(const EnvironmentId& environment,
                                                         const OrganizationId& organization,
                                                         const DomainId& id) const = 0;
  // Oldest first, those of one type or, for kUnspecified, of all.
  virtual Result<std::vector<OrganizationDomain>> list(const EnvironmentId& environment,
                                                       const OrganizationId& organization, DomainType type,
                                                       std::int64_t offset, std::int64_t limit) const = 0;
  // Every claim on a name in the environment, of any organization, type and status; verified ones first.
  virtual Result<std::vector<OrganizationDomain>> claims(const EnvironmentId& environment,
                                                         const std::string& name) const = 0;
  // The organization domain by which people with such addresses are routed: verified, of which there is one at most.
  virtual Result<std::optional<OrganizationDomain>> find_verified(const EnvironmentId& environment,
                                                                  const std::string& name) const = 0;

  // kDomainTaken when this organization claims the name already, or when it is a verified organization domain and
  // another organization's is too.
  virtual Result<void> insert(const OrganizationDomain& domain) = 0;
  // Writes what can change: type, status, method, checks and times. kDomainTaken as above.
  virtual Result<void> update(const OrganizationDomain& domain) = 0;
  // With its assignments to connections.
  virtual Result<void> remove(const EnvironmentId& environment, const OrganizationId& organization,
                              const DomainId& id) = 0;

  // Domains whose check is due, of all environments; takes them by moving their next_check to `claimed_until`.
  virtual Result<std::vector<OrganizationDomain>> claim_due(Timestamp now, Timestamp claimed_until,
                                                            std::int64_t limit) = 0;
  // When the next check is due, of all environments.
  virtual Result<std::optional<Timestamp>> next_due() const = 0;
};

}  // namespace doorward
