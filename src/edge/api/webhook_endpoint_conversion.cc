#include "edge/api/webhook_endpoint_conversion.h"

#include "edge/api/conversion.h"
#include "edge/api/update_mask.h"

namespace doorward::api {

void to_proto(const WebhookEndpoint& endpoint, webhooks_v1::WebhookEndpoint& out) {
  out.set_id(endpoint.id.str());
  out.set_url(endpoint.url);
  out.set_description(endpoint.description);
  for (const auto& type : endpoint.event_types) out.add_event_types(type);
  if (endpoint.organization_id) out.set_organization_id(endpoint.organization_id->str());
  out.set_enabled(endpoint.enabled);
  to_proto(endpoint.create_time, *out.mutable_create_time());
  to_proto(endpoint.update_time, *out.mutable_update_time());
}

webhooks_v1::ListWebhookEndpointsResponse to_proto(const WebhookEndpointList& list) {
  webhooks_v1::ListWebhookEndpointsResponse out;
  for (const WebhookEndpoint& endpoint : list.endpoints) to_proto(endpoint, *out.add_endpoints());
  out.set_total_size(wire_count(list.total_size));
  out.set_next_page_token(list.next_page_token);
  out.set_prev_page_token(list.prev_page_token);
  return out;
}

NewWebhookEndpoint from_proto(const webhooks_v1::CreateWebhookEndpoint& input) {
  NewWebhookEndpoint out;
  out.url = input.url();
  out.description = input.description();
  out.event_types.assign(input.event_types().begin(), input.event_types().end());
  if (input.has_organization_id()) out.organization_id = OrganizationId(input.organization_id());
  if (input.has_enabled()) out.enabled = input.enabled();
  return out;
}

Result<WebhookEndpointPatch> from_proto(const webhooks_v1::UpdateWebhookEndpointRequest& request) {
  const auto& input = request.endpoint();
  DOORWARD_TRY(const auto mask, UpdateMask::make(request.update_mask(), "endpoint",
                                                 {"url", "description", "event_types", "enabled", "organization_id"}));
  WebhookEndpointPatch out;
  if (input.has_url() && mask.takes("url")) out.url = input.url();
  if (mask.names("description") || (input.has_description() && mask.takes("description"))) {
    out.description = input.description();
  }
  if (mask.names("event_types") || (!input.event_types().empty() && mask.takes("event_types"))) {
    out.event_types.emplace(input.event_types().begin(), input.event_types().end());
  }
  if (input.has_enabled() && mask.takes("enabled")) out.enabled = input.enabled();
  if (mask.names("organization_id") || (input.has_organization_id() && mask.takes("organization_id"))) {
    out.organization_id = OrganizationId(input.organization_id());
  }
  return out;
}

}  // namespace doorward::api
