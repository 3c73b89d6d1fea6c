#include "edge/api/directory_oauth_client_service.h"

#include <fmt/format.h>
#include <google/protobuf/empty.pb.h>

#include "edge/api/directory_secret_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {
namespace {

template <class Request>
SecretOwner client_of(const Request& request) {
  SecretOwner owner = owner_of(request);
  owner.client = DirectoryOauthClientId(request.client_id());
  return owner;
}

}  // namespace

void DirectoryOauthClientService::to_proto(const DirectoryOauthClient& client,
                                           ::doorward::v1::DirectoryOauthClient& out) const {
  out.set_id(client.id.str());
  out.set_name(client.name);
  out.mutable_token_life()->set_seconds(client.token_life.count());
  out.set_token_url(fmt::format("{}/directory/{}/oauth/token", base_url_, client.directory_id.str()));
  api::to_proto(client.create_time, *out.mutable_create_time());
}

task<Result<DirectoryOauthClientService::CreateDirectoryOauthClientResponse>>
DirectoryOauthClientService::create_directory_oauth_client(const rpc::CallContext& call,
                                                           const CreateDirectoryOauthClientRequest& request) {
  NewDirectoryOauthClient input{.name = request.name()};
  if (request.has_token_life()) {
    DOORWARD_CO_TRY(input.token_life, from_proto(request.token_life(), "token_life"));
  }
  DOORWARD_CO_TRY(input.secret_expire_time, expiry_of(request));
  const SecretOwner owner = owner_of(request);
  DOORWARD_CO_TRY(const auto made,
                  co_await clients_.create(call.caller, owner.organization, owner.directory, std::move(input)));
  CreateDirectoryOauthClientResponse response;
  to_proto(made.client, *response.mutable_oauth_client());
  set_new_secret(made.secret, response);
  co_return response;
}

task<Result<DirectoryOauthClientService::ListDirectoryOauthClientsResponse>>
DirectoryOauthClientService::list_directory_oauth_clients(const rpc::CallContext& call,
                                                          const ListDirectoryOauthClientsRequest& request) {
  const SecretOwner owner = owner_of(request);
  DOORWARD_CO_TRY(const auto clients, co_await clients_.list(call.caller, owner.organization, owner.directory));
  ListDirectoryOauthClientsResponse response;
  for (const DirectoryOauthClient& client : clients) to_proto(client, *response.add_oauth_clients());
  co_return response;
}

task<Result<google::protobuf::Empty>> DirectoryOauthClientService::delete_directory_oauth_client(
    const rpc::CallContext& call, const DeleteDirectoryOauthClientRequest& request) {
  const SecretOwner owner = owner_of(request);
  DOORWARD_CO_CHECK(
      co_await clients_.remove(call.caller, owner.organization, owner.directory, DirectoryOauthClientId(request.id())));
  co_return google::protobuf::Empty();
}

task<Result<DirectoryOauthClientService::ListDirectoryOauthClientSecretsResponse>>
DirectoryOauthClientService::list_directory_oauth_client_secrets(
    const rpc::CallContext& call, const ListDirectoryOauthClientSecretsRequest& request) {
  DOORWARD_CO_TRY(const auto secrets, co_await secrets_.list(call.caller, client_of(request)));
  ListDirectoryOauthClientSecretsResponse response;
  const Timestamp now = clock_.now();
  for (const DirectorySecret& secret : secrets) api::to_proto(secret, now, *response.add_directory_secrets());
  co_return response;
}

task<Result<DirectoryOauthClientService::RotateDirectoryOauthClientSecretResponse>>
DirectoryOauthClientService::rotate_directory_oauth_client_secret(
    const rpc::CallContext& call, const RotateDirectoryOauthClientSecretRequest& request) {
  DOORWARD_CO_TRY(const auto rotation, rotation_of(request));
  DOORWARD_CO_TRY(const auto made, co_await secrets_.rotate(call.caller, client_of(request), rotation));
  RotateDirectoryOauthClientSecretResponse response;
  set_new_secret(made, response);
  co_return response;
}

task<Result<google::protobuf::Empty>> DirectoryOauthClientService::revoke_directory_oauth_client_secret(
    const rpc::CallContext& call, const RevokeDirectoryOauthClientSecretRequest& request) {
  DOORWARD_CO_CHECK(co_await secrets_.revoke(call.caller, client_of(request), DirectorySecretId(request.id())));
  co_return google::protobuf::Empty();
}

}  // namespace doorward::api
