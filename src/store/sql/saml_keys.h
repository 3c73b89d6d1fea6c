#pragma once

#include "ports/store/saml_keys.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlSamlKeys : public SamlKeyRepository {
 public:
  explicit SqlSamlKeys(Connection& connection) : connection_(connection) {}

  Result<std::vector<SamlKey>> list(const EnvironmentId& environment) const override;
  Result<void> hold() override;
  Result<void> insert(const SamlKey& key) override;
  Result<void> update(const SamlKey& key) override;
  Result<void> remove(const EnvironmentId& environment, const SamlCertificateId& id) override;

  Result<std::optional<ConnectionId>> connection_at(const EnvironmentId& environment,
                                                    const std::string& path) const override;
  Result<void> assign_paths(const EnvironmentId& environment, const ConnectionId& connection,
                            const std::vector<std::string>& paths) override;

 private:
  Connection& connection_;
};

}  // namespace doorward::store
