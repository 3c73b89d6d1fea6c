#include "edge/api/directory_secret_service.h"

#include <google/protobuf/empty.pb.h>

#include "edge/api/directory_secret_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {

task<Result<DirectorySecretService::ListDirectorySecretsResponse>> DirectorySecretService::list_directory_secrets(
    const rpc::CallContext& call, const ListDirectorySecretsRequest& request) {
  DOORWARD_CO_TRY(const auto secrets, co_await secrets_.list(call.caller, owner_of(request)));
  ListDirectorySecretsResponse response;
  const Timestamp now = clock_.now();
  for (const DirectorySecret& secret : secrets) to_proto(secret, now, *response.add_directory_secrets());
  co_return response;
}

task<Result<DirectorySecretService::AddDirectorySecretResponse>> DirectorySecretService::add_directory_secret(
    const rpc::CallContext& call, const AddDirectorySecretRequest& request) {
  DOORWARD_CO_TRY(const auto expire_time, expiry_of(request));
  DOORWARD_CO_TRY(const auto made, co_await secrets_.create(call.caller, owner_of(request), expire_time));
  AddDirectorySecretResponse response;
  set_new_secret(made, response);
  co_return response;
}

task<Result<DirectorySecretService::RotateDirectorySecretResponse>> DirectorySecretService::rotate_directory_secret(
    const rpc::CallContext& call, const RotateDirectorySecretRequest& request) {
  DOORWARD_CO_TRY(const auto rotation, rotation_of(request));
  DOORWARD_CO_TRY(const auto made, co_await secrets_.rotate(call.caller, owner_of(request), rotation));
  RotateDirectorySecretResponse response;
  set_new_secret(made, response);
  co_return response;
}

task<Result<google::protobuf::Empty>> DirectorySecretService::revoke_directory_secret(
    const rpc::CallContext& call, const RevokeDirectorySecretRequest& request) {
  DOORWARD_CO_CHECK(co_await secrets_.revoke(call.caller, owner_of(request), DirectorySecretId(request.id())));
  co_return google::protobuf::Empty();
}

}  // namespace doorward::api
