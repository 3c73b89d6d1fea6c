#include "domain/webhook_snapshot.h"

#include <boost/json/array.hpp>

namespace doorward {

boost::json::object webhook_endpoint_snapshot(const WebhookEndpoint& endpoint) {
  boost::json::object snapshot;
  snapshot["id"] = endpoint.id.str();
  snapshot["url"] = endpoint.url;
  snapshot["description"] = endpoint.description;
  snapshot["event_types"] = boost::json::array(endpoint.event_types.begin(), endpoint.event_types.end());
  if (endpoint.organization_id) snapshot["organization_id"] = endpoint.organization_id->str();
  snapshot["retry_schedule"] = endpoint.retry_schedule.text();
  snapshot["enabled"] = endpoint.enabled;
  if (!endpoint.disabled_reason.empty()) {
    snapshot["disabled_reason"] = endpoint.disabled_reason;
    if (endpoint.failing_since) snapshot["failing_since"] = to_rfc3339(*endpoint.failing_since);
  }
  snapshot["create_time"] = to_rfc3339(endpoint.create_time);
  snapshot["update_time"] = to_rfc3339(endpoint.update_time);
  return snapshot;
}

boost::json::object webhook_secret_snapshot(const WebhookSecret& secret) {
  boost::json::object snapshot;
  snapshot["id"] = secret.id.str();
  snapshot["endpoint_id"] = secret.endpoint_id.str();
  snapshot["create_time"] = to_rfc3339(secret.create_time);
  if (secret.expire_time) snapshot["expire_time"] = to_rfc3339(*secret.expire_time);
  return snapshot;
}

}  // namespace doorward
