#include "edge/api/organization_service.h"

#include <google/protobuf/empty.pb.h>

#include <utility>

#include "edge/api/organization_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {

task<Result<OrganizationService::CreateOrganizationResponse>> OrganizationService::create_organization(
    const rpc::CallContext& call, const CreateOrganizationRequest& request) {
  DOORWARD_CO_TRY(auto input, from_proto(request.organization()));
  DOORWARD_CO_TRY(const auto organization, co_await organizations_.create(call.caller, std::move(input)));
  CreateOrganizationResponse response;
  to_proto(organization, *response.mutable_organization());
  co_return response;
}

task<Result<OrganizationService::GetOrganizationResponse>> OrganizationService::get_organization(
    const rpc::CallContext& call, const GetOrganizationRequest& request) {
  DOORWARD_CO_TRY(auto key, organization_key(request));
  DOORWARD_CO_TRY(const auto organization, co_await organizations_.get(call.caller, std::move(key)));
  GetOrganizationResponse response;
  to_proto(organization, *response.mutable_organization());
  co_return response;
}

task<Result<OrganizationService::GetOrganizationResponse>> OrganizationService::get_organization_by_external_id(
    const rpc::CallContext& call, const GetOrganizationRequest& request) {
  if (!request.has_external_id()) {
    co_return failure(invalid_field("external_id", "is required", "required"));
  }
  co_return co_await get_organization(call, request);
}

task<Result<OrganizationService::ListOrganizationsResponse>> OrganizationService::list_organization(
    const rpc::CallContext& call, const ListOrganizationsRequest& request) {
  DOORWARD_CO_TRY(const auto list, co_await organizations_.list(call.caller, from_proto(request)));
  co_return to_proto(list);
}

task<Result<OrganizationService::UpdateOrganizationResponse>> OrganizationService::update_organization(
    const rpc::CallContext& call, const UpdateOrganizationRequest& request) {
  DOORWARD_CO_TRY(auto key, organization_key(request));
  DOORWARD_CO_TRY(auto patch, from_proto(request));
  DOORWARD_CO_TRY(const auto organization,
                  co_await organizations_.update(call.caller, std::move(key), std::move(patch)));
  UpdateOrganizationResponse response;
  to_proto(organization, *response.mutable_organization());
  co_return response;
}

task<Result<google::protobuf::Empty>> OrganizationService::delete_organization(
    const rpc::CallContext& call, const DeleteOrganizationRequest& request) {
  DOORWARD_CO_TRY(auto key, organization_key(request));
  DOORWARD_CO_CHECK(co_await organizations_.remove(call.caller, std::move(key)));
  co_return google::protobuf::Empty();
}

}  // namespace doorward::api
