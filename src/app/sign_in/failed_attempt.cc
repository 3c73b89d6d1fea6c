#include "app/sign_in/failed_attempt.h"

#include <string>
#include <utility>

#include "protocol/oidc/mismatch.h"

namespace doorward {
namespace {

// Where the failure happened and what was compared.
std::string details_of(const Error& error, const std::vector<AuthRequestStep>& steps) {
  std::string details(reason_name(error.reason));
  if (steps.empty() || steps.back().ok) return details;
  const AuthRequestStep& step = steps.back();
  details += " at " + step.name;
  if (!step.expected.empty()) details += "; expected: " + step.expected;
  if (!step.received.empty()) details += "; received: " + step.received;
  return details;
}

// Where a failure belongs of which no step was told.
std::string_view step_of(Reason reason) {
  switch (reason) {
    case Reason::kMandatoryAttributeMissing:
    case Reason::kNameIdInvalid:
      return auth_step::kProfile;
    case Reason::kReplay:
      return auth_step::kResponse;
    default:
      return auth_step::kCallback;
  }
}

}  // namespace

AuthEvidence evidence_of(const Error& error) {
  if (error.detail.empty() || side_of(error.reason) == ResponsibleSide::kDoorward) {
    return {.expected = error.message, .received = {}};
  }
  auto [expected, received] = oidc::expected_and_received(error.detail);
  return {.expected = std::move(expected), .received = std::move(received)};
}

std::string_view failed_start_step(Reason reason) {
  return reason == Reason::kDiscoveryFailed ? auth_step::kDiscovery : auth_step::kRedirect;
}

void add_refusal(AuthRequest& attempt, const std::vector<AuthRequestStep>& steps, const Error& error, Timestamp at) {
  add_steps(attempt, steps);
  if (!steps.empty() && !steps.back().ok) return;
  add_failure(attempt, step_of(error.reason), at, error.reason, evidence_of(error));
}

void fail_test(ConnectionTest& test, const Error& error, const std::vector<AuthRequestStep>& steps, Timestamp at,
               oauth::AnswerKind kind) {
  test.finish_time = at;
  test.status = ConnectionTestStatus::kFailure;
  test.error = oauth::authorization_error(error.reason, kind);
  test.error_description = error.message;
  test.error_details = details_of(error, steps);
}

}  // namespace doorward
