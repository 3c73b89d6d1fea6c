// scalekit.v1.clients.ClientService: convert, call, convert.
#pragma once

#include "app/clients/client_secrets.h"
#include "app/clients/clients.h"
#include "scalekit/v1/clients/clients.doorward.h"

namespace doorward::api {

class ClientService : public ::scalekit::v1::clients::ClientServiceInterface {
 public:
  using ListClientsRequest = ::scalekit::v1::clients::ListClientsRequest;
  using ListClientsResponse = ::scalekit::v1::clients::ListClientsResponse;
  using CreateClientRequest = ::scalekit::v1::clients::CreateClientRequest;
  using CreateClientResponse = ::scalekit::v1::clients::CreateClientResponse;
  using GetClientRequest = ::scalekit::v1::clients::GetClientRequest;
  using GetClientResponse = ::scalekit::v1::clients::GetClientResponse;
  using UpdateClientRequest = ::scalekit::v1::clients::UpdateClientRequest;
  using UpdateClientResponse = ::scalekit::v1::clients::UpdateClientResponse;
  using DeleteClientRequest = ::scalekit::v1::clients::DeleteClientRequest;
  using CreateClientSecretRequest = ::scalekit::v1::clients::CreateClientSecretRequest;
  using CreateClientSecretResponse = ::scalekit::v1::clients::CreateClientSecretResponse;
  using UpdateClientSecretRequest = ::scalekit::v1::clients::UpdateClientSecretRequest;
  using UpdateClientSecretResponse = ::scalekit::v1::clients::UpdateClientSecretResponse;
  using DeleteClientSecretRequest = ::scalekit::v1::clients::DeleteClientSecretRequest;

  // Both must outlive this.
  ClientService(Clients& clients, ClientSecrets& secrets) : clients_(clients), secrets_(secrets) {}

  task<Result<ListClientsResponse>> list_client(const rpc::CallContext& call,
                                                const ListClientsRequest& request) override;
  task<Result<CreateClientResponse>> create_client(const rpc::CallContext& call,
                                                   const CreateClientRequest& request) override;
  task<Result<GetClientResponse>> get_client(const rpc::CallContext& call, const GetClientRequest& request) override;
  task<Result<UpdateClientResponse>> update_client(const rpc::CallContext& call,
                                                   const UpdateClientRequest& request) override;
  task<Result<google::protobuf::Empty>> delete_client(const rpc::CallContext& call,
                                                      const DeleteClientRequest& request) override;
  task<Result<CreateClientSecretResponse>> create_client_secret(const rpc::CallContext& call,
                                                                const CreateClientSecretRequest& request) override;
  task<Result<UpdateClientSecretResponse>> update_client_secret(const rpc::CallContext& call,
                                                                const UpdateClientSecretRequest& request) override;
  task<Result<google::protobuf::Empty>> delete_client_secret(const rpc::CallContext& call,
                                                             const DeleteClientSecretRequest& request) override;

 private:
  Clients& clients_;
  ClientSecrets& secrets_;
};

}  // namespace doorward::api
