#include "edge/api/organization_service.h"

#include <google/protobuf/empty.pb.h>

#include <utility>

#include "edge/api/organization_conversion.h"
#include "edge/api/organization_settings_conversion.h"
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
  ListOrganizationsResponse response;
  to_proto(list, response);
  co_return response;
}

task<Result<OrganizationService::SearchOrganizationsResponse>> OrganizationService::search_organization(
    const rpc::CallContext& call, const SearchOrganizationsRequest& request) {
  DOORWARD_CO_TRY(const auto list, co_await organizations_.search(call.caller, from_proto(request)));
  SearchOrganizationsResponse response;
  to_proto(list, response);
  co_return response;
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

task<Result<OrganizationService::GetOrganizationResponse>> OrganizationService::update_organization_settings(
    const rpc::CallContext& call, const UpdateOrganizationSettingsRequest& request) {
  DOORWARD_CO_TRY(const auto organization, co_await settings_.set_features(call.caller, OrganizationId(request.id()),
                                                                           from_proto(request.settings())));
  GetOrganizationResponse response;
  to_proto(organization, *response.mutable_organization());
  co_return response;
}

task<Result<OrganizationService::UpdateOrganizationSessionPolicyResponse>>
OrganizationService::update_organization_session_policy(const rpc::CallContext& call,
                                                        const UpdateOrganizationSessionPolicyRequest& request) {
  DOORWARD_CO_TRY(const auto patch, from_proto(request));
  DOORWARD_CO_TRY(const auto policy, co_await settings_.change_session_policy(
                                         call.caller, OrganizationId(request.organization_id()), patch));
  UpdateOrganizationSessionPolicyResponse response;
  to_proto(policy, *response.mutable_policy());
  co_return response;
}

task<Result<OrganizationService::GetOrganizationSessionPolicyResponse>>
OrganizationService::get_organization_session_policy(const rpc::CallContext& call,
                                                     const GetOrganizationSessionPolicyRequest& request) {
  DOORWARD_CO_TRY(const auto policy,
                  co_await settings_.session_policy(call.caller, OrganizationId(request.organization_id())));
  GetOrganizationSessionPolicyResponse response;
  to_proto(policy, *response.mutable_policy());
  co_return response;
}

task<Result<OrganizationService::UpsertUserManagementSettingsResponse>>
OrganizationService::upsert_user_management_settings(const rpc::CallContext& call,
                                                     const UpsertUserManagementSettingsRequest& request) {
  DOORWARD_CO_TRY(const auto cap,
                  co_await settings_.set_max_allowed_users(call.caller, OrganizationId(request.organization_id()),
                                                           from_proto(request.settings())));
  UpsertUserManagementSettingsResponse response;
  to_proto(cap, *response.mutable_settings());
  co_return response;
}

task<Result<OrganizationService::GetOrganizationUserManagementSettingsResponse>>
OrganizationService::get_organization_user_management_setting(
    const rpc::CallContext& call, const GetOrganizationUserManagementSettingsRequest& request) {
  DOORWARD_CO_TRY(const auto cap,
                  co_await settings_.max_allowed_users(call.caller, OrganizationId(request.organization_id())));
  GetOrganizationUserManagementSettingsResponse response;
  to_proto(cap, *response.mutable_settings());
  co_return response;
}

task<Result<OrganizationService::GetApplicationSessionPolicyResponse>>
OrganizationService::get_application_session_policy(const rpc::CallContext& call,
                                                    const GetApplicationSessionPolicyRequest& request) {
  DOORWARD_CO_TRY(const auto policy, co_await settings_.application_session_policy(
                                         call.caller, OrganizationId(request.organization_id())));
  GetApplicationSessionPolicyResponse response;
  to_proto(policy, *response.mutable_application_policy());
  co_return response;
}

}  // namespace doorward::api
