#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/result.h"
#include "domain/page.h"
#include "domain/webhook.h"

namespace doorward {

using WebhookEndpointKey = std::pair<EnvironmentId, WebhookEndpointId>;

class WebhookEndpointRepository {
 public:
  virtual ~WebhookEndpointRepository() = default;

  virtual Result<std::optional<WebhookEndpoint>> find(const EnvironmentId& environment,
                                                      const WebhookEndpointId& id) const = 0;
  // Newest first.
  virtual Result<Page<WebhookEndpoint>> list(const EnvironmentId& environment, const PageRequest& page) const = 0;
  virtual Result<std::int64_t> count(const EnvironmentId& environment) const = 0;
  // For the worker: those that are there.
  virtual Result<std::map<WebhookEndpointKey, WebhookEndpoint>> find_each(
      const std::set<WebhookEndpointKey>& endpoints) const = 0;
  // For the sequencer: the enabled ones that have no filter by organization, and those whose filter names one of these.
  virtual Result<std::vector<WebhookEndpoint>> subscribed(const EnvironmentId& environment,
                                                          const std::set<OrganizationId>& organizations) const = 0;
  // Unexpired ones, newest first.
  virtual Result<std::vector<WebhookSecret>> secrets(const EnvironmentId& environment,
                                                     const WebhookEndpointId& endpoint, Timestamp now) const = 0;
  // The same of several endpoints.
  virtual Result<std::map<WebhookEndpointKey, std::vector<WebhookSecret>>> secrets_of_each(
      const std::set<WebhookEndpointKey>& endpoints, Timestamp now) const = 0;

  // Counts what became owed at `since` or later. Costs the same however much waits. Leaves
  // resend_running alone, which the jobs know.
  virtual Result<WebhookHealth> health(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                       Timestamp since) const = 0;

  // Like find(), and holds the row against other writes until the transaction ends.
  virtual Result<std::optional<WebhookEndpoint>> lock(const EnvironmentId& environment,
                                                      const WebhookEndpointId& id) = 0;
  virtual Result<void> insert(const WebhookEndpoint& endpoint) = 0;
  // What waits for an endpoint that is enabled by this, or whose URL or schedule this changes, is due as it would have
  // been, whatever held it back.
  virtual Result<void> update(const WebhookEndpoint& endpoint) = 0;
  // An attempt failed that began at `at`: failing_since, unless it is set already.
  virtual Result<void> note_failure(const EnvironmentId& environment, const WebhookEndpointId& id, Timestamp at) = 0;
  // An attempt succeeded: clears failing_since.
  virtual Result<void> note_success(const EnvironmentId& environment, const WebhookEndpointId& id) = 0;
  // Removes the endpoint and its secrets. What waits for it is not claimed any more; cancel_batch() ends it.
  virtual Result<void> remove(const EnvironmentId& environment, const WebhookEndpointId& id) = 0;
  // Cancels what waits for an endpoint that was removed, up to `limit` rows; 0 when nothing is left, or when the
  // endpoint is there.
  virtual Result<std::int64_t> cancel_batch(const EnvironmentId& environment, const WebhookEndpointId& id,
                                            std::int64_t limit) = 0;
  virtual Result<void> insert_secret(const WebhookSecret& secret) = 0;
  // Gives the stored secret the end that `secret` has.
  virtual Result<void> end_secret(const WebhookSecret& secret) = 0;
  virtual Result<void> remove_secret(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                     const WebhookSecretId& id) = 0;
  // Removes those of the endpoint that ended at `now` or before.
  virtual Result<void> remove_ended_secrets(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                            Timestamp now) = 0;
};

}  // namespace doorward
