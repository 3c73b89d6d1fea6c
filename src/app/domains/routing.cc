#include "app/domains/routing.h"

#include <algorithm>

#include "domain/domain_name.h"

namespace doorward {

Result<std::optional<OrganizationDomain>> route_by_domain(const DomainRepository& domains,
                                                          const EnvironmentId& environment,
                                                          std::string_view address_or_domain) {
  const auto name =
      address_or_domain.contains('@') ? email_domain(address_or_domain) : canonical_domain(address_or_domain);
  if (!name) return std::optional<OrganizationDomain>();
  return domains.find_verified(environment, *name);
}

Result<bool> admits_address(const DomainRepository& domains, const EnvironmentId& environment,
                            const OrganizationId& organization, std::string_view address) {
  const auto name = email_domain(address);
  if (!name) return false;
  DOORWARD_TRY(const auto claims, domains.claims(environment, *name));
  return std::ranges::any_of(claims, [&](const OrganizationDomain& domain) {
    return domain.organization_id == organization && domain.is_verified();
  });
}

}  // namespace doorward
