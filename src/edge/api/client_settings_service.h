// doorward.v1.ClientSettingsService: convert, call, convert.
#pragma once

#include "app/clients/client_secrets.h"
#include "app/clients/clients.h"
#include "doorward/v1/client_settings.doorward.h"

namespace doorward::api {

class ClientSettingsService : public ::doorward::v1::ClientSettingsServiceInterface {
 public:
  using GetClientSettingsRequest = ::doorward::v1::GetClientSettingsRequest;
  using GetClientSettingsResponse = ::doorward::v1::GetClientSettingsResponse;
  using UpdateClientSettingsRequest = ::doorward::v1::UpdateClientSettingsRequest;
  using UpdateClientSettingsResponse = ::doorward::v1::UpdateClientSettingsResponse;
  using RotateClientSecretRequest = ::doorward::v1::RotateClientSecretRequest;
  using RotateClientSecretResponse = ::doorward::v1::RotateClientSecretResponse;

  // Both must outlive this.
  ClientSettingsService(Clients& clients, ClientSecrets& secrets) : clients_(clients), secrets_(secrets) {}

  task<Result<GetClientSettingsResponse>> get_client_settings(const rpc::CallContext& call,
                                                              const GetClientSettingsRequest& request) override;
  task<Result<UpdateClientSettingsResponse>> update_client_settings(
      const rpc::CallContext& call, const UpdateClientSettingsRequest& request) override;
  task<Result<RotateClientSecretResponse>> rotate_client_secret(const rpc::CallContext& call,
                                                                const RotateClientSecretRequest& request) override;

 private:
  Clients& clients_;
  ClientSecrets& secrets_;
};

}  // namespace doorward::api
