#include "edge/api/client_settings_service.h"

#include <utility>

#include "edge/api/client_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {

task<Result<ClientSettingsService::GetClientSettingsResponse>> ClientSettingsService::get_client_settings(
    const rpc::CallContext& call, const GetClientSettingsRequest& request) {
  DOORWARD_CO_TRY(const auto state, co_await clients_.get(call.caller, ApiClientId(request.client_id())));
  GetClientSettingsResponse response;
  to_proto(state.client, *response.mutable_settings());
  co_return response;
}

task<Result<ClientSettingsService::UpdateClientSettingsResponse>> ClientSettingsService::update_client_settings(
    const rpc::CallContext& call, const UpdateClientSettingsRequest& request) {
  DOORWARD_CO_TRY(auto patch, from_proto(request));
  DOORWARD_CO_TRY(const auto state,
                  co_await clients_.update(call.caller, ApiClientId(request.client_id()), std::move(patch)));
  UpdateClientSettingsResponse response;
  to_proto(state.client, *response.mutable_settings());
  co_return response;
}

task<Result<ClientSettingsService::RotateClientSecretResponse>> ClientSettingsService::rotate_client_secret(
    const rpc::CallContext& call, const RotateClientSecretRequest& request) {
  DOORWARD_CO_TRY(const auto rotation, from_proto(request));
  DOORWARD_CO_TRY(const auto made, co_await secrets_.rotate(call.caller, ApiClientId(request.client_id()), rotation));
  RotateClientSecretResponse response;
  response.set_secret_id(made.secret.id.str());
  response.set_secret(made.plain.reveal());
  co_return response;
}

}  // namespace doorward::api
