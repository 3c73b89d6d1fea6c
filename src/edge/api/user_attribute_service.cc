#include "edge/api/user_attribute_service.h"

#include <google/protobuf/empty.pb.h>

#include <utility>

#include "rpc/call_context.h"
#include "scalekit/v1/user_attributes/user_attributes.pb.h"

namespace doorward::api {
namespace {

namespace attributes_v1 = ::scalekit::v1::user_attributes;

void to_proto(const SsoUserAttribute& attribute, attributes_v1::UserAttribute& out) {
  out.set_key(attribute.key);
  out.set_enabled(attribute.enabled);
  out.set_required(attribute.required);
  out.set_label(attribute.label);
  out.set_datatype(static_cast<attributes_v1::UserAttributeDatatype>(attribute.datatype));
  out.set_category(attributes_v1::CUSTOM);
  out.mutable_sso_addition_info()->set_default_saml_mapping(attribute.default_saml_mapping);
  out.mutable_sso_addition_info()->set_default_oidc_mapping(attribute.default_oidc_mapping);
}

Result<void> check_kind(const attributes_v1::UserAttribute& input) {
  if (!input.has_directory_user_additional_info()) return {};
  return failure(invalid_field("user_attribute.directory_user_additional_info",
                               "This attribute comes by signing in: give sso_addition_info.", "oneof"));
}

SsoUserAttribute from_proto(const attributes_v1::UserAttribute& input) {
  SsoUserAttribute out;
  out.key = input.key();
  out.label = input.label();
  out.datatype = static_cast<std::uint8_t>(input.datatype());
  out.enabled = input.enabled();
  out.required = input.required();
  out.default_saml_mapping = input.sso_addition_info().default_saml_mapping();
  out.default_oidc_mapping = input.sso_addition_info().default_oidc_mapping();
  return out;
}

UserAttributePatch patch_from_proto(const attributes_v1::UserAttribute& input) {
  UserAttributePatch out;
  out.label = input.label();
  out.datatype = static_cast<std::uint8_t>(input.datatype());
  out.enabled = input.enabled();
  out.required = input.required();
  if (input.has_sso_addition_info()) {
    out.default_saml_mapping = input.sso_addition_info().default_saml_mapping();
    out.default_oidc_mapping = input.sso_addition_info().default_oidc_mapping();
  }
  return out;
}

}  // namespace

task<Result<UserAttributeService::CreateUserAttributeResponse>> UserAttributeService::create_sso_user_attribute(
    const rpc::CallContext& call, const CreateUserAttributeRequest& request) {
  DOORWARD_CO_CHECK(check_kind(request.user_attribute()));
  DOORWARD_CO_TRY(const auto made, co_await attributes_.create(call.caller, from_proto(request.user_attribute())));
  CreateUserAttributeResponse response;
  to_proto(made, *response.mutable_user_attribute());
  co_return response;
}

task<Result<UserAttributeService::ListUserAttributesResponse>> UserAttributeService::list_sso_user_attributes(
    const rpc::CallContext& call, const google::protobuf::Empty&) {
  DOORWARD_CO_TRY(const auto all, co_await attributes_.list(call.caller));
  ListUserAttributesResponse response;
  for (const SsoUserAttribute& attribute : all) to_proto(attribute, *response.add_user_attributes());
  co_return response;
}

task<Result<UserAttributeService::UpdateUserAttributeResponse>> UserAttributeService::update_sso_user_attribute(
    const rpc::CallContext& call, const UpdateUserAttributeRequest& request) {
  DOORWARD_CO_CHECK(check_kind(request.user_attribute()));
  DOORWARD_CO_TRY(const auto changed,
                  co_await attributes_.update(call.caller, request.key(), patch_from_proto(request.user_attribute())));
  UpdateUserAttributeResponse response;
  to_proto(changed, *response.mutable_user_attribute());
  co_return response;
}

task<Result<google::protobuf::Empty>> UserAttributeService::delete_sso_user_attribute(
    const rpc::CallContext& call, const DeleteUserAttributeRequest& request) {
  DOORWARD_CO_CHECK(co_await attributes_.remove(call.caller, request.key()));
  co_return google::protobuf::Empty();
}

}  // namespace doorward::api
