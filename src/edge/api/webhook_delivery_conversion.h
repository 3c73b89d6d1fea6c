// Webhook deliveries between the wire and the use cases.
#pragma once

#include "app/webhooks/deliveries.h"
#include "base/result.h"
#include "doorward/v1/webhooks.pb.h"

namespace doorward::api {

namespace webhooks_v1 = ::doorward::v1;

void to_proto(const Delivery& delivery, webhooks_v1::WebhookDelivery& out);
// `event` is what the attempt sent.
void to_proto(const DeliveryAttempt& attempt, const EventId& event, webhooks_v1::WebhookAttempt& out);
webhooks_v1::ListWebhookDeliveriesResponse to_proto(const DeliveryList& list);
webhooks_v1::GetWebhookDeliveryResponse to_proto(DeliveryDetail detail);

// Both fail at `since` or `until` for what is not a time of the years 0001 to 9999.
Result<DeliveryFilter> from_proto(const webhooks_v1::ListWebhookDeliveriesRequest& request);
// An absent `until` is `now`.
Result<ResendRange> from_proto(const webhooks_v1::ResendWebhookDeliveriesRequest& request, Timestamp now);

}  // namespace doorward::api
