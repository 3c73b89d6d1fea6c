// doorward.v1.WebhookEndpointService: convert, call, convert.
#pragma once

#include "app/webhooks/webhook_endpoints.h"
#include "app/webhooks/webhook_secrets.h"
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
  using EnableWebhookEndpointRequest = ::doorward::v1::EnableWebhookEndpointRequest;
  using EnableWebhookEndpointResponse = ::doorward::v1::EnableWebhookEndpointResponse;
  using DisableWebhookEndpointRequest = ::doorward::v1::DisableWebhookEndpointRequest;
  using DisableWebhookEndpointResponse = ::doorward::v1::DisableWebhookEndpointResponse;
  using GetWebhookEndpointHealthRequest = ::doorward::v1::GetWebhookEndpointHealthRequest;
  using GetWebhookEndpointHealthResponse = ::doorward::v1::GetWebhookEndpointHealthResponse;
  using RotateWebhookSecretRequest = ::doorward::v1::RotateWebhookSecretRequest;
  using RotateWebhookSecretResponse = ::doorward::v1::RotateWebhookSecretResponse;
  using ListWebhookSecretsRequest = ::doorward::v1::ListWebhookSecretsRequest;
  using ListWebhookSecretsResponse = ::doorward::v1::ListWebhookSecretsResponse;
  using RevokeWebhookSecretRequest = ::doorward::v1::RevokeWebhookSecretRequest;
  using ListEventTypesRequest = ::doorward::v1::ListEventTypesRequest;
  using ListEventTypesResponse = ::doorward::v1::ListEventTypesResponse;

  // Both must outlive this.
  WebhookEndpointService(WebhookEndpoints& endpoints, WebhookSecrets& secrets)
      : endpoints_(endpoints), secrets_(secrets) {}

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
  task<Result<EnableWebhookEndpointResponse>> enable_webhook_endpoint(
      const rpc::CallContext& call, const EnableWebhookEndpointRequest& request) override;
  task<Result<DisableWebhookEndpointResponse>> disable_webhook_endpoint(
      const rpc::CallContext& call, const DisableWebhookEndpointRequest& request) override;
  task<Result<GetWebhookEndpointHealthResponse>> get_webhook_endpoint_health(
      const rpc::CallContext& call, const GetWebhookEndpointHealthRequest& request) override;
  task<Result<RotateWebhookSecretResponse>> rotate_webhook_secret(const rpc::CallContext& call,
                                                                  const RotateWebhookSecretRequest& request) override;
  task<Result<ListWebhookSecretsResponse>> list_webhook_secrets(const rpc::CallContext& call,
                                                                const ListWebhookSecretsRequest& request) override;
  task<Result<google::protobuf::Empty>> revoke_webhook_secret(const rpc::CallContext& call,
                                                              const RevokeWebhookSecretRequest& request) override;
  task<Result<ListEventTypesResponse>> list_event_types(const rpc::CallContext& call,
                                                        const ListEventTypesRequest& request) override;

 private:
  WebhookEndpoints& endpoints_;
  WebhookSecrets& secrets_;
};

}  // namespace doorward::api
