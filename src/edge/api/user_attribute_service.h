// scalekit.v1.user_attributes.UserAttributeService, the half of attributes that come by signing in: convert, call,
// convert.
#pragma once

#include "app/connections/user_attributes.h"
#include "scalekit/v1/user_attributes/user_attributes.doorward.h"

namespace doorward::api {

class UserAttributeService : public ::scalekit::v1::user_attributes::UserAttributeServiceInterface {
 public:
  using CreateUserAttributeRequest = ::scalekit::v1::user_attributes::CreateUserAttributeRequest;
  using CreateUserAttributeResponse = ::scalekit::v1::user_attributes::CreateUserAttributeResponse;
  using ListUserAttributesResponse = ::scalekit::v1::user_attributes::ListUserAttributesResponse;
  using UpdateUserAttributeRequest = ::scalekit::v1::user_attributes::UpdateUserAttributeRequest;
  using UpdateUserAttributeResponse = ::scalekit::v1::user_attributes::UpdateUserAttributeResponse;
  using DeleteUserAttributeRequest = ::scalekit::v1::user_attributes::DeleteUserAttributeRequest;

  // `attributes` must outlive this.
  explicit UserAttributeService(UserAttributes& attributes) : attributes_(attributes) {}

  task<Result<CreateUserAttributeResponse>> create_sso_user_attribute(
      const rpc::CallContext& call, const CreateUserAttributeRequest& request) override;
  task<Result<ListUserAttributesResponse>> list_sso_user_attributes(const rpc::CallContext& call,
                                                                    const google::protobuf::Empty& request) override;
  task<Result<UpdateUserAttributeResponse>> update_sso_user_attribute(
      const rpc::CallContext& call, const UpdateUserAttributeRequest& request) override;
  task<Result<google::protobuf::Empty>> delete_sso_user_attribute(const rpc::CallContext& call,
                                                                  const DeleteUserAttributeRequest& request) override;

 private:
  UserAttributes& attributes_;
};

}  // namespace doorward::api
