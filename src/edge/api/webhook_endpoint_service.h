// doorward.v1.WebhookEndpointService: convert, call, convert.
#pragma once

#include "app/webhooks/webhook_endpoints.h"
#include "doorward/v1/webhooks.doorward.h"

namespace doorward::api {

class WebhookEndpointService : public ::doorward::v1::WebhookEndpointServiceInterface {
 public:
  using CreateWebhookEndpointRequest = ::doorward::v1::CreateWebhookEndpointRequest;
  using CreateWebhookEndpointResponse = ::doorward::v1::CreateWebhookEndpointResponse;
  using GetWebhookEndpointRequest = ::doorward::v1::GetWebhookEndpointRequest;
  using GetWebhookEndpointResponse = ::doorward::v1::GetWebhookEndpointResponse;
  using ListWebhookEndpointsRequest = ::doorward::v1::ListWebhookEndpointsRequest;
  using ListWebhookEndpointsResponse = ::doorward::v1::ListWebhookEndpointsResponse;
  using UpdateWebhookEndpointRequest = ::doorward::v1::UpdateWebhookEndpointRequest;
  using UpdateWebhookEndpointResponse = ::doorward::v1::UpdateWebhookEndpointResponse;
  using DeleteWebhookEndpointRequest = ::doorward::v1::DeleteWebhookEndpointRequest;

  // `endpoints` must outlive this.
  explicit WebhookEndpointService(WebhookEndpoints& endpoints) : endpoints_(endpoints) {}

  task<Result<CreateWebhookEndpointResponse>> create_webhook_endpoint(
      const rpc::CallContext& call, const CreateWebhookEndpointRequest& request) override;
  task<Result<GetWebhookEndpointResponse>> get_webhook_endpoint(const rpc::CallContext& call,
                                                                const GetWebhookEndpointRequest& request) override;
  task<Result<ListWebhookEndpointsResponse>> list_webhook_endpoints(
      const rpc::CallContext& call, const ListWebhookEndpointsRequest& request) override;
  task<Result<UpdateWebhookEndpointResponse>> update_webhook_endpoint(
      const rpc::CallContext& call, const UpdateWebhookEndpointRequest& request) override;
  task<Result<google::protobuf::Empty>> delete_webhook_endpoint(const rpc::CallContext& call,
                                                                const DeleteWebhookEndpointRequest& request) override;

 private:
  WebhookEndpoints& endpoints_;
};

}  // namespace doorward::api
