// doorward.v1.WebhookDeliveryService: convert, call, convert.
#pragma once

#include "app/webhooks/deliveries.h"
#include "doorward/v1/webhooks.doorward.h"

namespace doorward::api {

class WebhookDeliveryService : public ::doorward::v1::WebhookDeliveryServiceInterface {
 public:
  using ListWebhookDeliveriesRequest = ::doorward::v1::ListWebhookDeliveriesRequest;
  using ListWebhookDeliveriesResponse = ::doorward::v1::ListWebhookDeliveriesResponse;
  using GetWebhookDeliveryRequest = ::doorward::v1::GetWebhookDeliveryRequest;
  using GetWebhookDeliveryResponse = ::doorward::v1::GetWebhookDeliveryResponse;
  using ResendWebhookDeliveryRequest = ::doorward::v1::ResendWebhookDeliveryRequest;
  using ResendWebhookDeliveryResponse = ::doorward::v1::ResendWebhookDeliveryResponse;
  using ResendWebhookDeliveriesRequest = ::doorward::v1::ResendWebhookDeliveriesRequest;
  using ResendWebhookDeliveriesResponse = ::doorward::v1::ResendWebhookDeliveriesResponse;
  using SendTestEventRequest = ::doorward::v1::SendTestEventRequest;
  using SendTestEventResponse = ::doorward::v1::SendTestEventResponse;

  // Both must outlive this.
  WebhookDeliveryService(WebhookDeliveries& deliveries, Clock& clock) : deliveries_(deliveries), clock_(clock) {}

  task<Result<ListWebhookDeliveriesResponse>> list_webhook_deliveries(
      const rpc::CallContext& call, const ListWebhookDeliveriesRequest& request) override;
  task<Result<GetWebhookDeliveryResponse>> get_webhook_delivery(const rpc::CallContext& call,
                                                                const GetWebhookDeliveryRequest& request) override;
  task<Result<ResendWebhookDeliveryResponse>> resend_webhook_delivery(
      const rpc::CallContext& call, const ResendWebhookDeliveryRequest& request) override;
  task<Result<ResendWebhookDeliveriesResponse>> resend_webhook_deliveries(
      const rpc::CallContext& call, const ResendWebhookDeliveriesRequest& request) override;
  task<Result<SendTestEventResponse>> send_test_event(const rpc::CallContext& call,
                                                      const SendTestEventRequest& request) override;

 private:
  WebhookDeliveries& deliveries_;
  Clock& clock_;
};

}  // namespace doorward::api
