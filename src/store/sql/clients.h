#pragma once

#include "ports/store/clients.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlClients : public ClientRepository {
 public:
  explicit SqlClients(Connection& connection) : connection_(connection) {}

  Result<std::optional<ApiClient>> find(const ApiClientId& id) const override;
  Result<Page<ApiClient>> search(const EnvironmentId& environment, const std::vector<ClientType>& types,
                                 const PageRequest& page) const override;
  Result<std::int64_t> count(const EnvironmentId& environment, const std::vector<ClientType>& types) const override;
  Result<std::vector<ApiClient>> list(const EnvironmentId& environment) const override;
  Result<std::vector<ClientSecret>> secrets(const EnvironmentId& environment, const ApiClientId& client) const override;
  Result<ApiClient> lock(const EnvironmentId& environment, const ApiClientId& id) override;
  Result<ApiClient> lock_shared(const EnvironmentId& environment, const ApiClientId& id) override;
  Result<void> insert(const ApiClient& client) override;
  Result<void> update(const ApiClient& client) override;
  Result<void> remove(const EnvironmentId& environment, const ApiClientId& id) override;
  Result<void> insert_secret(const ClientSecret& secret) override;
  Result<void> update_secret(const ClientSecret& secret) override;
  Result<void> touch_secret(const EnvironmentId& environment, const ApiClientId& client, const ClientSecretId& id,
                            Timestamp used_at) override;
  Result<void> remove_secret(const EnvironmentId& environment, const ApiClientId& client,
                             const ClientSecretId& id) override;
  Result<void> set_enabled(const EnvironmentId& environment, const ApiClientId& id, bool enabled,
                           Timestamp at) override;
  Result<void> deactivate_secret(const EnvironmentId& environment, const ApiClientId& client,
                                 const ClientSecretId& id) override;

 private:
  Connection& connection_;
};

}  // namespace doorward::store
