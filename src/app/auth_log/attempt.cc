#include "app/auth_log/attempt.h"

#include <utility>

#include "base/encoding.h"
#include "protocol/oauth/authorization_response.h"

namespace doorward {
namespace {

// Cut between characters.
std::string shown(std::string text) {
  if (!is_valid_utf8(text)) return {};
  if (text.size() <= kMostShownBytes) return text;
  std::size_t end = kMostShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text + "…";
}

void append(AuthRequest& attempt, AuthRequestStep step) {
  attempt.update_time = step.at;
  step.expected = shown(std::move(step.expected));
  step.received = shown(std::move(step.received));
  if (attempt.steps.size() < kMostAuthSteps) attempt.steps.push_back(std::move(step));
}

}  // namespace

ResponsibleSide side_of(Reason reason) {
  switch (reason) {
    // The application sent it.
    case Reason::kInvalidArgument:
    case Reason::kMissingCredentials:
    case Reason::kInvalidClient:
    case Reason::kInvalidScope:
    case Reason::kInvalidGrant:
    case Reason::kUnauthorizedClient:
    case Reason::kUnsupportedGrantType:
    case Reason::kCodeReuse:
    case Reason::kRefreshReuse:
    case Reason::kClientNotFound:
    case Reason::kInvalidRequest:
    case Reason::kUnsupportedResponseType:
    case Reason::kInvalidRedirectUri:
    case Reason::kInvalidRequestUri:
    case Reason::kRequestNotSupported:
    case Reason::kInvalidConnectionSelector:
    case Reason::kInvalidOrganizationId:
    case Reason::kInvalidConnectionId:
    case Reason::kInvalidPostLogoutUri:
    case Reason::kLoginRequired:
      return ResponsibleSide::kApplication;
    // The identity provider sent it, or did not answer. Whose request an application got wrong in form is not known.
    case Reason::kMalformedRequest:
    case Reason::kPayloadTooLarge:
    case Reason::kNonce:
    case Reason::kProviderError:
    case Reason::kDiscoveryFailed:
    case Reason::kJwksFailed:
    case Reason::kTokenExchange:
    case Reason::kUserInfoFailed:
    case Reason::kSubMismatch:
    case Reason::kTokenHash:
    case Reason::kStaleAuthn:
    case Reason::kAuthnContext:
    case Reason::kMandatoryAttributeMissing:
    case Reason::kReplay:
    case Reason::kLogoutToken:
    case Reason::kJwtMalformed:
    case Reason::kAlgForbidden:
    case Reason::kUnknownKid:
    case Reason::kSignatureInvalid:
    case Reason::kTypeMismatch:
    case Reason::kIssuerMismatch:
    case Reason::kAudience:
    case Reason::kTimeWindow:
    case Reason::kTokenExpired:
    case Reason::kJwkInvalid:
    case Reason::kNameNotFound:
    case Reason::kNameUnresolved:
    case Reason::kTargetBusy:
    case Reason::kTargetUnreachable:
    case Reason::kTargetTlsFailed:
    case Reason::kTargetCertificateUntrusted:
    case Reason::kTargetCertificateExpired:
    case Reason::kTargetCertificateWrongHost:
    case Reason::kTargetProtocolError:
      return ResponsibleSide::kIdentityProvider;
    // Whoever signs in: by starting again, or with another address.
    case Reason::kState:
    case Reason::kBrowserBinding:
    case Reason::kInResponseTo:
    case Reason::kAccessDenied:
    case Reason::kAuthenticationNotCompleted:
    case Reason::kInvalidUserDomain:
    case Reason::kUserNotActive:
      return ResponsibleSide::kPerson;
    // What is set up here, or Doorward itself.
    default:
      return oauth::is_about_saml_answer(reason) ? ResponsibleSide::kIdentityProvider : ResponsibleSide::kDoorward;
  }
}

void add_steps(AuthRequest& attempt, const std::vector<AuthRequestStep>& steps) {
  for (const AuthRequestStep& step : steps) {
    if (!step.ok) {
      attempt.status = AuthRequestStatus::kFailure;
      attempt.reason = step.reason;
      attempt.side = side_of(find_reason(step.reason).value_or(Reason::kInternal));
    }
    append(attempt, step);
  }
}

void add_step(AuthRequest& attempt, std::string_view step, Timestamp at, AuthEvidence evidence) {
  append(attempt, {.name = std::string(step),
                   .at = at,
                   .ok = true,
                   .reason = {},
                   .expected = std::move(evidence.expected),
                   .received = std::move(evidence.received)});
}

void add_failure(AuthRequest& attempt, std::string_view step, Timestamp at, Reason reason, AuthEvidence evidence) {
  add_failure(attempt, step, at, reason, side_of(reason), std::move(evidence));
}

void add_failure(AuthRequest& attempt, std::string_view step, Timestamp at, Reason reason, ResponsibleSide side,
                 AuthEvidence evidence) {
  append(attempt, {.name = std::string(step),
                   .at = at,
                   .ok = false,
                   .reason = std::string(reason_name(reason)),
                   .expected = std::move(evidence.expected),
                   .received = std::move(evidence.received)});
  attempt.status = AuthRequestStatus::kFailure;
  attempt.reason = reason_name(reason);
  attempt.side = side;
}

void take_up_again(AuthRequest& attempt) {
  if (attempt.status != AuthRequestStatus::kFailure) return;
  attempt.status = AuthRequestStatus::kInitiated;
  attempt.reason.clear();
  attempt.side = ResponsibleSide::kNobody;
}

void set_status(AuthRequest& attempt, AuthRequestStatus status, Timestamp at) {
  attempt.update_time = at;
  if (attempt.status != AuthRequestStatus::kFailure) attempt.status = status;
}

}  // namespace doorward
