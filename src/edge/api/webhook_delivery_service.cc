#include "edge/api/webhook_delivery_service.h"

#include <utility>

#include "edge/api/webhook_delivery_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {

task<Result<WebhookDeliveryService::ListWebhookDeliveriesResponse>> WebhookDeliveryService::list_webhook_deliveries(
    const rpc::CallContext& call, const ListWebhookDeliveriesRequest& request) {
  DOORWARD_CO_TRY(auto filter, from_proto(request));
  DOORWARD_CO_TRY(const auto list,
                  co_await deliveries_.list(call.caller, WebhookEndpointId(request.endpoint_id()), std::move(filter),
                                            request.page_size(), request.page_token()));
  co_return to_proto(list);
}

task<Result<WebhookDeliveryService::GetWebhookDeliveryResponse>> WebhookDeliveryService::get_webhook_delivery(
    const rpc::CallContext& call, const GetWebhookDeliveryRequest& request) {
  DOORWARD_CO_TRY(auto detail, co_await deliveries_.get(call.caller, WebhookEndpointId(request.endpoint_id()),
                                                        EventId(request.event_id())));
  co_return to_proto(std::move(detail));
}

task<Result<WebhookDeliveryService::ResendWebhookDeliveryResponse>> WebhookDeliveryService::resend_webhook_delivery(
    const rpc::CallContext& call, const ResendWebhookDeliveryRequest& request) {
  DOORWARD_CO_TRY(
      const auto delivery,
      co_await deliveries_.resend(call.caller, WebhookEndpointId(request.endpoint_id()), EventId(request.event_id())));
  ResendWebhookDeliveryResponse response;
  to_proto(delivery, *response.mutable_delivery());
  co_return response;
}

task<Result<WebhookDeliveryService::ResendWebhookDeliveriesResponse>> WebhookDeliveryService::resend_webhook_deliveries(
    const rpc::CallContext& call, const ResendWebhookDeliveriesRequest& request) {
  DOORWARD_CO_TRY(auto range, from_proto(request, clock_.now()));
  DOORWARD_CO_TRY(const auto job, co_await deliveries_.resend_range(
                                      call.caller, WebhookEndpointId(request.endpoint_id()), std::move(range)));
  ResendWebhookDeliveriesResponse response;
  response.set_job_id(job.str());
  co_return response;
}

task<Result<WebhookDeliveryService::SendTestEventResponse>> WebhookDeliveryService::send_test_event(
    const rpc::CallContext& call, const SendTestEventRequest& request) {
  DOORWARD_CO_TRY(const auto sent, co_await deliveries_.send_test(call.caller, WebhookEndpointId(request.endpoint_id()),
                                                                  request.event_type()));
  SendTestEventResponse response;
  response.set_event_id(sent.event_id.str());
  response.set_delivered(sent.status == DeliveryStatus::kDelivered);
  to_proto(sent.attempt, sent.event_id, *response.mutable_attempt());
  co_return response;
}

}  // namespace doorward::api
