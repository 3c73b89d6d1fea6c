#include "edge/api/organization_settings_conversion.h"

#include <string>

namespace doorward::api {
namespace {

namespace commons_v1 = ::scalekit::v1::commons;

Result<Minutes> unit_of(commons_v1::TimeUnit unit, const std::string& field) {
  switch (unit) {
    case commons_v1::SESSION_TIME_UNIT_UNSPECIFIED:
    case commons_v1::MINUTES:
      return Minutes(1);
    case commons_v1::HOURS:
      return std::chrono::hours(1);
    case commons_v1::DAYS:
      return std::chrono::days(1);
    default:
      return failure(invalid_field(field, "must be MINUTES, HOURS or DAYS", "enum.defined_only"));
  }
}

Result<std::optional<SessionPolicySource>> source_of(organizations_v1::SessionPolicyType type) {
  switch (type) {
    case organizations_v1::SESSION_POLICY_TYPE_UNSPECIFIED:
      return std::nullopt;
    case organizations_v1::APPLICATION:
      return SessionPolicySource::kApplication;
    case organizations_v1::CUSTOM:
      return SessionPolicySource::kCustom;
    default:
      return failure(invalid_field("policy_source", "must be APPLICATION or CUSTOM", "enum.defined_only"));
  }
}

// No timeout is longer than a year: 32 bits of minutes hold all of them.
std::int32_t wire_minutes(Minutes time) { return static_cast<std::int32_t>(time.count()); }

}  // namespace

std::vector<OrganizationFeature> from_proto(const organizations_v1::OrganizationSettings& settings) {
  std::vector<OrganizationFeature> features;
  features.reserve(static_cast<std::size_t>(settings.features_size()));
  for (const auto& feature : settings.features()) {
    features.push_back({.name = feature.name(), .enabled = feature.enabled()});
  }
  return features;
}

Result<SessionPolicyPatch> from_proto(const organizations_v1::UpdateOrganizationSessionPolicyRequest& request) {
  SessionPolicyPatch patch;
  DOORWARD_TRY(patch.source, source_of(request.policy_source()));
  DOORWARD_TRY(const Minutes absolute_unit,
               unit_of(request.absolute_session_timeout_unit(), "absolute_session_timeout_unit"));
  DOORWARD_TRY(const Minutes idle_unit, unit_of(request.idle_session_timeout_unit(), "idle_session_timeout_unit"));
  if (request.has_absolute_session_timeout()) {
    patch.absolute_timeout = absolute_unit * request.absolute_session_timeout().value();
  }
  if (request.has_idle_session_timeout_enabled()) {
    patch.idle_timeout_enabled = request.idle_session_timeout_enabled().value();
  }
  if (request.has_idle_session_timeout()) patch.idle_timeout = idle_unit * request.idle_session_timeout().value();
  return patch;
}

void to_proto(const SessionPolicy& policy, organizations_v1::OrganizationSessionPolicySettings& out) {
  if (policy.source == SessionPolicySource::kApplication) return out.set_policy_source(organizations_v1::APPLICATION);
  out.set_policy_source(organizations_v1::CUSTOM);
  if (policy.absolute_timeout) {
    out.mutable_absolute_session_timeout()->set_value(wire_minutes(*policy.absolute_timeout));
    out.set_absolute_session_timeout_unit(commons_v1::MINUTES);
  }
  if (policy.idle_timeout_enabled) {
    out.mutable_idle_session_timeout_enabled()->set_value(*policy.idle_timeout_enabled);
  }
  if (policy.idle_timeout) {
    out.mutable_idle_session_timeout()->set_value(wire_minutes(*policy.idle_timeout));
    out.set_idle_session_timeout_unit(commons_v1::MINUTES);
  }
}

void to_proto(const ApplicationSessionPolicy& policy, organizations_v1::ApplicationSessionPolicySettings& out) {
  out.set_absolute_session_timeout(wire_minutes(policy.absolute_timeout));
  out.set_absolute_session_timeout_unit(commons_v1::MINUTES);
  out.set_idle_session_timeout_enabled(policy.idle_timeout_enabled);
  out.set_idle_session_timeout(wire_minutes(policy.idle_timeout));
  out.set_idle_session_timeout_unit(commons_v1::MINUTES);
  out.set_access_token_expiry(wire_minutes(policy.access_token_life));
}

std::optional<std::int32_t> from_proto(const organizations_v1::OrganizationUserManagementSettings& settings) {
  if (!settings.has_max_allowed_users()) return std::nullopt;
  return settings.max_allowed_users().value();
}

void to_proto(const std::optional<std::int32_t>& max_allowed_users,
              organizations_v1::OrganizationUserManagementSettings& out) {
  if (max_allowed_users) out.mutable_max_allowed_users()->set_value(*max_allowed_users);
}

}  // namespace doorward::api
