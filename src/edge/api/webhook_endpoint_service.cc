#include "edge/api/webhook_endpoint_service.h"

#include <google/protobuf/empty.pb.h>

#include <utility>

#include "edge/api/webhook_endpoint_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {

task<Result<WebhookEndpointService::CreateWebhookEndpointResponse>> WebhookEndpointService::create_webhook_endpoint(
    const rpc::CallContext& call, const CreateWebhookEndpointRequest& request) {
  DOORWARD_CO_TRY(const auto made, co_await endpoints_.create(call.caller, from_proto(request.endpoint())));
  CreateWebhookEndpointResponse response;
  to_proto(made.endpoint, *response.mutable_endpoint());
  response.set_secret(made.secret.reveal());
  co_return response;
}

task<Result<WebhookEndpointService::GetWebhookEndpointResponse>> WebhookEndpointService::get_webhook_endpoint(
    const rpc::CallContext& call, const GetWebhookEndpointRequest& request) {
  DOORWARD_CO_TRY(const auto endpoint, co_await endpoints_.get(call.caller, WebhookEndpointId(request.id())));
  GetWebhookEndpointResponse response;
  to_proto(endpoint, *response.mutable_endpoint());
  co_return response;
}

task<Result<WebhookEndpointService::ListWebhookEndpointsResponse>> WebhookEndpointService::list_webhook_endpoints(
    const rpc::CallContext& call, const ListWebhookEndpointsRequest& request) {
  DOORWARD_CO_TRY(const auto list, co_await endpoints_.list(call.caller, request.page_size(), request.page_token()));
  co_return to_proto(list);
}

task<Result<WebhookEndpointService::UpdateWebhookEndpointResponse>> WebhookEndpointService::update_webhook_endpoint(
    const rpc::CallContext& call, const UpdateWebhookEndpointRequest& request) {
  DOORWARD_CO_TRY(auto patch, from_proto(request));
  DOORWARD_CO_TRY(const auto endpoint,
                  co_await endpoints_.update(call.caller, WebhookEndpointId(request.id()), std::move(patch)));
  UpdateWebhookEndpointResponse response;
  to_proto(endpoint, *response.mutable_endpoint());
  co_return response;
}

task<Result<google::protobuf::Empty>> WebhookEndpointService::delete_webhook_endpoint(
    const rpc::CallContext& call, const DeleteWebhookEndpointRequest& request) {
  DOORWARD_CO_CHECK(co_await endpoints_.remove(call.caller, WebhookEndpointId(request.id())));
  co_return google::protobuf::Empty();
}

task<Result<WebhookEndpointService::EnableWebhookEndpointResponse>> WebhookEndpointService::enable_webhook_endpoint(
    const rpc::CallContext& call, const EnableWebhookEndpointRequest& request) {
  DOORWARD_CO_TRY(const auto endpoint,
                  co_await endpoints_.set_enabled(call.caller, WebhookEndpointId(request.id()), true));
  EnableWebhookEndpointResponse response;
  to_proto(endpoint, *response.mutable_endpoint());
  co_return response;
}

task<Result<WebhookEndpointService::DisableWebhookEndpointResponse>> WebhookEndpointService::disable_webhook_endpoint(
    const rpc::CallContext& call, const DisableWebhookEndpointRequest& request) {
  DOORWARD_CO_TRY(const auto endpoint,
                  co_await endpoints_.set_enabled(call.caller, WebhookEndpointId(request.id()), false));
  DisableWebhookEndpointResponse response;
  to_proto(endpoint, *response.mutable_endpoint());
  co_return response;
}

task<Result<WebhookEndpointService::GetWebhookEndpointHealthResponse>>
WebhookEndpointService::get_webhook_endpoint_health(const rpc::CallContext& call,
                                                    const GetWebhookEndpointHealthRequest& request) {
  DOORWARD_CO_TRY(const auto health, co_await endpoints_.health(call.caller, WebhookEndpointId(request.id())));
  co_return to_proto(health);
}

task<Result<WebhookEndpointService::RotateWebhookSecretResponse>> WebhookEndpointService::rotate_webhook_secret(
    const rpc::CallContext& call, const RotateWebhookSecretRequest& request) {
  DOORWARD_CO_TRY(auto rotation, from_proto(request));
  DOORWARD_CO_TRY(const auto made,
                  co_await secrets_.rotate(call.caller, WebhookEndpointId(request.endpoint_id()), std::move(rotation)));
  RotateWebhookSecretResponse response;
  to_proto(made.info, *response.mutable_webhook_secret());
  response.set_secret(made.value.reveal());
  co_return response;
}

task<Result<WebhookEndpointService::ListWebhookSecretsResponse>> WebhookEndpointService::list_webhook_secrets(
    const rpc::CallContext& call, const ListWebhookSecretsRequest& request) {
  DOORWARD_CO_TRY(const auto secrets, co_await secrets_.list(call.caller, WebhookEndpointId(request.endpoint_id())));
  ListWebhookSecretsResponse response;
  for (const WebhookSecretInfo& secret : secrets) to_proto(secret, *response.add_webhook_secrets());
  co_return response;
}

task<Result<google::protobuf::Empty>> WebhookEndpointService::revoke_webhook_secret(
    const rpc::CallContext& call, const RevokeWebhookSecretRequest& request) {
  DOORWARD_CO_CHECK(
      co_await secrets_.revoke(call.caller, WebhookEndpointId(request.endpoint_id()), WebhookSecretId(request.id())));
  co_return google::protobuf::Empty();
}

task<Result<WebhookEndpointService::ListEventTypesResponse>> WebhookEndpointService::list_event_types(
    const rpc::CallContext& call, const ListEventTypesRequest&) {
  co_return event_types_response(call.caller.environment_id);
}

}  // namespace doorward::api
