// scalekit.v1.organizations.OrganizationService: convert, call, convert.
#pragma once

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

  // `organizations` must outlive this.
  explicit OrganizationService(Organizations& organizations) : organizations_(organizations) {}

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

 private:
  Organizations& organizations_;
};

}  // namespace doorward::api
