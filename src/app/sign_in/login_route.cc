#include "app/sign_in/login_route.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/connections/domain_route.h"
#include "app/domains/routing.h"
#include "app/sign_in/selector.h"

namespace doorward {
namespace {

using Connections = std::vector<Connection>;  // oldest first

Result<Connection> first_active(Connections connections) {
  if (connections.empty()) {
    return failure(Reason::kNoConfiguredConnections, "The organization has no connection to an identity provider.");
  }
  const auto active = std::ranges::find_if(connections, &Connection::is_active);
  if (active == connections.end()) {
    return failure(Reason::kNoActiveConnections, "No connection of the organization is enabled.");
  }
  return std::move(*active);
}

Result<Connection> by_id(const ReadTx& tx, const EnvironmentId& environment, const std::string& id) {
  DOORWARD_TRY(auto connection, tx.connections().find(environment, ConnectionId(id)));
  if (!connection) return failure(Reason::kInvalidConnectionId, "There is no such connection.");
  if (!connection->is_active()) return failure(Reason::kConnectionNotActive, "The connection is not enabled.");
  return *std::move(connection);
}

Result<Connection> by_organization(const ReadTx& tx, const EnvironmentId& environment, const std::string& id) {
  const OrganizationId organization(id);
  DOORWARD_TRY(const auto found, tx.organizations().find(environment, organization));
  if (!found) return failure(Reason::kInvalidOrganizationId, "There is no such organization.");
  DOORWARD_TRY(auto connections, tx.connections().list(environment, organization));
  return first_active(std::move(connections));
}

struct Choice {
  Connection connection;
  std::string domain;  // as LoginRoute::domain
};

// nullopt: nobody has verified the domain.
Result<std::optional<Choice>> by_domain(const ReadTx& tx, const EnvironmentId& environment,
                                        std::string_view address_or_domain) {
  DOORWARD_TRY(const auto domain, route_by_domain(tx.domains(), environment, address_or_domain));
  if (!domain) return std::nullopt;
  DOORWARD_TRY(auto connections, connections_of_domain(tx.connections(), *domain));
  DOORWARD_TRY(Connection connection, first_active(std::move(connections)));
  return Choice{.connection = std::move(connection), .domain = domain->name};
}

Result<Choice> choose(const ReadTx& tx, const EnvironmentId& environment, const ApiClient& client,
                      const Selector& selector) {
  switch (selector.kind) {
    case SelectorKind::kProvider:
      return failure(Reason::kInvalidConnectionSelector, "There is no connection of the environment to this provider.");
    case SelectorKind::kConnection:
    case SelectorKind::kDefaultConnection: {
      DOORWARD_TRY(Connection connection, by_id(tx, environment, selector.value));
      return Choice{.connection = std::move(connection), .domain = {}};
    }
    case SelectorKind::kOrganization:
    case SelectorKind::kDefaultOrganization: {
      DOORWARD_TRY(Connection connection, by_organization(tx, environment, selector.value));
      return Choice{.connection = std::move(connection), .domain = {}};
    }
    case SelectorKind::kDomain: {
      DOORWARD_TRY(auto choice, by_domain(tx, environment, selector.value));
      if (choice) return *std::move(choice);
      return failure(Reason::kDomainNotFound, "No organization has verified this domain.");
    }
    case SelectorKind::kLoginHint: {
      DOORWARD_TRY(auto choice, by_domain(tx, environment, selector.value));
      if (choice) return *std::move(choice);
      if (const auto otherwise = default_selector(client)) return choose(tx, environment, client, *otherwise);
      return failure(Reason::kInvalidUserDomain, "No organization has verified the domain of the login hint.");
    }
  }
  return failure(internal_error("unknown selector"));
}

}  // namespace

Result<LoginRoute> route_login(const ReadTx& tx, const EnvironmentId& environment, const ApiClient& client,
                               const oauth::ConnectionSelectors& given) {
  const auto selector = choose_selector(given, client);
  if (!selector) {
    return failure(Reason::kInvalidConnectionSelector,
                   "Say where the person signs in: send connection_id, organization_id, domain_hint, or an e-mail "
                   "address as login_hint.");
  }
  DOORWARD_TRY(Choice choice, choose(tx, environment, client, *selector));
  DOORWARD_TRY(auto organization, tx.organizations().find(environment, choice.connection.organization_id));
  if (!organization) return failure(Reason::kInvalidOrganizationId, "There is no such organization.");
  return LoginRoute{.connection = std::move(choice.connection),
                    .organization = *std::move(organization),
                    .domain = std::move(choice.domain)};
}

}  // namespace doorward
