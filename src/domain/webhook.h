// Webhook endpoints of the application and the deliveries owed to them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

struct WebhookEndpoint {
  EnvironmentId environment_id;
  WebhookEndpointId id;
  std::string url;
  std::string description;
  std::vector<std::string> event_types;           // filters (protocol/webhook/event.h); empty: all
  std::optional<OrganizationId> organization_id;  // only events of this organization
  bool enabled = true;
  Timestamp create_time;
  Timestamp update_time;
};

struct WebhookSecret {
  EnvironmentId environment_id;
  WebhookEndpointId endpoint_id;
  WebhookSecretId id;
  std::string sealed_secret;  // envelope text; opens to "whsec_…"
  Timestamp create_time;
  std::optional<Timestamp> expire_time;
};

enum class DeliveryStatus : std::uint8_t { kPending = 0, kDelivered = 1, kFailed = 2, kCancelled = 3 };

// One event owed to one endpoint. Deliveries of one owner (directory or organization) to one endpoint form a queue and
// go out in the order of owner_seq, one at a time.
struct Delivery {
  EnvironmentId environment_id;
  WebhookEndpointId endpoint_id;
  std::string owner_id;
  std::int64_t owner_seq = 0;
  EventId event_id;
  DeliveryStatus status = DeliveryStatus::kPending;
  std::int32_t attempts = 0;  // made so far
  Timestamp create_time;
};

struct DeliveryAttempt {
  std::int32_t number = 1;
  Timestamp started_at;
  std::int64_t latency_micros = 0;
  int http_status = 0;           // 0: no answer
  std::string error;             // reason name when there was no answer
  std::string response_excerpt;  // first bytes of the answer's body
};

}  // namespace doorward
