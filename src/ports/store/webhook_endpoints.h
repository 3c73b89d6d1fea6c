#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "domain/page.h"
#include "domain/webhook.h"

namespace doorward {

class WebhookEndpointRepository {
 public:
  virtual ~WebhookEndpointRepository() = default;

  virtual Result<std::optional<WebhookEndpoint>> find(const EnvironmentId& environment,
                                                      const WebhookEndpointId& id) const = 0;
  // Newest first.
  virtual Result<Page<WebhookEndpoint>> list(const EnvironmentId& environment, const PageRequest& page) const = 0;
  virtual Result<std::int64_t> count(const EnvironmentId& environment) const = 0;
  // All that are enabled, of every environment, for the sequencer.
  virtual Result<std::vector<WebhookEndpoint>> enabled() const = 0;
  // Unexpired ones, newest first.
  virtual Result<std::vector<WebhookSecret>> secrets(const EnvironmentId& environment,
                                                     const WebhookEndpointId& endpoint, Timestamp now) const = 0;

  virtual Result<void> insert(const WebhookEndpoint& endpoint) = 0;
  virtual Result<void> update(const WebhookEndpoint& endpoint) = 0;
  // Removes the endpoint and its secrets and cancels what is pending for it.
  virtual Result<void> remove(const EnvironmentId& environment, const WebhookEndpointId& id) = 0;
  virtual Result<void> insert_secret(const WebhookSecret& secret) = 0;
};

}  // namespace doorward
