// Which endpoints are owed an event. Pure.
#pragma once

#include <span>
#include <vector>

#include "domain/webhook.h"
#include "ports/store/changes.h"

namespace doorward {

// True when the endpoint is enabled, of the change's environment, and its filters let the event pass. A change without
// an event type passes nowhere.
bool is_owed(const WebhookEndpoint& endpoint, const UnsequencedChange& change);

// Deliveries for every match, in the order of `changes`.
std::vector<Delivery> deliveries_for(std::span<const UnsequencedChange> changes,
                                     std::span<const WebhookEndpoint> endpoints, Timestamp now);

}  // namespace doorward
