#pragma once

#include "ports/store/connections.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlConnections : public ConnectionRepository {
 public:
  // `connection` is that to the database; what it stores is doorward::Connection.
  explicit SqlConnections(Connection& connection) : connection_(connection) {}

  Result<std::optional<doorward::Connection>> find(const EnvironmentId& environment,
                                                   const ConnectionId& id) const override;
  Result<std::vector<doorward::Connection>> list(const EnvironmentId& environment,
                                                 const OrganizationId& organization) const override;
  Result<Page<doorward::Connection>> search(const EnvironmentId& environment, const ConnectionFilter& filter,
                                            const PageRequest& page) const override;
  Result<std::int64_t> count(const EnvironmentId& environment, const ConnectionFilter& filter) const override;

  Result<void> insert(const doorward::Connection& connection) override;
  Result<void> update(const doorward::Connection& connection) override;
  Result<void> remove(const EnvironmentId& environment, const ConnectionId& id) override;
  Result<void> schedule_check(const EnvironmentId& environment, const ConnectionId& id,
                              std::optional<Timestamp> at) override;
  Result<std::vector<doorward::Connection>> claim_due(Timestamp now, Timestamp claimed_until,
                                                      std::int64_t limit) override;
  Result<std::optional<Timestamp>> next_due() const override;
  Result<doorward::Connection> lock(const EnvironmentId& environment, const ConnectionId& id) override;

  Result<std::vector<DomainId>> domains(const EnvironmentId& environment, const ConnectionId& id) const override;
  Result<void> assign_domains(const EnvironmentId& environment, const ConnectionId& id,
                              const std::vector<DomainId>& domains) override;

  Result<std::optional<ConnectionTest>> find_test(const EnvironmentId& environment, const ConnectionId& connection,
                                                  const ConnectionTestId& id) const override;
  Result<void> insert_test(const ConnectionTest& test) override;
  Result<void> update_test(const ConnectionTest& test) override;
  Result<bool> tested_since(const EnvironmentId& environment, const ConnectionId& connection,
                            Timestamp since) const override;

  Result<std::vector<SsoUserAttribute>> user_attributes(const EnvironmentId& environment) const override;
  Result<void> insert_user_attribute(const SsoUserAttribute& attribute) override;
  Result<void> update_user_attribute(const SsoUserAttribute& attribute) override;
  Result<void> remove_user_attribute(const EnvironmentId& environment, const std::string& key) override;

 private:
  Connection& connection_;
};

}  // namespace doorward::store
