#include "edge/api/webhook_endpoint_conversion.h"

#include <boost/json/parse.hpp>

#include "edge/api/conversion.h"
#include "edge/api/update_mask.h"
#include "protocol/webhook/event.h"
#include "protocol/webhook/sample.h"

namespace doorward::api {
namespace {

const EventId kSampleEvent("evt_53891546994442316");
constexpr Timestamp kSampleTime = from_micros(1'795'330'226'125'000);  // 2026-11-22T06:50:26.125Z

}  // namespace

void to_proto(const WebhookEndpoint& endpoint, webhooks_v1::WebhookEndpoint& out) {
  out.set_id(endpoint.id.str());
  out.set_url(endpoint.url);
  out.set_description(endpoint.description);
  for (const auto& type : endpoint.event_types) out.add_event_types(type);
  if (endpoint.organization_id) out.set_organization_id(endpoint.organization_id->str());
  out.set_enabled(endpoint.enabled);
  out.set_retry_schedule(endpoint.retry_schedule.text());
  out.set_disabled_reason(endpoint.disabled_reason);
  if (endpoint.failing_since) to_proto(*endpoint.failing_since, *out.mutable_failing_since());
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

webhooks_v1::GetWebhookEndpointHealthResponse to_proto(const WebhookHealth& health) {
  const auto noted = [](const NotedAttempt& attempt, webhooks_v1::WebhookAttemptSummary& out) {
    out.set_event_id(attempt.event_id.str());
    to_proto(attempt.started_at, *out.mutable_start_time());
    out.set_http_status(wire_count(attempt.http_status));
    out.set_error(attempt.error);
  };
  webhooks_v1::GetWebhookEndpointHealthResponse out;
  out.set_delivered(wire_count(health.delivered));
  out.set_failed(wire_count(health.failed));
  out.set_waiting(wire_count(health.waiting));
  if (health.last_success) noted(*health.last_success, *out.mutable_last_success());
  if (health.last_failure) noted(*health.last_failure, *out.mutable_last_failure());
  out.set_resend_running(health.resend_running);
  return out;
}

void to_proto(const WebhookSecretInfo& secret, webhooks_v1::WebhookSecret& out) {
  out.set_id(secret.id.str());
  out.set_suffix(secret.suffix);
  to_proto(secret.create_time, *out.mutable_create_time());
  if (secret.expire_time) to_proto(*secret.expire_time, *out.mutable_expire_time());
}

webhooks_v1::ListEventTypesResponse event_types_response(const EnvironmentId& environment) {
  webhooks_v1::ListEventTypesResponse out;
  for (const std::string_view type : webhook::event_types()) {
    auto& entry = *out.add_event_types();
    entry.set_name(std::string(type));
    entry.set_description(std::string(webhook::event_type_description(type)));
    const ChangeRecord change = webhook::sample_change(type, environment, kSampleEvent, kSampleTime);
    to_proto(boost::json::parse(webhook::render_event(change)).as_object(), *entry.mutable_sample());
  }
  return out;
}

NewWebhookEndpoint from_proto(const webhooks_v1::CreateWebhookEndpoint& input) {
  NewWebhookEndpoint out;
  out.url = input.url();
  out.description = input.description();
  out.event_types.assign(input.event_types().begin(), input.event_types().end());
  if (input.has_organization_id()) out.organization_id = OrganizationId(input.organization_id());
  out.retry_schedule = input.retry_schedule();
  if (input.has_enabled()) out.enabled = input.enabled();
  if (input.has_secret()) out.secret = Secret<std::string>(input.secret());
  return out;
}

Result<WebhookEndpointPatch> from_proto(const webhooks_v1::UpdateWebhookEndpointRequest& request) {
  const auto& input = request.endpoint();
  DOORWARD_TRY(const auto mask,
               UpdateMask::make(request.update_mask(), "endpoint",
                                {"url", "description", "event_types", "enabled", "organization_id", "retry_schedule"}));
  WebhookEndpointPatch out;
  if (input.has_url() && mask.takes("url")) out.url = input.url();
  if (mask.names("description") || (input.has_description() && mask.takes("description"))) {
    out.description = input.description();
  }
  if (mask.names("event_types") || (!input.event_types().empty() && mask.takes("event_types"))) {
    out.event_types.emplace(input.event_types().begin(), input.event_types().end());
  }
  if (input.has_enabled() && mask.takes("enabled")) out.enabled = input.enabled();
  if (mask.names("retry_schedule") || (input.has_retry_schedule() && mask.takes("retry_schedule"))) {
    out.retry_schedule = input.retry_schedule();
  }
  if (mask.names("organization_id") || (input.has_organization_id() && mask.takes("organization_id"))) {
    out.organization_id = OrganizationId(input.organization_id());
  }
  return out;
}

Result<SecretRotation> from_proto(const webhooks_v1::RotateWebhookSecretRequest& request) {
  SecretRotation out;
  if (request.has_overlap()) {
    DOORWARD_TRY(out.overlap, from_proto(request.overlap(), "overlap"));
  }
  if (request.has_secret()) out.secret = Secret<std::string>(request.secret());
  return out;
}

}  // namespace doorward::api
