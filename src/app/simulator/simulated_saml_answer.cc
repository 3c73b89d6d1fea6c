#include "app/simulator/simulated_saml_answer.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "protocol/saml/names.h"

namespace doorward {
namespace {

namespace json = boost::json;

constexpr std::string_view kAuthnFailed = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed";
constexpr std::string_view kNoPassive = "urn:oasis:names:tc:SAML:2.0:status:NoPassive";
constexpr std::string_view kPasswordContext = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
constexpr std::string_view kUnaskedContext = "urn:oasis:names:tc:SAML:2.0:ac:classes:InternetProtocol";

constexpr const char* kSomebodyElse = "https://somebody-else.example/saml";
constexpr const char* kElsewhere = "https://somebody-else.example/acs";
constexpr const char* kImpossibleTime = "2026-02-30T00:00:00Z";
// The same on every node and at every time: that is the fault.
constexpr const char* kReplayedId = "_replayed-assertion";

constexpr std::chrono::minutes kSkew{10};  // of the wrong clock
constexpr std::chrono::minutes kOverSince{30};
constexpr std::chrono::minutes kAuthenticatedBefore{60};
constexpr std::chrono::seconds kMarginBefore{5};  // conditions hold from a little before, as most providers have it
constexpr std::chrono::minutes kSessionLife{60};
constexpr int kTooManyValues = 2'001;

std::string time_text(Timestamp at) { return to_rfc3339(std::chrono::floor<std::chrono::seconds>(at)); }

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.as_string()) : json::serialize(value);
}

std::vector<saml::SamlAttribute> attributes_of(const SimulatedLogin& login) {
  std::vector<saml::SamlAttribute> attributes;
  json::object claims = claims_of(login);
  // The NameID says it, and an assertion knows no verified addresses.
  claims.erase("sub");
  claims.erase("email_verified");
  for (const auto& [name, value] : claims) {
    saml::SamlAttribute& attribute = attributes.emplace_back();
    attribute.name = std::string(name);
    if (const json::array* several = value.if_array()) {
      for (const json::value& one : *several) attribute.values.push_back(text_of(one));
    } else {
      attribute.values.push_back(text_of(value));
    }
  }
  return attributes;
}

SimulatedSamlAnswer right_answer(const SamlSimulatorRequest& request, const SimulatedLogin& login,
                                 const std::string& entity_id, const SimulatedSamlIds& ids, Timestamp now) {
  SimulatedSamlAnswer answer;
  answer.response = {.id = ids.response,
                     .issue_instant = time_text(now),
                     .destination = request.acs_url,
                     .in_response_to = request.id,
                     .issuer = entity_id,
                     .status = std::string(saml::kStatusSuccess)};
  saml::WrittenAssertion& assertion = answer.assertion.emplace();
  assertion.id = ids.assertion;
  assertion.issue_instant = time_text(now);
  assertion.issuer = entity_id;
  assertion.name_id = name_id_of(login.person, request.name_id_format);
  if (assertion.name_id.format == saml::kNameIdTransient) assertion.name_id.value = ids.other;
  const std::string end = time_text(now + kSamlAssertionLife);
  assertion.confirmations.push_back({.method = std::string(saml::kBearerConfirmation),
                                     .recipient = request.acs_url,
                                     .in_response_to = request.id,
                                     .not_before = {},
                                     .not_on_or_after = end});
  assertion.not_before = time_text(now - kMarginBefore);
  assertion.not_on_or_after = end;
  assertion.audience_restrictions = {{request.sp_entity_id}};
  assertion.authn_instant = time_text(now);
  assertion.session_index = ids.assertion;
  assertion.authn_context_class_ref = request.authn_context_class_refs.empty()
                                          ? std::string(kPasswordContext)
                                          : request.authn_context_class_refs.front();
  assertion.attributes = attributes_of(login);
  return answer;
}

SimulatedSamlAnswer refusal(SimulatedSamlAnswer answer, std::string_view second_status) {
  answer.assertion.reset();
  answer.response.status = saml::kStatusResponder;
  answer.response.second_status = second_status;
  return answer;
}

void misname(saml::SamlNameId& name_id, SimulatedOutcome outcome, const SimulatedSamlIds& ids) {
  using enum SimulatedOutcome;
  switch (outcome) {
    case kEmptyNameId:
      name_id.value.clear();
      break;
    case kStrangeNameId:
      name_id.value.insert(0, "\xE2\x80\xAE");  // U+202E, right-to-left override
      break;
    case kLongNameId:
      name_id.value = std::string(saml::kMostNameIdCharacters + 1, 'a');
      break;
    case kEntityNameId:
      name_id.format = saml::kNameIdEntity;
      break;
    case kPaddedNameId:
      name_id.value = "\n  " + name_id.value + " \n";
      break;
    case kTransientNameId:
      name_id = {.value = ids.other,
                 .format = std::string(saml::kNameIdTransient),
                 .name_qualifier = {},
                 .sp_name_qualifier = {}};
      break;
    case kForeignNameId:
      name_id.sp_name_qualifier = kSomebodyElse;
      break;
    default:
      break;
  }
}

void break_attributes(saml::WrittenAssertion& assertion, SimulatedOutcome outcome) {
  std::vector<saml::SamlAttribute>& attributes = assertion.attributes;
  if (outcome == SimulatedOutcome::kTooManyValues) {
    saml::SamlAttribute& many = attributes.emplace_back();
    many.name = "many";
    for (int i = 0; i < kTooManyValues; ++i) many.values.push_back(std::to_string(i));
  }
  if (outcome == SimulatedOutcome::kLargeValue) {
    attributes.push_back(
        {.name = "large", .friendly_name = {}, .values = {std::string(saml::kMostSamlValueBytes + 1, 'a')}});
  }
  if (outcome == SimulatedOutcome::kRepeatedAttribute) {
    for (const char* value : {"one", "two"})
      attributes.push_back({.name = "repeated", .friendly_name = {}, .values = {value}});
  }
  if (outcome == SimulatedOutcome::kNilValue) assertion.nil_attribute = "nil";
}

void break_response(saml::WrittenResponse& response, SimulatedOutcome outcome) {
  using enum SimulatedOutcome;
  if (outcome == kNoStatus) response.status.clear();
  if (outcome == kTwoIssuers) response.issuer = kSomebodyElse;
  if (outcome == kWrongDestination) response.destination = kElsewhere;
  if (outcome == kEmptyDestination) response.empty_destination = true;
}

void break_confirmation(saml::WrittenConfirmation& confirmation, SimulatedOutcome outcome, const SimulatedSamlIds& ids,
                        Timestamp now) {
  using enum SimulatedOutcome;
  switch (outcome) {
    case kTwoRequests:
      confirmation.in_response_to = ids.other;
      break;
    case kWrongRecipient:
      confirmation.recipient = kElsewhere;
      break;
    case kLateConfirmation:
      confirmation.not_on_or_after = time_text(now - kOverSince);
      break;
    case kEndlessConfirmation:
      confirmation.not_on_or_after.clear();
      break;
    case kEarlyConfirmation:
      confirmation.not_before = time_text(now - kMarginBefore);
      break;
    case kNoConfirmationData:
      confirmation.has_data = false;
      break;
    case kHolderOfKey:
      confirmation.method = saml::kHolderOfKeyConfirmation;
      break;
    case kSenderVouches:
      confirmation.method = saml::kSenderVouchesConfirmation;
      break;
    default:
      break;
  }
}

// Of the outcomes that make the assertion say something else.
void break_assertion(saml::WrittenAssertion& assertion, SimulatedOutcome outcome, const SimulatedSamlIds& ids,
                     Timestamp now) {
  using enum SimulatedOutcome;
  switch (outcome) {
    case kExpired:
      assertion.not_before = time_text(now - kOverSince - kSamlAssertionLife);
      assertion.not_on_or_after = time_text(now - kOverSince);
      break;
    case kWrongAudience:
      assertion.audience_restrictions = {{kSomebodyElse}};
      break;
    case kEmptyWindow:
      assertion.not_before = assertion.not_on_or_after = time_text(now);
      break;
    case kEmptyAudience:
      assertion.audience_restrictions.front().clear();
      break;
    case kNoAudience:
      assertion.audience_restrictions.clear();
      break;
    case kTwoAudiences:
      assertion.audience_restrictions.push_back({kSomebodyElse});
      break;
    case kReplay:
      assertion.id = kReplayedId;
      break;
    case kWrongVersion:
      assertion.version = "1.1";
      break;
    case kWrongIssuer:
      assertion.issuer = kSomebodyElse;
      break;
    case kNoIssuer:
      assertion.issuer.clear();
      break;
    case kBadTime:
      assertion.not_on_or_after = kImpossibleTime;
      break;
    case kUnknownCondition:
      assertion.unknown_condition = true;
      break;
    case kOneTimeUse:
      assertion.one_time_use = true;
      break;
    case kProxyRestriction:
      assertion.proxy_restriction = true;
      break;
    case kNoAuthnStatement:
      assertion.authn_statement = false;
      break;
    case kSessionExpired:
      assertion.session_not_on_or_after = time_text(now - kOverSince);
      break;
    case kShortSession:
      assertion.session_not_on_or_after = time_text(now + kSessionLife);
      break;
    case kWrongAuthnContext:
      assertion.authn_context_class_ref = kUnaskedContext;
      break;
    case kStaleAuthn:
      assertion.authn_instant = time_text(now - kAuthenticatedBefore);
      break;
    default:
      misname(assertion.name_id, outcome, ids);
      break_confirmation(assertion.confirmations.front(), outcome, ids, now);
      break_attributes(assertion, outcome);
      break;
  }
}

}  // namespace

saml::SamlNameId name_id_of(const SimulatedPerson& person, std::string_view format) {
  saml::SamlNameId name_id;
  if (format == saml::kNameIdEmail || format == saml::kNameIdTransient) {
    name_id.format = format;
    name_id.value = person.email;
  } else {
    name_id.format = saml::kNameIdPersistent;
    name_id.value = person.subject;
  }
  return name_id;
}

SimulatedSamlAnswer simulated_saml_answer(const SamlSimulatorRequest& request, const SimulatedLogin& login,
                                          const std::string& entity_id, const SimulatedSamlIds& ids, Timestamp now) {
  using enum SimulatedOutcome;
  SamlSimulatorRequest asked = request;
  if (login.outcome == kIdpInitiated) asked.id.clear();
  if (login.outcome == kWrongInResponseTo) asked.id = ids.other;
  if (login.outcome == kMissingEmail && asked.name_id_format == saml::kNameIdEmail) asked.name_id_format.clear();
  if (login.outcome == kClockSkew) now += kSkew;
  SimulatedSamlAnswer answer = right_answer(asked, login, entity_id, ids, now);
  if (login.outcome == kAccessDenied) return refusal(std::move(answer), kAuthnFailed);
  break_response(answer.response, login.outcome);
  break_assertion(*answer.assertion, login.outcome, ids, now);
  return answer;
}

SimulatedSamlAnswer simulated_passive_answer(const SamlSimulatorRequest& request, const std::string& entity_id,
                                             const SimulatedSamlIds& ids, Timestamp now) {
  return refusal(right_answer(request, {}, entity_id, ids, now), kNoPassive);
}

}  // namespace doorward
