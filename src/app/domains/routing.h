// Home-realm discovery: from an e-mail address to the organization that it belongs to. One indexed look-up each.
// Matches are exact: a sub-domain is a domain of its own.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "domain/organization_domain.h"
#include "ports/store.h"

namespace doorward {

// The verified organization domain of an e-mail address (text with an @: what stands behind the last one) or of a
// domain, in whatever letter case and script. nullopt when nobody has it verified, and for what is neither.
Result<std::optional<OrganizationDomain>> route_by_domain(const DomainRepository& domains,
                                                          const EnvironmentId& environment,
                                                          std::string_view address_or_domain);

// Whether a person with this address may be invited to or join the organization by its domains: those that it allows
// and those that it has verified.
Result<bool> admits_address(const DomainRepository& domains, const EnvironmentId& environment,
                            const OrganizationId& organization, std::string_view address);

}  // namespace doorward
