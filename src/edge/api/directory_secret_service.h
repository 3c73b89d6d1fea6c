// doorward.v1.DirectorySecretService: convert, call, convert.
#pragma once

#include "app/directories/directory_secrets.h"
#include "doorward/v1/directory_secrets.doorward.h"

namespace doorward::api {

class DirectorySecretService : public ::doorward::v1::DirectorySecretServiceInterface {
 public:
  using ListDirectorySecretsRequest = ::doorward::v1::ListDirectorySecretsRequest;
  using ListDirectorySecretsResponse = ::doorward::v1::ListDirectorySecretsResponse;
  using AddDirectorySecretRequest = ::doorward::v1::AddDirectorySecretRequest;
  using AddDirectorySecretResponse = ::doorward::v1::AddDirectorySecretResponse;
  using RotateDirectorySecretRequest = ::doorward::v1::RotateDirectorySecretRequest;
  using RotateDirectorySecretResponse = ::doorward::v1::RotateDirectorySecretResponse;
  using RevokeDirectorySecretRequest = ::doorward::v1::RevokeDirectorySecretRequest;

  // Both must outlive this.
  DirectorySecretService(DirectorySecrets& secrets, Clock& clock) : secrets_(secrets), clock_(clock) {}

  task<Result<ListDirectorySecretsResponse>> list_directory_secrets(
      const rpc::CallContext& call, const ListDirectorySecretsRequest& request) override;
  task<Result<AddDirectorySecretResponse>> add_directory_secret(const rpc::CallContext& call,
                                                                const AddDirectorySecretRequest& request) override;
  task<Result<RotateDirectorySecretResponse>> rotate_directory_secret(
      const rpc::CallContext& call, const RotateDirectorySecretRequest& request) override;
  task<Result<google::protobuf::Empty>> revoke_directory_secret(const rpc::CallContext& call,
                                                                const RevokeDirectorySecretRequest& request) override;

 private:
  DirectorySecrets& secrets_;
  Clock& clock_;
};

}  // namespace doorward::api
