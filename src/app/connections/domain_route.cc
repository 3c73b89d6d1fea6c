#include "app/connections/domain_route.h"

#include <algorithm>
#include <set>
#include <utility>

namespace doorward {

Result<std::vector<Connection>> connections_of_domain(const ConnectionRepository& connections,
                                                      const OrganizationDomain& domain) {
  std::vector<Connection> assigned;
  std::vector<Connection> free;
  if (domain.type != DomainType::kOrganizationDomain || !domain.is_verified()) return assigned;
  DOORWARD_TRY(auto all, connections.list(domain.environment_id, domain.organization_id));
  for (Connection& connection : all) {
    DOORWARD_TRY(const auto ids, connections.domains(connection.environment_id, connection.id));
    if (ids.empty()) {
      free.push_back(std::move(connection));
    } else if (std::ranges::find(ids, domain.id) != ids.end()) {
      assigned.push_back(std::move(connection));
    }
  }
  return assigned.empty() ? free : assigned;
}

Result<std::vector<OrganizationDomain>> domains_of_connection(const ConnectionRepository& connections,
                                                              const DomainRepository& domains,
                                                              const Connection& connection) {
  DOORWARD_TRY(const auto assigned, connections.domains(connection.environment_id, connection.id));
  DOORWARD_TRY(auto served, domains.list(connection.environment_id, connection.organization_id,
                                         DomainType::kOrganizationDomain, 0, kMaxServedDomains));
  if (!assigned.empty()) {
    std::erase_if(served, [&](const OrganizationDomain& domain) {
      return std::ranges::find(assigned, domain.id) == assigned.end();
    });
    return served;
  }
  std::erase_if(served, [](const OrganizationDomain& domain) { return !domain.is_verified(); });
  if (served.empty()) return served;
  DOORWARD_TRY(const auto siblings, connections.list(connection.environment_id, connection.organization_id));
  std::set<DomainId> taken;
  for (const Connection& sibling : siblings) {
    if (sibling.id == connection.id) continue;
    DOORWARD_TRY(const auto ids, connections.domains(sibling.environment_id, sibling.id));
    taken.insert(ids.begin(), ids.end());
  }
  std::erase_if(served, [&](const OrganizationDomain& domain) { return taken.contains(domain.id); });
  return served;
}

}  // namespace doorward
