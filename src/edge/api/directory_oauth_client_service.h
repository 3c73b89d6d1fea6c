// doorward.v1.DirectoryOauthClientService: convert, call, convert.
#pragma once

#include <string>
#include <utility>

#include "app/directories/directory_oauth_clients.h"
#include "app/directories/directory_secrets.h"
#include "doorward/v1/directory_oauth_clients.doorward.h"
#include "doorward/v1/directory_oauth_clients.pb.h"

namespace doorward::api {

class DirectoryOauthClientService : public ::doorward::v1::DirectoryOauthClientServiceInterface {
 public:
  using CreateDirectoryOauthClientRequest = ::doorward::v1::CreateDirectoryOauthClientRequest;
  using CreateDirectoryOauthClientResponse = ::doorward::v1::CreateDirectoryOauthClientResponse;
  using ListDirectoryOauthClientsRequest = ::doorward::v1::ListDirectoryOauthClientsRequest;
  using ListDirectoryOauthClientsResponse = ::doorward::v1::ListDirectoryOauthClientsResponse;
  using DeleteDirectoryOauthClientRequest = ::doorward::v1::DeleteDirectoryOauthClientRequest;
  using ListDirectoryOauthClientSecretsRequest = ::doorward::v1::ListDirectoryOauthClientSecretsRequest;
  using ListDirectoryOauthClientSecretsResponse = ::doorward::v1::ListDirectoryOauthClientSecretsResponse;
  using RotateDirectoryOauthClientSecretRequest = ::doorward::v1::RotateDirectoryOauthClientSecretRequest;
  using RotateDirectoryOauthClientSecretResponse = ::doorward::v1::RotateDirectoryOauthClientSecretResponse;
  using RevokeDirectoryOauthClientSecretRequest = ::doorward::v1::RevokeDirectoryOauthClientSecretRequest;

  // All must outlive this. `base_url` is where identity providers reach this server, without '/' at its end.
  DirectoryOauthClientService(DirectoryOauthClients& clients, DirectorySecrets& secrets, Clock& clock,
                              std::string base_url)
      : clients_(clients), secrets_(secrets), clock_(clock), base_url_(std::move(base_url)) {}

  task<Result<CreateDirectoryOauthClientResponse>> create_directory_oauth_client(
      const rpc::CallContext& call, const CreateDirectoryOauthClientRequest& request) override;
  task<Result<ListDirectoryOauthClientsResponse>> list_directory_oauth_clients(
      const rpc::CallContext& call, const ListDirectoryOauthClientsRequest& request) override;
  task<Result<google::protobuf::Empty>> delete_directory_oauth_client(
      const rpc::CallContext& call, const DeleteDirectoryOauthClientRequest& request) override;
  task<Result<ListDirectoryOauthClientSecretsResponse>> list_directory_oauth_client_secrets(
      const rpc::CallContext& call, const ListDirectoryOauthClientSecretsRequest& request) override;
  task<Result<RotateDirectoryOauthClientSecretResponse>> rotate_directory_oauth_client_secret(
      const rpc::CallContext& call, const RotateDirectoryOauthClientSecretRequest& request) override;
  task<Result<google::protobuf::Empty>> revoke_directory_oauth_client_secret(
      const rpc::CallContext& call, const RevokeDirectoryOauthClientSecretRequest& request) override;

 private:
  void to_proto(const DirectoryOauthClient& client, ::doorward::v1::DirectoryOauthClient& out) const;

  DirectoryOauthClients& clients_;
  DirectorySecrets& secrets_;
  Clock& clock_;
  std::string base_url_;
};

}  // namespace doorward::api
