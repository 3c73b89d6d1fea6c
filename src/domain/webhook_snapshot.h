#pragma once

#include <boost/json/object.hpp>

#include "domain/webhook.h"

namespace doorward {

// The endpoint as change records show it: id, url, description, event_types, organization_id when there is a filter,
// retry_schedule, enabled, disabled_reason and failing_since when Doorward disabled it, create_time and update_time.
boost::json::object webhook_endpoint_snapshot(const WebhookEndpoint& endpoint);

// A signing secret as change records show it: id, endpoint_id, create_time, expire_time when it ends. Never its value.
boost::json::object webhook_secret_snapshot(const WebhookSecret& secret);

}  // namespace doorward
