#pragma once

#include "ports/store/webhook_endpoints.h"
#include "store/sql/connection.h"

namespace doorward::store {

class SqlWebhookEndpoints : public WebhookEndpointRepository {
 public:
  explicit SqlWebhookEndpoints(Connection& connection) : connection_(connection) {}

  Result<std::optional<WebhookEndpoint>> find(const EnvironmentId& environment,
                                              const WebhookEndpointId& id) const override;
  Result<Page<WebhookEndpoint>> list(const EnvironmentId& environment, const PageRequest& page) const override;
  Result<std::int64_t> count(const EnvironmentId& environment) const override;
  Result<std::map<WebhookEndpointKey, WebhookEndpoint>> find_each(
      const std::set<WebhookEndpointKey>& endpoints) const override;
  Result<std::vector<WebhookEndpoint>> subscribed(const EnvironmentId& environment,
                                                  const std::set<OrganizationId>& organizations) const override;
  Result<std::vector<WebhookSecret>> secrets(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                             Timestamp now) const override;
  Result<std::map<WebhookEndpointKey, std::vector<WebhookSecret>>> secrets_of_each(
      const std::set<WebhookEndpointKey>& endpoints, Timestamp now) const override;
  Result<WebhookHealth> health(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                               Timestamp since) const override;
  Result<std::optional<WebhookEndpoint>> lock(const EnvironmentId& environment, const WebhookEndpointId& id) override;
  Result<void> insert(const WebhookEndpoint& endpoint) override;
  Result<void> update(const WebhookEndpoint& endpoint) override;
  Result<void> note_failure(const EnvironmentId& environment, const WebhookEndpointId& id, Timestamp at) override;
  Result<void> note_success(const EnvironmentId& environment, const WebhookEndpointId& id) override;
  Result<void> remove(const EnvironmentId& environment, const WebhookEndpointId& id) override;
  Result<std::int64_t> cancel_batch(const EnvironmentId& environment, const WebhookEndpointId& id,
                                    std::int64_t limit) override;
  Result<void> insert_secret(const WebhookSecret& secret) override;
  Result<void> end_secret(const WebhookSecret& secret) override;
  Result<void> remove_secret(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                             const WebhookSecretId& id) override;
  Result<void> remove_ended_secrets(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                    Timestamp now) override;

 private:
  Connection& connection_;
};

}  // namespace doorward::store
