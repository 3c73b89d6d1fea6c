#include "edge/api/webhook_delivery_conversion.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "edge/api/conversion.h"
#include "protocol/webhook/signature.h"

namespace doorward::api {
namespace {

struct StatusPair {
  DeliveryStatus status;
  webhooks_v1::WebhookDeliveryStatus wire;
};
constexpr std::array kStatuses{StatusPair{DeliveryStatus::kPending, webhooks_v1::PENDING},
                               StatusPair{DeliveryStatus::kDelivered, webhooks_v1::DELIVERED},
                               StatusPair{DeliveryStatus::kFailed, webhooks_v1::FAILED},
                               StatusPair{DeliveryStatus::kCancelled, webhooks_v1::CANCELLED},
                               StatusPair{DeliveryStatus::kParked, webhooks_v1::PARKED},
                               StatusPair{DeliveryStatus::kResending, webhooks_v1::RESENDING}};

}  // namespace

void to_proto(const Delivery& delivery, webhooks_v1::WebhookDelivery& out) {
  out.set_endpoint_id(delivery.endpoint_id.str());
  out.set_event_id(delivery.event_id.str());
  out.set_event_type(delivery.event_type);
  out.set_organization_id(delivery.organization_id.str());
  for (const StatusPair& pair : kStatuses) {
    if (pair.status == delivery.status) out.set_status(pair.wire);
  }
  out.set_attempts(wire_count(delivery.attempts));
  out.set_out_of_order(delivery.out_of_order);
  out.set_test(delivery.owner_id == kTestOwner);
  to_proto(delivery.create_time, *out.mutable_create_time());
  if (delivery.failing_since) to_proto(*delivery.failing_since, *out.mutable_failing_since());
}

void to_proto(const DeliveryAttempt& attempt, const EventId& event, webhooks_v1::WebhookAttempt& out) {
  out.set_number(wire_count(attempt.number));
  to_proto(attempt.started_at, *out.mutable_start_time());
  out.mutable_latency()->set_seconds(attempt.latency_micros / 1'000'000);
  out.mutable_latency()->set_nanos(static_cast<std::int32_t>(attempt.latency_micros % 1'000'000) * 1000);
  out.set_http_status(wire_count(attempt.http_status));
  out.set_error(attempt.error);
  out.set_response_excerpt(attempt.response_excerpt);
  out.set_resend(attempt.resend);
  auto& headers = *out.mutable_request_headers();
  headers["content-type"] = "application/json";
  headers[std::string(webhook::kIdHeader)] = event.str();
  headers[std::string(webhook::kTimestampHeader)] = fmt::to_string(to_unix_seconds(attempt.started_at));
}

webhooks_v1::ListWebhookDeliveriesResponse to_proto(const DeliveryList& list) {
  webhooks_v1::ListWebhookDeliveriesResponse out;
  for (const Delivery& delivery : list.deliveries) to_proto(delivery, *out.add_deliveries());
  out.set_next_page_token(list.next_page_token);
  out.set_prev_page_token(list.prev_page_token);
  return out;
}

webhooks_v1::GetWebhookDeliveryResponse to_proto(DeliveryDetail detail) {
  webhooks_v1::GetWebhookDeliveryResponse out;
  to_proto(detail.delivery, *out.mutable_delivery());
  for (const DeliveryAttempt& attempt : detail.attempts) {
    to_proto(attempt, detail.delivery.event_id, *out.add_attempts());
  }
  if (detail.body) out.set_request_body(*std::move(detail.body));
  if (detail.next_attempt_at) to_proto(*detail.next_attempt_at, *out.mutable_next_attempt_time());
  return out;
}

Result<DeliveryFilter> from_proto(const webhooks_v1::ListWebhookDeliveriesRequest& request) {
  DeliveryFilter out;
  for (const int status : request.statuses()) {
    for (const StatusPair& pair : kStatuses) {
      if (pair.wire == status) out.statuses.push_back(pair.status);
    }
  }
  out.event_type = request.event_type();
  if (!request.organization_id().empty()) out.organization_id = OrganizationId(request.organization_id());
  if (request.has_since()) {
    DOORWARD_TRY(out.since, from_proto(request.since(), "since"));
  }
  if (request.has_until()) {
    DOORWARD_TRY(out.until, from_proto(request.until(), "until"));
  }
  return out;
}

Result<ResendRange> from_proto(const webhooks_v1::ResendWebhookDeliveriesRequest& request, Timestamp now) {
  ResendRange out;
  DOORWARD_TRY(out.since, from_proto(request.since(), "since"));
  out.until = now;
  if (request.has_until()) {
    DOORWARD_TRY(out.until, from_proto(request.until(), "until"));
  }
  out.event_type = request.event_type();
  if (!request.organization_id().empty()) out.organization_id = OrganizationId(request.organization_id());
  out.only_failed = !request.include_delivered();
  return out;
}

}  // namespace doorward::api
