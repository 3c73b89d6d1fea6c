#include "app/webhooks/subscription.h"

#include <algorithm>

#include "protocol/webhook/event.h"

namespace doorward {

bool is_owed(const WebhookEndpoint& endpoint, const UnsequencedChange& change) {
  if (change.event_type.empty() || !endpoint.enabled) return false;
  if (endpoint.environment_id != change.environment_id) return false;
  if (endpoint.organization_id && *endpoint.organization_id != change.organization_id) return false;
  const auto& types = endpoint.event_types;
  return types.empty() || std::ranges::any_of(types, [&](const std::string& filter) {
           return webhook::filter_matches(filter, change.event_type);
         });
}

std::vector<Delivery> deliveries_for(std::span<const UnsequencedChange> changes,
                                     std::span<const WebhookEndpoint> endpoints, Timestamp now) {
  std::vector<Delivery> deliveries;
  for (const auto& change : changes) {
    for (const auto& endpoint : endpoints) {
      if (!is_owed(endpoint, change)) continue;
      deliveries.push_back({.environment_id = change.environment_id,
                            .endpoint_id = endpoint.id,
                            .owner_id = change.owner_id,
                            .owner_seq = change.owner_seq,
                            .event_id = change.id,
                            .event_type = change.event_type,
                            .organization_id = change.organization_id,
                            .create_time = now});
    }
  }
  return deliveries;
}

}  // namespace doorward
