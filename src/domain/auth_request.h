// The authentication log: one entry for each attempt to sign in, with what was decided, why, and who must act.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

enum class AuthRequestStatus : std::uint8_t { kInitiated = 1, kPending = 2, kSuccess = 3, kFailure = 4 };

// Who can mend a failed attempt.
enum class ResponsibleSide : std::uint8_t {
  kNobody = 0,
  kApplication = 1,
  kIdentityProvider = 2,
  kDoorward = 3,
  kPerson = 4
};

enum class LoginWorkflow : std::uint8_t { kServiceProviderInitiated = 1, kIdpInitiated = 2, kConnectionTest = 3 };

// One step of an attempt, e.g. "authorize", "redirect", "callback", "token_exchange", "id_token", "code_exchange".
struct AuthRequestStep {
  std::string name;
  Timestamp at;
  bool ok = true;
  std::string reason;    // a reason code when not ok
  std::string expected;  // what was expected, without secrets
  std::string received;  // what came, without secrets and cut
};

struct AuthRequest {
  EnvironmentId environment_id;
  AuthRequestId id;
  OrganizationId organization_id;  // empty: never got so far
  ConnectionId connection_id;
  ApiClientId client_id;
  std::string email;
  LoginWorkflow workflow = LoginWorkflow::kServiceProviderInitiated;
  AuthRequestStatus status = AuthRequestStatus::kInitiated;
  std::string reason;  // of a failure
  ResponsibleSide side = ResponsibleSide::kNobody;
  std::vector<AuthRequestStep> steps;
  std::string request_id;  // of the request that ended it
  Timestamp create_time;
  Timestamp update_time;
};

// A message of an identity provider, as far as support may see it: without values that name people, and for a limited
// time.
struct AuthRequestMessage {
  EnvironmentId environment_id;
  AuthRequestId auth_request_id;
  std::string name;
  std::string sealed_message;  // envelope text, place {"auth_requests", id, name}
  Timestamp create_time;
  Timestamp expire_time;
};

}  // namespace doorward
