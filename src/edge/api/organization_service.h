// scalekit.v1.organizations.OrganizationService: convert, call, convert.
#pragma once

#include "app/organizations/organization_settings.h"
#include "app/organizations/organizations.h"
#include "scalekit/v1/organizations/organizations.doorward.h"

namespace doorward::api {

class OrganizationService : public ::scalekit::v1::organizations::OrganizationServiceInterface {
 public:
  using CreateOrganizationRequest = ::scalekit::v1::organizations::CreateOrganizationRequest;
  using CreateOrganizationResponse = ::scalekit::v1::organizations::CreateOrganizationResponse;
  using GetOrganizationRequest = ::scalekit::v1::organizations::GetOrganizationRequest;
  using GetOrganizationResponse = ::scalekit::v1::organizations::GetOrganizationResponse;
  using ListOrganizationsRequest = ::scalekit::v1::organizations::ListOrganizationsRequest;
  using ListOrganizationsResponse = ::scalekit::v1::organizations::ListOrganizationsResponse;
  using UpdateOrganizationRequest = ::scalekit::v1::organizations::UpdateOrganizationRequest;
  using UpdateOrganizationResponse = ::scalekit::v1::organizations::UpdateOrganizationResponse;
  using DeleteOrganizationRequest = ::scalekit::v1::organizations::DeleteOrganizationRequest;
  using SearchOrganizationsRequest = ::scalekit::v1::organizations::SearchOrganizationsRequest;
  using SearchOrganizationsResponse = ::scalekit::v1::organizations::SearchOrganizationsResponse;
  using UpdateOrganizationSettingsRequest = ::scalekit::v1::organizations::UpdateOrganizationSettingsRequest;
  using UpdateOrganizationSessionPolicyRequest = ::scalekit::v1::organizations::UpdateOrganizationSessionPolicyRequest;
  using UpdateOrganizationSessionPolicyResponse =
      ::scalekit::v1::organizations::UpdateOrganizationSessionPolicyResponse;
  using GetOrganizationSessionPolicyRequest = ::scalekit::v1::organizations::GetOrganizationSessionPolicyRequest;
  using GetOrganizationSessionPolicyResponse = ::scalekit::v1::organizations::GetOrganizationSessionPolicyResponse;
  using UpsertUserManagementSettingsRequest = ::scalekit::v1::organizations::UpsertUserManagementSettingsRequest;
  using UpsertUserManagementSettingsResponse = ::scalekit::v1::organizations::UpsertUserManagementSettingsResponse;
  using GetOrganizationUserManagementSettingsRequest =
      ::scalekit::v1::organizations::GetOrganizationUserManagementSettingsRequest;
  using GetOrganizationUserManagementSettingsResponse =
      ::scalekit::v1::organizations::GetOrganizationUserManagementSettingsResponse;
  using GetApplicationSessionPolicyRequest = ::scalekit::v1::organizations::GetApplicationSessionPolicyRequest;
  using GetApplicationSessionPolicyResponse = ::scalekit::v1::organizations::GetApplicationSessionPolicyResponse;

  // Both must outlive this.
  OrganizationService(Organizations& organizations, OrganizationSettings& settings)
      : organizations_(organizations), settings_(settings) {}

  task<Result<CreateOrganizationResponse>> create_organization(const rpc::CallContext& call,
                                                               const CreateOrganizationRequest& request) override;
  task<Result<GetOrganizationResponse>> get_organization(const rpc::CallContext& call,
                                                         const GetOrganizationRequest& request) override;
  // The path names the external id; an id given besides is refused with the request.
  task<Result<GetOrganizationResponse>> get_organization_by_external_id(const rpc::CallContext& call,
                                                                        const GetOrganizationRequest& request) override;
  task<Result<ListOrganizationsResponse>> list_organization(const rpc::CallContext& call,
                                                            const ListOrganizationsRequest& request) override;
  task<Result<UpdateOrganizationResponse>> update_organization(const rpc::CallContext& call,
                                                               const UpdateOrganizationRequest& request) override;
  task<Result<google::protobuf::Empty>> delete_organization(const rpc::CallContext& call,
                                                            const DeleteOrganizationRequest& request) override;
  task<Result<SearchOrganizationsResponse>> search_organization(const rpc::CallContext& call,
                                                                const SearchOrganizationsRequest& request) override;
  task<Result<GetOrganizationResponse>> update_organization_settings(
      const rpc::CallContext& call, const UpdateOrganizationSettingsRequest& request) override;
  task<Result<UpdateOrganizationSessionPolicyResponse>> update_organization_session_policy(
      const rpc::CallContext& call, const UpdateOrganizationSessionPolicyRequest& request) override;
  task<Result<GetOrganizationSessionPolicyResponse>> get_organization_session_policy(
      const rpc::CallContext& call, const GetOrganizationSessionPolicyRequest& request) override;
  task<Result<UpsertUserManagementSettingsResponse>> upsert_user_management_settings(
      const rpc::CallContext& call, const UpsertUserManagementSettingsRequest& request) override;
  task<Result<GetOrganizationUserManagementSettingsResponse>> get_organization_user_management_setting(
      const rpc::CallContext& call, const GetOrganizationUserManagementSettingsRequest& request) override;
  task<Result<GetApplicationSessionPolicyResponse>> get_application_session_policy(
      const rpc::CallContext& call, const GetApplicationSessionPolicyRequest& request) override;

 private:
  Organizations& organizations_;
  OrganizationSettings& settings_;
};

}  // namespace doorward::api
