#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/connection.h"
#include "domain/page.h"

namespace doorward {

// What a list of connections is narrowed to; empty members do not narrow.
struct ConnectionFilter {
  std::optional<OrganizationId> organization;
  std::string query;  // a part of the id, title, provider key or the organization's name, whatever the letter case
  std::optional<ConnectionProvider> provider;
  std::optional<ConnectionStatus> status;
  std::optional<ConnectionType> type;
  std::optional<bool> enabled;
};

// Tests of one connection that are remembered, of each status: those that fail or are left alone, which anybody can
// begin, push out neither one that runs nor one that passed.
inline constexpr std::int64_t kKeptConnectionTests = 50;

// Connections with the domains that lead to them, their tests, and the environment's custom SSO attributes.
class ConnectionRepository {
 public:
  virtual ~ConnectionRepository() = default;

  virtual Result<std::optional<Connection>> find(const EnvironmentId& environment, const ConnectionId& id) const = 0;
  // Of one organization, oldest first.
  virtual Result<std::vector<Connection>> list(const EnvironmentId& environment,
                                               const OrganizationId& organization) const = 0;
  // Of all organizations, newest first; and how many there are.
  virtual Result<Page<Connection>> search(const EnvironmentId& environment, const ConnectionFilter& filter,
                                          const PageRequest& page) const = 0;
  virtual Result<std::int64_t> count(const EnvironmentId& environment, const ConnectionFilter& filter) const = 0;

  virtual Result<void> insert(const Connection& connection) = 0;
  virtual Result<void> update(const Connection& connection) = 0;
  // With its domains, its tests and the paths that belong to it.
  virtual Result<void> remove(const EnvironmentId& environment, const ConnectionId& id) = 0;
  // Holds the row to the end of the transaction; kConnectionNotFound when there is none.
  virtual Result<Connection> lock(const EnvironmentId& environment, const ConnectionId& id) = 0;

  // When to look at it next (claim_due); nullopt: never. Lives beside what update() writes.
  virtual Result<void> schedule_check(const EnvironmentId& environment, const ConnectionId& id,
                                      std::optional<Timestamp> at) = 0;
  // Those of all environments that are to be looked at by `now`, the longest due first; they are nobody else's until
  // `claimed_until`.
  virtual Result<std::vector<Connection>> claim_due(Timestamp now, Timestamp claimed_until, std::int64_t limit) = 0;
  // When the next one is to be looked at.
  virtual Result<std::optional<Timestamp>> next_due() const = 0;

  // The domains that lead to this connection, and not merely to its organization.
  virtual Result<std::vector<DomainId>> domains(const EnvironmentId& environment, const ConnectionId& id) const = 0;
  // These and no others.
  virtual Result<void> assign_domains(const EnvironmentId& environment, const ConnectionId& id,
                                      const std::vector<DomainId>& domains) = 0;

  virtual Result<std::optional<ConnectionTest>> find_test(const EnvironmentId& environment,
                                                          const ConnectionId& connection,
                                                          const ConnectionTestId& id) const = 0;
  // Forgets the oldest of each status beyond kKeptConnectionTests.
  virtual Result<void> insert_test(const ConnectionTest& test) = 0;
  virtual Result<void> update_test(const ConnectionTest& test) = 0;
  // Whether any test of the connection succeeded since `since`.
  virtual Result<bool> tested_since(const EnvironmentId& environment, const ConnectionId& connection,
                                    Timestamp since) const = 0;

  // By key.
  virtual Result<std::vector<SsoUserAttribute>> user_attributes(const EnvironmentId& environment) const = 0;
  // kUserAttributeTaken when there is one with this key.
  virtual Result<void> insert_user_attribute(const SsoUserAttribute& attribute) = 0;
  virtual Result<void> update_user_attribute(const SsoUserAttribute& attribute) = 0;
  virtual Result<void> remove_user_attribute(const EnvironmentId& environment, const std::string& key) = 0;
};

}  // namespace doorward
