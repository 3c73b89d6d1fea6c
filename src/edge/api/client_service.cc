#include "edge/api/client_service.h"

#include <google/protobuf/empty.pb.h>

#include <utility>

#include "edge/api/client_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {

task<Result<ClientService::ListClientsResponse>> ClientService::list_client(const rpc::CallContext& call,
                                                                            const ListClientsRequest& request) {
  DOORWARD_CO_TRY(auto query, from_proto(request));
  DOORWARD_CO_TRY(const auto list, co_await clients_.list(call.caller, std::move(query)));
  co_return to_proto(list);
}

task<Result<ClientService::CreateClientResponse>> ClientService::create_client(const rpc::CallContext& call,
                                                                               const CreateClientRequest& request) {
  DOORWARD_CO_TRY(auto input, from_proto(request.client()));
  DOORWARD_CO_TRY(const auto client, co_await clients_.create(call.caller, input.type, std::move(input.settings)));
  CreateClientResponse response;
  to_proto(client, *response.mutable_client());
  co_return response;
}

task<Result<ClientService::GetClientResponse>> ClientService::get_client(const rpc::CallContext& call,
                                                                         const GetClientRequest& request) {
  DOORWARD_CO_TRY(const auto client, co_await clients_.get(call.caller, ApiClientId(request.client_id())));
  GetClientResponse response;
  to_proto(client, *response.mutable_client());
  co_return response;
}

task<Result<ClientService::UpdateClientResponse>> ClientService::update_client(const rpc::CallContext& call,
                                                                               const UpdateClientRequest& request) {
  DOORWARD_CO_TRY(auto patch, from_proto(request));
  DOORWARD_CO_TRY(const auto client,
                  co_await clients_.update(call.caller, ApiClientId(request.client_id()), std::move(patch)));
  UpdateClientResponse response;
  to_proto(client, *response.mutable_client());
  co_return response;
}

task<Result<google::protobuf::Empty>> ClientService::delete_client(const rpc::CallContext& call,
                                                                   const DeleteClientRequest& request) {
  DOORWARD_CO_CHECK(co_await clients_.remove(call.caller, ApiClientId(request.client_id())));
  co_return google::protobuf::Empty();
}

task<Result<ClientService::CreateClientSecretResponse>> ClientService::create_client_secret(
    const rpc::CallContext& call, const CreateClientSecretRequest& request) {
  DOORWARD_CO_TRY(const auto made, co_await secrets_.create(call.caller, ApiClientId(request.client_id())));
  CreateClientSecretResponse response;
  response.set_plain_secret(made.plain.reveal());
  to_proto(made.secret, *response.mutable_secret());
  co_return response;
}

task<Result<ClientService::UpdateClientSecretResponse>> ClientService::update_client_secret(
    const rpc::CallContext& call, const UpdateClientSecretRequest& request) {
  DOORWARD_CO_TRY(const SecretStatus status, from_proto(request));
  DOORWARD_CO_TRY(const auto secret, co_await secrets_.set_status(call.caller, ApiClientId(request.client_id()),
                                                                  ClientSecretId(request.secret_id()), status));
  UpdateClientSecretResponse response;
  to_proto(secret, *response.mutable_secret());
  co_return response;
}

task<Result<google::protobuf::Empty>> ClientService::delete_client_secret(const rpc::CallContext& call,
                                                                          const DeleteClientSecretRequest& request) {
  DOORWARD_CO_CHECK(
      co_await secrets_.remove(call.caller, ApiClientId(request.client_id()), ClientSecretId(request.secret_id())));
  co_return google::protobuf::Empty();
}

}  // namespace doorward::api
