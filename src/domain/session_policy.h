// How long people stay signed in: what the application says for everybody, and what one organization says instead.
// All times are whole minutes. Decisions only; sign-in applies them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/result.h"

namespace doorward {

using Minutes = std::chrono::minutes;

inline constexpr Minutes kMaxAbsoluteSessionTimeout{525'600};  // 365 days
inline constexpr Minutes kMaxIdleSessionTimeout{10'080};       // 7 days

// Of an environment. The initial values are those of a new one; 0002_breadth.sql gives the same to old ones.
struct ApplicationSessionPolicy {
  Minutes absolute_timeout{43'200};  // 30 days
  bool idle_timeout_enabled = false;
  Minutes idle_timeout{10'080};
  Minutes access_token_life{15};

  friend bool operator==(const ApplicationSessionPolicy&, const ApplicationSessionPolicy&) = default;
};

enum class SessionPolicySource : std::uint8_t { kApplication = 1, kCustom = 2 };

// Of an organization. With kApplication it has nothing of its own; with kCustom, what is absent is as the application
// says.
struct SessionPolicy {
  SessionPolicySource source = SessionPolicySource::kApplication;
  std::optional<Minutes> absolute_timeout;
  std::optional<bool> idle_timeout_enabled;
  std::optional<Minutes> idle_timeout;

  friend bool operator==(const SessionPolicy&, const SessionPolicy&) = default;
};

// Absent members keep what is there.
struct SessionPolicyPatch {
  std::optional<SessionPolicySource> source;
  std::optional<Minutes> absolute_timeout;
  std::optional<bool> idle_timeout_enabled;
  std::optional<Minutes> idle_timeout;
};

// The policy after the change. kApplication gives up everything of its own, and timeouts in the patch with it.
// kInvalidArgument at the field when a timeout is not between 1 minute and its maximum, or when the absolute timeout is
// not longer than the idle one (where that is enabled), or either not longer than the life of an access token: such a
// session could never be what it says.
Result<SessionPolicy> change_session_policy(SessionPolicy before, const SessionPolicyPatch& patch,
                                            const ApplicationSessionPolicy& application);

// What a session of the organization is held to.
struct SessionLimits {
  Minutes absolute_timeout{};
  std::optional<Minutes> idle_timeout;  // nullopt: a session may be idle until it ends

  friend bool operator==(const SessionLimits&, const SessionLimits&) = default;
};

// The stricter of both policies in every point: an organization can shorten what the application allows, never extend
// it.
SessionLimits session_limits(const SessionPolicy& organization, const ApplicationSessionPolicy& application);

}  // namespace doorward
