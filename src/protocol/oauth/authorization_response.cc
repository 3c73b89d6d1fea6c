#include "protocol/oauth/authorization_response.h"

#include <utility>

#include "base/encoding.h"
#include "protocol/oauth/error_description.h"

namespace doorward::oauth {
namespace {

std::string with_state_and_issuer(std::string url, const AuthorizationResponseTarget& target) {
  if (!target.state.empty()) url = with_parameter(std::move(url), "state", target.state);
  return with_parameter(std::move(url), "iss", target.issuer);
}

// Codes that published documentation names, and by which an application can act, are reasons of the same text.
bool is_public(Reason reason) {
  switch (reason) {
    case Reason::kInvalidRequest:
    case Reason::kUnsupportedResponseType:
    case Reason::kInvalidScope:
    case Reason::kRequestNotSupported:
    case Reason::kUnauthorizedClient:
    case Reason::kAccessDenied:
    case Reason::kLoginRequired:
    case Reason::kApplicationNotActive:
    case Reason::kInvalidConnectionSelector:
    case Reason::kInvalidOrganizationId:
    case Reason::kInvalidConnectionId:
    case Reason::kNoConfiguredConnections:
    case Reason::kNoActiveConnections:
    case Reason::kConnectionNotActive:
    case Reason::kDomainNotFound:
    case Reason::kInvalidUserDomain:
    case Reason::kUserNotActive:
    case Reason::kAuthenticationNotCompleted:
    case Reason::kUserInfoFailed:
    case Reason::kMandatoryAttributeMissing:
      return true;
    default:
      return false;
  }
}

// The checks of an ID token are told apart in our log, not to the application.
bool is_about_id_token(Reason reason) {
  switch (reason) {
    case Reason::kNonce:
    case Reason::kJwksFailed:
    case Reason::kUnknownKid:
    case Reason::kAlgForbidden:
    case Reason::kSignatureInvalid:
    case Reason::kJwtMalformed:
    case Reason::kTypeMismatch:
    case Reason::kIssuerMismatch:
    case Reason::kAudience:
    case Reason::kTokenExpired:
    case Reason::kTimeWindow:
    case Reason::kTokenHash:
    case Reason::kStaleAuthn:
    case Reason::kAuthnContext:
    case Reason::kSubMismatch:
      return true;
    default:
      return false;
  }
}

// A SAML answer that is refused. Names as in published documentation.
std::string_view saml_error(Reason reason) {
  switch (reason) {
    case Reason::kTooLarge:
    case Reason::kBadBase64:
    case Reason::kNotUtf8:
    case Reason::kNotWellformed:
    case Reason::kDtdForbidden:
    case Reason::kCommentForbidden:
    case Reason::kPiForbidden:
    case Reason::kCdataForbidden:
    case Reason::kTooDeep:
    case Reason::kTooManyAttributes:
    case Reason::kWrongRoot:
    case Reason::kBadVersion:
      return "malformed_saml_response";
    case Reason::kDuplicateParam:
      return "invalid_saml_form_params";
    case Reason::kUnsigned:
    case Reason::kSignatureCount:
    case Reason::kSignatureMisplaced:
    case Reason::kSignatureShape:
    case Reason::kReferenceCount:
    case Reason::kReferenceUri:
    case Reason::kTransformForbidden:
    case Reason::kC14nForbidden:
    case Reason::kC14nFailed:
    case Reason::kCertificateExpired:
    case Reason::kAssertionCount:
    case Reason::kDuplicateId:
    case Reason::kSignatureInvalid:
    case Reason::kAlgForbidden:
      return "signature_validation_failed";
    case Reason::kStatusNotSuccess:
      return "invalid_status";
    case Reason::kDestination:
      return "invalid_acs_url";
    case Reason::kTimeWindow:
    case Reason::kSessionExpired:
      return "assertion_expired";
    case Reason::kStaleAuthn:
      return "user_login_required";
    case Reason::kIssuerMismatch:
    case Reason::kAudience:
    case Reason::kAuthnContext:
    case Reason::kInResponseTo:
    case Reason::kReplay:
    case Reason::kSubjectConfirmation:
    case Reason::kBadTime:
    case Reason::kUnknownCondition:
    case Reason::kNoAuthnStatement:
    case Reason::kNameIdShape:
    case Reason::kNameIdInvalid:
    case Reason::kEncAlgForbidden:
    case Reason::kEncShape:
    case Reason::kDecryptFailed:
    case Reason::kNotEncrypted:
    case Reason::kUnsupportedEncryptedId:
    case Reason::kTooManyAttributeValues:
    case Reason::kSamlShape:
      return "invalid_saml_response";
    default:
      return {};
  }
}

}  // namespace

std::string_view authorization_error(Reason reason, AnswerKind kind) {
  if (kind == AnswerKind::kSaml && !saml_error(reason).empty()) return saml_error(reason);
  if (is_public(reason)) return reason_name(reason);
  if (is_about_id_token(reason)) return "invalid_id_token";
  switch (reason) {
    case Reason::kMalformedRequest:
      return "invalid_request";
    case Reason::kTokenExchange:
      return "failed_to_exchange_token";
    case Reason::kProviderError:
      return "authentication_not_completed";
    case Reason::kConnectionInactive:
      return "connection_not_active";
    case Reason::kUnsolicitedDisabled:
      return "access_denied";
    default:
      break;
  }
  switch (reason_code(reason)) {
    case Code::kUnavailable:
    case Code::kResourceExhausted:
    case Code::kDeadlineExceeded:
      return "temporarily_unavailable";
    default:
      return "server_error";
  }
}

bool is_about_saml_answer(Reason reason) { return !saml_error(reason).empty(); }

std::string with_parameter(std::string url, std::string_view name, std::string_view value) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  url += name;
  url += '=';
  url += percent_encode(value);
  return url;
}

std::string code_redirect(const AuthorizationResponseTarget& target, std::string_view code) {
  return with_state_and_issuer(with_parameter(target.redirect_uri, "code", code), target);
}

std::string error_redirect(const AuthorizationResponseTarget& target, const Error& error, AnswerKind kind) {
  std::string url = with_parameter(target.redirect_uri, "error", authorization_error(error.reason, kind));
  url = with_parameter(std::move(url), "error_description", error_description(error.message));
  return with_state_and_issuer(std::move(url), target);
}

}  // namespace doorward::oauth
