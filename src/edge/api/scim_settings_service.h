// doorward.v1.ScimSettingsService: convert, call, convert.
#pragma once

#include "app/directories/scim_behaviour.h"
#include "doorward/v1/scim_settings.doorward.h"

namespace doorward::api {

class ScimSettingsService : public ::doorward::v1::ScimSettingsServiceInterface {
 public:
  using GetScimSettingsRequest = ::doorward::v1::GetScimSettingsRequest;
  using GetScimSettingsResponse = ::doorward::v1::GetScimSettingsResponse;
  using UpdateScimSettingsRequest = ::doorward::v1::UpdateScimSettingsRequest;
  using UpdateScimSettingsResponse = ::doorward::v1::UpdateScimSettingsResponse;

  // `behaviours` must outlive this.
  explicit ScimSettingsService(ScimBehaviours& behaviours) : behaviours_(behaviours) {}

  task<Result<GetScimSettingsResponse>> get_scim_settings(const rpc::CallContext& call,
                                                          const GetScimSettingsRequest& request) override;
  task<Result<UpdateScimSettingsResponse>> update_scim_settings(const rpc::CallContext& call,
                                                                const UpdateScimSettingsRequest& request) override;

 private:
  ScimBehaviours& behaviours_;
};

}  // namespace doorward::api
