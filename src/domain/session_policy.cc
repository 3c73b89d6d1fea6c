#include "domain/session_policy.h"

#include <algorithm>
#include <string>

#include "base/error.h"

namespace doorward {
namespace {

constexpr const char* kAbsolute = "absolute_session_timeout";
constexpr const char* kIdle = "idle_session_timeout";

Result<void> check_range(const std::optional<Minutes>& timeout, Minutes most, const char* field) {
  if (!timeout || (*timeout >= Minutes(1) && *timeout <= most)) return {};
  return failure(invalid_field(field, "must be between 1 and " + std::to_string(most.count()) + " minutes",
                               "session_policy.range"));
}

Result<void> check_longer(Minutes timeout, Minutes other, const char* field, const std::string& other_name) {
  if (timeout > other) return {};
  return failure(invalid_field(field,
                               "must be longer than " + other_name + " (" + std::to_string(other.count()) + " minutes)",
                               "session_policy.order"));
}

Result<void> check_order(const SessionPolicy& policy, const ApplicationSessionPolicy& application) {
  const Minutes absolute = policy.absolute_timeout.value_or(application.absolute_timeout);
  DOORWARD_CHECK(check_longer(absolute, application.access_token_life, kAbsolute, "the life of an access token"));
  if (!policy.idle_timeout_enabled.value_or(application.idle_timeout_enabled)) return {};
  const Minutes idle = policy.idle_timeout.value_or(application.idle_timeout);
  DOORWARD_CHECK(check_longer(idle, application.access_token_life, kIdle, "the life of an access token"));
  return check_longer(absolute, idle, kAbsolute, kIdle);
}

template <class T>
void take(std::optional<T>& value, const std::optional<T>& change) {
  if (change) value = change;
}

}  // namespace

Result<SessionPolicy> change_session_policy(SessionPolicy before, const SessionPolicyPatch& patch,
                                            const ApplicationSessionPolicy& application) {
  const SessionPolicySource source = patch.source.value_or(before.source);
  if (source == SessionPolicySource::kApplication) return SessionPolicy{};
  DOORWARD_CHECK(check_range(patch.absolute_timeout, kMaxAbsoluteSessionTimeout, kAbsolute));
  DOORWARD_CHECK(check_range(patch.idle_timeout, kMaxIdleSessionTimeout, kIdle));
  SessionPolicy after = before;
  after.source = source;
  take(after.absolute_timeout, patch.absolute_timeout);
  take(after.idle_timeout_enabled, patch.idle_timeout_enabled);
  take(after.idle_timeout, patch.idle_timeout);
  DOORWARD_CHECK(check_order(after, application));
  return after;
}

SessionLimits session_limits(const SessionPolicy& organization, const ApplicationSessionPolicy& application) {
  SessionLimits limits{.absolute_timeout = application.absolute_timeout};
  if (application.idle_timeout_enabled) limits.idle_timeout = application.idle_timeout;
  if (organization.source == SessionPolicySource::kApplication) return limits;

  limits.absolute_timeout = std::min(limits.absolute_timeout, organization.absolute_timeout.value_or(Minutes::max()));
  if (organization.idle_timeout_enabled.value_or(false)) {
    const Minutes own = organization.idle_timeout.value_or(application.idle_timeout);
    limits.idle_timeout = std::min(limits.idle_timeout.value_or(Minutes::max()), own);
  }
  return limits;
}

}  // namespace doorward
