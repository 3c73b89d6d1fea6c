// What can happen at the simulated identity provider, and how it is named.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace doorward {

enum class SimulatedProtocol : std::uint8_t { kOidc, kSaml };

// Codes of the OpenID provider carry the number.
enum class SimulatedOutcome : std::uint8_t {
  kSuccess,
  kIdpInitiated,
  kAccessDenied,
  kExpired,
  kWrongAudience,
  kBadSignature,
  kReplay,
  kClockSkew,
  kMissingEmail,
  kUnsigned,
  kOtherKey,
  kNoStatus,
  kWrongVersion,
  kWrongIssuer,
  kNoIssuer,
  kTwoIssuers,
  kWrongDestination,
  kEmptyDestination,
  kWrongInResponseTo,
  kTwoRequests,
  kNoAudience,
  kEmptyAudience,
  kTwoAudiences,
  kWrongRecipient,
  kLateConfirmation,
  kEndlessConfirmation,
  kEarlyConfirmation,
  kNoConfirmationData,
  kHolderOfKey,
  kSenderVouches,
  kEmptyWindow,
  kBadTime,
  kUnknownCondition,
  kOneTimeUse,
  kProxyRestriction,
  kNoAuthnStatement,
  kSessionExpired,
  kShortSession,
  kWrongAuthnContext,
  kStaleAuthn,
  kEmptyNameId,
  kStrangeNameId,
  kLongNameId,
  kEntityNameId,
  kPaddedNameId,
  kTransientNameId,
  kForeignNameId,
  kTooManyValues,
  kLargeValue,
  kRepeatedAttribute,
  kNilValue,
};

// What happens where the protocol has the outcome; empty: it has not.
struct SimulatedOutcomeRow {
  SimulatedOutcome outcome;
  std::string_view name;   // of the form field
  std::string_view title;  // on the page, as the next two
  std::string_view oidc;
  std::string_view saml;

  constexpr std::string_view explain(SimulatedProtocol protocol) const {
    return protocol == SimulatedProtocol::kOidc ? oidc : saml;
  }
};

// In the order of the page.
inline constexpr auto kSimulatedOutcomes = std::to_array<SimulatedOutcomeRow>({
    {SimulatedOutcome::kSuccess, "success", "Sign in", "the person is signed in", "the person is signed in"},
    {SimulatedOutcome::kIdpInitiated, "idp_initiated", "Start at the identity provider",
     "this login is dropped, and one begins at the provider, as from its dashboard",
     "the answer is to no request, as from the provider's dashboard"},
    {SimulatedOutcome::kAccessDenied, "access_denied", "Deny access", "the provider answers error=access_denied",
     "the provider answers the status Responder, AuthnFailed"},
    {SimulatedOutcome::kExpired, "expired", "Out of date", "the ID token's exp is half an hour ago",
     "the assertion's conditions ended half an hour ago"},
    {SimulatedOutcome::kWrongAudience, "wrong_audience", "For somebody else", "the ID token's aud names another client",
     "the assertion's audience is another service provider"},
    {SimulatedOutcome::kBadSignature, "bad_signature", "Bad signature", "one bit of the ID token's signature is wrong",
     "one bit of the signature is wrong"},
    {SimulatedOutcome::kReplay, "replay", "Replayed", "the ID token's nonce is of another login",
     "the assertion has the same ID each time: whichever comes second is refused"},
    {SimulatedOutcome::kClockSkew, "clock_skew", "Wrong clock", "the provider's clock is ten minutes fast",
     "the provider's clock is ten minutes fast"},
    {SimulatedOutcome::kMissingEmail, "missing_email", "No e-mail address", "the provider tells none",
     "the provider tells none"},
    {SimulatedOutcome::kUnsigned, "unsigned", "No signature", "", "neither response nor assertion is signed"},
    {SimulatedOutcome::kOtherKey, "other_key", "Another key", "",
     "what signs is a key that the metadata does not have"},
    {SimulatedOutcome::kNoStatus, "no_status", "No status", "", "the response has no Status"},
    {SimulatedOutcome::kWrongVersion, "wrong_version", "Wrong version", "", "the assertion is of version 1.1"},
    {SimulatedOutcome::kWrongIssuer, "wrong_issuer", "Another issuer", "",
     "the assertion's issuer is another provider"},
    {SimulatedOutcome::kNoIssuer, "no_issuer", "No issuer", "", "the assertion names no issuer"},
    {SimulatedOutcome::kTwoIssuers, "two_issuers", "Two issuers", "",
     "the response's issuer is another provider than the assertion's"},
    {SimulatedOutcome::kWrongDestination, "wrong_destination", "Wrong destination", "",
     "the response is destined to another address"},
    {SimulatedOutcome::kEmptyDestination, "empty_destination", "Empty destination", "",
     "the response's destination is empty"},
    {SimulatedOutcome::kWrongInResponseTo, "wrong_in_response_to", "Answer to another request", "",
     "the response answers a request that nobody sent"},
    {SimulatedOutcome::kTwoRequests, "two_requests", "Answer to two requests", "",
     "the subject's confirmation answers another request than the response"},
    {SimulatedOutcome::kNoAudience, "no_audience", "No audience", "", "the assertion is restricted to no audience"},
    {SimulatedOutcome::kEmptyAudience, "empty_audience", "Empty restriction", "",
     "the assertion is restricted to audiences of which there are none"},
    {SimulatedOutcome::kTwoAudiences, "two_audiences", "Two restrictions", "",
     "of two audience restrictions one leaves this service provider out"},
    {SimulatedOutcome::kWrongRecipient, "wrong_recipient", "Wrong recipient", "",
     "the subject is confirmed to another address"},
    {SimulatedOutcome::kLateConfirmation, "late_confirmation", "Late", "",
     "the subject's confirmation ended half an hour ago"},
    {SimulatedOutcome::kEndlessConfirmation, "endless_confirmation", "Endless", "",
     "the subject's confirmation has no end"},
    {SimulatedOutcome::kEarlyConfirmation, "early_confirmation", "With a beginning", "",
     "the subject's confirmation says from when on it holds, which one to the bearer may not"},
    {SimulatedOutcome::kNoConfirmationData, "no_confirmation_data", "Confirmed to anybody", "",
     "the subject's confirmation has no data"},
    {SimulatedOutcome::kHolderOfKey, "holder_of_key", "Holder of key", "",
     "the subject is confirmed to the holder of a key, not to the bearer"},
    {SimulatedOutcome::kSenderVouches, "sender_vouches", "Sender vouches", "",
     "the sender vouches for the subject, who is not confirmed to the bearer"},
    {SimulatedOutcome::kEmptyWindow, "empty_window", "No time at all", "",
     "the assertion's conditions end when they begin"},
    {SimulatedOutcome::kBadTime, "bad_time", "Impossible time", "", "the assertion holds until 30 February"},
    {SimulatedOutcome::kUnknownCondition, "unknown_condition", "Unknown condition", "",
     "a condition is one that nobody knows"},
    {SimulatedOutcome::kOneTimeUse, "one_time_use", "One time use", "",
     "the person is signed in: the assertion is for one use, as all are"},
    {SimulatedOutcome::kProxyRestriction, "proxy_restriction", "Proxy restriction", "",
     "the person is signed in: nobody may found another assertion on this one, and nobody does"},
    {SimulatedOutcome::kNoAuthnStatement, "no_authn_statement", "No authentication", "",
     "the assertion does not say that anybody authenticated"},
    {SimulatedOutcome::kSessionExpired, "session_expired", "Session over", "",
     "the person's session at the provider ended half an hour ago"},
    {SimulatedOutcome::kShortSession, "short_session", "Short session", "",
     "the person is signed in, for the hour that their session at the provider lasts"},
    {SimulatedOutcome::kWrongAuthnContext, "wrong_authn_context", "Another authentication context", "",
     "the person authenticated in another way than was asked for; refused where the connection asks for one"},
    {SimulatedOutcome::kStaleAuthn, "stale_authn", "Old authentication", "",
     "the person authenticated an hour ago; refused where a fresh login was asked for"},
    {SimulatedOutcome::kEmptyNameId, "empty_name_id", "Empty name", "", "the NameID is empty"},
    {SimulatedOutcome::kStrangeNameId, "strange_name_id", "Misleading name", "",
     "the NameID has a character that turns the direction of text"},
    {SimulatedOutcome::kLongNameId, "long_name_id", "Long name", "", "the NameID has 257 characters"},
    {SimulatedOutcome::kEntityNameId, "entity_name_id", "A system's name", "",
     "the format of the NameID is that of systems, not of people"},
    {SimulatedOutcome::kPaddedNameId, "padded_name_id", "Padded name", "",
     "the person is signed in: white space around the NameID does not count"},
    {SimulatedOutcome::kTransientNameId, "transient_name_id", "Transient name", "",
     "the NameID is another one each time, by which nobody can be known again"},
    {SimulatedOutcome::kForeignNameId, "foreign_name_id", "Somebody else's name", "",
     "the NameID is qualified by another service provider"},
    {SimulatedOutcome::kTooManyValues, "too_many_values", "Too many values", "", "an attribute has 2,001 values"},
    {SimulatedOutcome::kLargeValue, "large_value", "Large value", "", "a value is longer than 64 KiB"},
    {SimulatedOutcome::kRepeatedAttribute, "repeated_attribute", "Repeated attribute", "",
     "the person is signed in: an attribute comes twice, and has the values of both"},
    {SimulatedOutcome::kNilValue, "nil_value", "Nil value", "", "the person is signed in: a value that is nil is none"},
});

std::string_view outcome_name(SimulatedOutcome outcome);

// nullptr: the protocol has none of this name.
const SimulatedOutcomeRow* find_outcome(std::string_view name, SimulatedProtocol protocol);

}  // namespace doorward
