#include "protocol/saml/assertion_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "protocol/saml/names.h"
#include "protocol/saml/saml_time.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

constexpr const char* kNotValidNow = "The provider's assertion is not valid at this time.";

std::chrono::seconds skew_of(const ResponseCheckInput& input) {
  return std::clamp(input.settings.clock_skew, std::chrono::seconds(0), kMostSamlClockSkew);
}

std::chrono::seconds life_of(const ResponseCheckInput& input) {
  return std::clamp(input.settings.assertion_life, kLeastSamlAssertionLife, kMostSamlAssertionLife);
}

std::string shown(const std::optional<Timestamp>& time) { return time ? to_rfc3339(*time) : "absent"; }

bool is_ours(const ResponseCheckInput& input, std::string_view url) {
  return std::ranges::count(input.service_provider.acs_urls, url) != 0;
}

std::string text_in(const _xmlNode& element) { return std::string(trimmed(text_of(element).value_or(""))); }

// SAML core 2.5.1.4: of one restriction any audience may be us, of several each must name us.
Result<void> check_audience(const _xmlNode& conditions, const ResponseCheckInput& input, const CheckLog& log) {
  std::vector<std::string> named;
  bool restricted = false;
  bool all_fit = true;
  for (const _xmlNode& restriction : elements_of(conditions)) {
    if (!is_element(restriction, kAssertionNs, "AudienceRestriction")) continue;
    restricted = true;
    bool fits = false;
    for (const _xmlNode& audience : elements_of(restriction)) {
      if (!is_element(audience, kAssertionNs, "Audience")) continue;
      std::string name = text_in(audience);
      fits = fits || name == input.service_provider.entity_id;
      named.push_back(std::move(name));
    }
    all_fit = all_fit && fits;
  }
  const std::string received = fmt::format("{}", fmt::join(named, " "));
  if (restricted && all_fit) {
    log.holds("audience", input.service_provider.entity_id, received);
    return {};
  }
  return log.refuse(Reason::kAudience, "The provider's assertion is for another service.", "audience",
                    input.service_provider.entity_id, received);
}

Result<void> check_known(const _xmlNode& conditions) {
  for (const _xmlNode& condition : elements_of(conditions)) {
    const std::string_view name = local_name(condition);
    // OneTimeUse asks for what happens anyway, ProxyRestriction binds those who would assert in turn.
    if (namespace_of(condition) == kAssertionNs &&
        (name == "AudienceRestriction" || name == "OneTimeUse" || name == "ProxyRestriction")) {
      continue;
    }
    return tl::unexpected(make_error(Reason::kUnknownCondition,
                                     "The provider's assertion holds under a condition that is not known here.",
                                     oidc::shortened(name)));
  }
  return {};
}

// The InResponseTo of one confirmation.
bool answers_us(const std::optional<std::string>& in_response_to, const ResponseCheckInput& input,
                bool response_is_signed) {
  if (!input.sent) return !in_response_to;
  if (!in_response_to) return response_is_signed;
  return *in_response_to == input.sent->id;
}

std::vector<const _xmlNode*> bearer_confirmations(const _xmlNode& assertion) {
  std::vector<const _xmlNode*> found;
  const _xmlNode* subject = find_child(assertion, kAssertionNs, "Subject");
  if (subject == nullptr) return found;
  for (const _xmlNode& child : elements_of(*subject)) {
    const bool is_bearer =
        is_element(child, kAssertionNs, "SubjectConfirmation") && attribute(child, "Method") == kBearer;
    if (is_bearer) found.push_back(&child);
  }
  return found;
}

constexpr const char* kNotForHere = "The provider's assertion was not made to be presented here.";

// When the last of these bearer confirmations that are for us ends, so that the assertion is remembered until then: one
// that is of no use now may be so to another request, or later. One that could be presented when the assertion is
// forgotten would make it good again.
Result<Timestamp> last_end(const std::vector<const _xmlNode*>& confirmations, const ResponseCheckInput& input,
                           const CheckLog& log) {
  Timestamp latest{};
  for (const _xmlNode* confirmation : confirmations) {
    const _xmlNode* data = find_child(*confirmation, kAssertionNs, "SubjectConfirmationData");
    if (data == nullptr || !is_ours(input, attribute(*data, "Recipient").value_or(""))) continue;
    const auto end = time_attribute(*data, "NotOnOrAfter");
    if (!end || !*end) continue;  // it confirms nothing, whenever it is presented
    if (**end > input.now + life_of(input) + skew_of(input)) {
      return log.refuse(Reason::kSubjectConfirmation, kNotForHere, "confirmation_time", to_rfc3339(input.now),
                        "until " + shown(*end));
    }
    latest = std::max(latest, **end);
  }
  return latest;
}

Result<void> check_bearer(const _xmlNode& confirmation, const ResponseCheckInput& input, bool response_is_signed,
                          const CheckLog& log) {
  const _xmlNode* data = find_child(confirmation, kAssertionNs, "SubjectConfirmationData");
  const std::string expected = fmt::format("{}", fmt::join(input.service_provider.acs_urls, " "));
  const std::string recipient = data == nullptr ? std::string() : attribute(*data, "Recipient").value_or("");
  if (data == nullptr || !is_ours(input, recipient)) {
    return log.refuse(Reason::kSubjectConfirmation, kNotForHere, "recipient", expected, recipient);
  }
  DOORWARD_TRY(const auto end, time_attribute(*data, "NotOnOrAfter"));
  const bool in_time = end && input.now - skew_of(input) < *end;  // last_end() has seen that it is not too late
  if (!in_time || attribute(*data, "NotBefore")) {
    return log.refuse(Reason::kSubjectConfirmation, kNotForHere, "confirmation_time", to_rfc3339(input.now),
                      "until " + shown(end) + (attribute(*data, "NotBefore") ? ", with NotBefore" : ""));
  }
  const auto in_response_to = attribute(*data, "InResponseTo");
  if (!answers_us(in_response_to, input, response_is_signed)) {
    return log.refuse(Reason::kInResponseTo, "The provider's assertion answers another request.", "in_response_to",
                      input.sent ? input.sent->id : "", in_response_to.value_or(""));
  }
  log.holds("recipient", expected, recipient);
  return {};
}

Result<void> check_context(const Authentication& authentication, const ResponseCheckInput& input, const CheckLog& log) {
  if (!input.sent || input.sent->authn_context_class_refs.empty()) return {};
  const std::vector<std::string>& asked = input.sent->authn_context_class_refs;
  const std::string expected = fmt::format("{}", fmt::join(asked, " "));
  if (std::ranges::count(asked, authentication.authn_context_class_ref) == 0) {
    return log.refuse(Reason::kAuthnContext,
                      "The identity provider authenticated the person in another way than asked.", "authn_context",
                      expected, authentication.authn_context_class_ref);
  }
  log.holds("authn_context", expected, authentication.authn_context_class_ref);
  return {};
}

Result<void> check_freshness(const Authentication& authentication, const ResponseCheckInput& input,
                             const CheckLog& log) {
  if (!input.sent || !input.sent->force_authn) return {};
  const Timestamp earliest = input.sent->sent_at - skew_of(input);
  const std::string expected = "from " + to_rfc3339(earliest) + " on";
  if (authentication.authn_instant < earliest) {
    return log.refuse(Reason::kStaleAuthn, "The identity provider did not authenticate the person anew.",
                      "authn_instant", expected, to_rfc3339(authentication.authn_instant));
  }
  log.holds("authn_instant", expected, to_rfc3339(authentication.authn_instant));
  return {};
}

}  // namespace

Result<std::optional<Timestamp>> time_attribute(const _xmlNode& element, std::string_view name) {
  const std::optional<std::string> text = attribute(element, name);
  if (!text) return std::nullopt;
  if (const std::optional<Timestamp> time = parse_saml_time(*text)) return time;
  return tl::unexpected(make_error(Reason::kBadTime, "The provider's message holds a time that is none.",
                                   oidc::shortened(fmt::format("{} {}", name, *text))));
}

Result<void> check_issue_instant(const _xmlNode& element, const ResponseCheckInput& input, const CheckLog& log) {
  DOORWARD_TRY(const auto issued, time_attribute(element, "IssueInstant"));
  if (!issued) return failure(Reason::kSamlShape, "The provider's message does not say when it was made.");
  if (*issued <= input.now + skew_of(input)) return {};
  return log.refuse(Reason::kTimeWindow, kNotValidNow, "clock", to_rfc3339(input.now), "issued " + to_rfc3339(*issued));
}

Result<std::optional<Timestamp>> check_conditions(const _xmlNode& assertion, const ResponseCheckInput& input,
                                                  const CheckLog& log) {
  const _xmlNode* conditions = find_child(assertion, kAssertionNs, "Conditions");
  if (conditions == nullptr) {
    return log.refuse(Reason::kAudience, "The provider's assertion is for another service.", "audience",
                      input.service_provider.entity_id, "");
  }
  DOORWARD_CHECK(check_audience(*conditions, input, log));
  DOORWARD_TRY(const auto begin, time_attribute(*conditions, "NotBefore"));
  DOORWARD_TRY(const auto end, time_attribute(*conditions, "NotOnOrAfter"));
  const std::chrono::seconds skew = skew_of(input);
  const bool begun = !begin || *begin <= input.now + skew;
  const bool lasting = !end || (input.now - skew < *end && *end <= input.now + life_of(input) + skew);
  const std::string received = "from " + shown(begin) + " until " + shown(end);
  if (!begun || !lasting || (begin && end && *end <= *begin)) {
    return log.refuse(Reason::kTimeWindow, kNotValidNow, "clock", to_rfc3339(input.now), received);
  }
  log.holds("clock", to_rfc3339(input.now), received);
  DOORWARD_CHECK(check_known(*conditions));
  return end;
}

Result<Timestamp> check_subject_confirmation(const _xmlNode& assertion, const ResponseCheckInput& input,
                                             bool response_is_signed, const CheckLog& log) {
  const std::vector<const _xmlNode*> confirmations = bearer_confirmations(assertion);
  DOORWARD_TRY(const Timestamp latest, last_end(confirmations, input, log));
  std::optional<Error> first;
  bool confirmed = false;
  for (const _xmlNode* confirmation : confirmations) {
    const auto checked = check_bearer(*confirmation, input, response_is_signed, log);
    confirmed = confirmed || checked;
    if (!checked && !first) first = checked.error();
  }
  if (confirmed) return latest;
  if (first) return tl::unexpected(*std::move(first));
  return log.refuse(Reason::kSubjectConfirmation, "The provider's assertion cannot be presented by a browser.",
                    "confirmation_method", kBearer, "");
}

Result<Authentication> check_authentication(const _xmlNode& assertion, const ResponseCheckInput& input,
                                            const CheckLog& log) {
  const _xmlNode* statement = find_child(assertion, kAssertionNs, "AuthnStatement");
  if (statement == nullptr) {
    return failure(Reason::kNoAuthnStatement, "The provider's assertion does not say that anybody was authenticated.");
  }
  Authentication authentication;
  DOORWARD_TRY(const auto instant, time_attribute(*statement, "AuthnInstant"));
  if (!instant) return failure(Reason::kSamlShape, "The provider's assertion does not say when it authenticated.");
  authentication.authn_instant = *instant;
  if (*instant > input.now + skew_of(input)) {
    return log.refuse(Reason::kTimeWindow, kNotValidNow, "clock", to_rfc3339(input.now),
                      "authenticated " + to_rfc3339(*instant));
  }
  DOORWARD_TRY(authentication.session_not_on_or_after, time_attribute(*statement, "SessionNotOnOrAfter"));
  const std::optional<Timestamp>& session_end = authentication.session_not_on_or_after;
  if (session_end && *session_end <= input.now - skew_of(input)) {
    return log.refuse(Reason::kSessionExpired, "The person's session at the provider has ended.", "session",
                      to_rfc3339(input.now), "until " + shown(session_end));
  }
  authentication.session_index = attribute(*statement, "SessionIndex").value_or("");
  if (authentication.session_index.size() > kMostSessionIndexBytes) {
    return failure(Reason::kSamlShape, "The provider's assertion has a session index that is too long.");
  }
  if (const _xmlNode* context = find_child(*statement, kAssertionNs, "AuthnContext")) {
    const _xmlNode* class_ref = find_child(*context, kAssertionNs, "AuthnContextClassRef");
    if (class_ref != nullptr) authentication.authn_context_class_ref = text_in(*class_ref);
  }
  DOORWARD_CHECK(check_context(authentication, input, log));
  DOORWARD_CHECK(check_freshness(authentication, input, log));
  return authentication;
}

}  // namespace doorward::saml
