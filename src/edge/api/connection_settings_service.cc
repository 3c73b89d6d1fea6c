#include "edge/api/connection_settings_service.h"

#include <utility>

#include "edge/api/connection_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {

task<Result<ConnectionSettingsService::GetConnectionSettingsResponse>>
ConnectionSettingsService::get_connection_settings(const rpc::CallContext& call,
                                                   const GetConnectionSettingsRequest& request) {
  DOORWARD_CO_TRY(const auto view, co_await connections_.get(call.caller, OrganizationId(request.organization_id()),
                                                             ConnectionId(request.connection_id())));
  GetConnectionSettingsResponse response;
  to_proto(view, base_url_, *response.mutable_settings());
  co_return response;
}

task<Result<ConnectionSettingsService::UpdateConnectionSettingsResponse>>
ConnectionSettingsService::update_connection_settings(const rpc::CallContext& call,
                                                      const UpdateConnectionSettingsRequest& request) {
  DOORWARD_CO_TRY(auto patch, from_proto(request.settings()));
  DOORWARD_CO_TRY(const auto view,
                  co_await connections_.update(call.caller, OrganizationId(request.organization_id()),
                                               ConnectionId(request.connection_id()), std::move(patch)));
  UpdateConnectionSettingsResponse response;
  to_proto(view, base_url_, *response.mutable_settings());
  co_return response;
}

}  // namespace doorward::api
