// doorward.v1.ConnectionSettingsService: convert, call, convert.
#pragma once

#include <string>
#include <utility>

#include "app/connections/connections.h"
#include "doorward/v1/connection_settings.doorward.h"

namespace doorward::api {

class ConnectionSettingsService : public ::doorward::v1::ConnectionSettingsServiceInterface {
 public:
  using GetConnectionSettingsRequest = ::doorward::v1::GetConnectionSettingsRequest;
  using GetConnectionSettingsResponse = ::doorward::v1::GetConnectionSettingsResponse;
  using UpdateConnectionSettingsRequest = ::doorward::v1::UpdateConnectionSettingsRequest;
  using UpdateConnectionSettingsResponse = ::doorward::v1::UpdateConnectionSettingsResponse;

  // `connections` must outlive this. `base_url` is where browsers reach this server, without '/' at its end.
  ConnectionSettingsService(Connections& connections, std::string base_url)
      : connections_(connections), base_url_(std::move(base_url)) {}

  task<Result<GetConnectionSettingsResponse>> get_connection_settings(
      const rpc::CallContext& call, const GetConnectionSettingsRequest& request) override;
  task<Result<UpdateConnectionSettingsResponse>> update_connection_settings(
      const rpc::CallContext& call, const UpdateConnectionSettingsRequest& request) override;

 private:
  Connections& connections_;
  std::string base_url_;
};

}  // namespace doorward::api
