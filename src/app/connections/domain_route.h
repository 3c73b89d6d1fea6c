// Which domains lead to which connections: a connection serves the domains that were assigned to it, or, where none
// were, all verified domains of its organization that no other connection was given.
#pragma once

#include <vector>

#include "base/result.h"
#include "domain/connection.h"
#include "domain/organization_domain.h"
#include "ports/store/connections.h"
#include "ports/store/domains.h"

namespace doorward {

// Domains of one connection that are looked at; an organization has fewer.
inline constexpr std::int64_t kMaxServedDomains = 1000;

// Connections to which people with addresses of the domain are led, whatever their state, oldest first. None while the
// domain is not verified or not an organization domain.
Result<std::vector<Connection>> connections_of_domain(const ConnectionRepository& connections,
                                                      const OrganizationDomain& domain);

// Verified domains that lead to the connection, and assigned ones that would once they are verified; oldest first.
Result<std::vector<OrganizationDomain>> domains_of_connection(const ConnectionRepository& connections,
                                                              const DomainRepository& domains,
                                                              const Connection& connection);

}  // namespace doorward
