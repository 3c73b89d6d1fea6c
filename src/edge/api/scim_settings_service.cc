#include "edge/api/scim_settings_service.h"

#include <algorithm>
#include <string>
#include <utility>

#include "doorward/v1/scim_settings.pb.h"
#include "edge/api/conversion.h"
#include "protocol/scim/switches.h"
#include "rpc/call_context.h"

namespace doorward::api {
namespace {

void to_proto(const ScimBehaviourView& view, ::doorward::v1::ScimSettings& out) {
  out.set_pinned_profile(view.settings.pinned_profile);
  out.set_profile(std::string(scim::profile_name(view.choice.profile)));
  out.set_profile_source(std::string(scim::profile_source_name(view.choice.source)));
  if (view.settings.recognition) {
    out.mutable_recognition()->set_profile(view.settings.recognition->profile);
    out.mutable_recognition()->set_recognised_by(view.settings.recognition->by);
    api::to_proto(view.settings.recognition->at, *out.mutable_recognition()->mutable_recognise_time());
  }
  const scim::Behaviour behaviour = scim::behaviour_with(view.choice.profile, view.settings.overrides);
  for (const scim::Switch* one : scim::switches()) {
    const bool overridden = std::ranges::any_of(
        view.settings.overrides, [&](const ScimSettings::Override& override) { return override.name == one->name(); });
    auto* shown = out.add_switches();
    shown->set_name(std::string(one->name()));
    shown->set_value(std::string(one->get(behaviour)));
    shown->set_source(overridden ? "override" : "profile");
    for (const std::string_view value : one->values()) shown->add_values(std::string(value));
  }
}

ScimBehaviourPatch from_proto(const ::doorward::v1::UpdateScimSettings& settings) {
  ScimBehaviourPatch patch;
  if (settings.has_pinned_profile()) patch.pinned_profile = settings.pinned_profile();
  for (const auto& override : settings.overrides()) patch.overrides.push_back({override.name(), override.value()});
  patch.forget_recognition = settings.forget_recognition();
  return patch;
}

}  // namespace

task<Result<ScimSettingsService::GetScimSettingsResponse>> ScimSettingsService::get_scim_settings(
    const rpc::CallContext& call, const GetScimSettingsRequest& request) {
  DOORWARD_CO_TRY(const auto view, co_await behaviours_.get(call.caller, OrganizationId(request.organization_id()),
                                                            DirectoryId(request.directory_id())));
  GetScimSettingsResponse response;
  to_proto(view, *response.mutable_settings());
  co_return response;
}

task<Result<ScimSettingsService::UpdateScimSettingsResponse>> ScimSettingsService::update_scim_settings(
    const rpc::CallContext& call, const UpdateScimSettingsRequest& request) {
  DOORWARD_CO_TRY(const auto view,
                  co_await behaviours_.update(call.caller, OrganizationId(request.organization_id()),
                                              DirectoryId(request.directory_id()), from_proto(request.settings())));
  UpdateScimSettingsResponse response;
  to_proto(view, *response.mutable_settings());
  co_return response;
}

}  // namespace doorward::api
