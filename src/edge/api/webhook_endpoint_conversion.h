// Webhook endpoints between the wire and the use cases.
#pragma once

#include "app/webhooks/webhook_endpoints.h"
#include "app/webhooks/webhook_secrets.h"
#include "base/result.h"
#include "doorward/v1/webhooks.pb.h"

namespace doorward::api {

namespace webhooks_v1 = ::doorward::v1;

void to_proto(const WebhookEndpoint& endpoint, webhooks_v1::WebhookEndpoint& out);
webhooks_v1::ListWebhookEndpointsResponse to_proto(const WebhookEndpointList& list);
webhooks_v1::GetWebhookEndpointHealthResponse to_proto(const WebhookHealth& health);
void to_proto(const WebhookSecretInfo& secret, webhooks_v1::WebhookSecret& out);

// Every type with its sample, as it would happen in this environment.
webhooks_v1::ListEventTypesResponse event_types_response(const EnvironmentId& environment);

NewWebhookEndpoint from_proto(const webhooks_v1::CreateWebhookEndpoint& input);

// Absent fields keep their value. Event types, which cannot be absent on the wire, are replaced when there are some or
// when update_mask names them; named there, an absent description or organization_id is cleared.
Result<WebhookEndpointPatch> from_proto(const webhooks_v1::UpdateWebhookEndpointRequest& request);

// Fails at `overlap` for what Doorward's time cannot hold; whether the overlap is allowed the use case decides.
Result<SecretRotation> from_proto(const webhooks_v1::RotateWebhookSecretRequest& request);

}  // namespace doorward::api
