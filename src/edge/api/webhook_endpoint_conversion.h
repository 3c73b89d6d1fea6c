// Webhook endpoints between the wire and the use cases.
#pragma once

#include "app/webhooks/webhook_endpoints.h"
#include "base/result.h"
#include "doorward/v1/webhooks.pb.h"

namespace doorward::api {

namespace webhooks_v1 = ::doorward::v1;

void to_proto(const WebhookEndpoint& endpoint, webhooks_v1::WebhookEndpoint& out);
webhooks_v1::ListWebhookEndpointsResponse to_proto(const WebhookEndpointList& list);

NewWebhookEndpoint from_proto(const webhooks_v1::CreateWebhookEndpoint& input);

// Absent fields keep their value. Event types, which cannot be absent on the wire, are replaced when there are some or
// when update_mask names them; named there, an absent description or organization_id is cleared.
Result<WebhookEndpointPatch> from_proto(const webhooks_v1::UpdateWebhookEndpointRequest& request);

}  // namespace doorward::api
