// Private to the .cc files of this folder: whether an assertion is meant for us, now, and for this login (SAML
// core 2.4, 2.5, 2.7; profiles 4.1.4.2). Nothing here knows of signatures: what is judged was signed.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "protocol/saml/check_log.h"
#include "protocol/saml/response_check.h"

struct _xmlNode;

namespace doorward::saml {

// The attribute `name` of `element`: kBadTime where it is no time of SAML; nullopt where it is absent.
Result<std::optional<Timestamp>> time_attribute(const _xmlNode& element, std::string_view name);

// IssueInstant: kSamlShape without one, kBadTime, kTimeWindow in the future.
Result<void> check_issue_instant(const _xmlNode& element, const ResponseCheckInput& input, const CheckLog& log);

// kAudience, kBadTime, kTimeWindow, kUnknownCondition; NotOnOrAfter, if there is one.
Result<std::optional<Timestamp>> check_conditions(const _xmlNode& assertion, const ResponseCheckInput& input,
                                                  const CheckLog& log);

// One bearer confirmation that fits is enough; kSubjectConfirmation, kBadTime or kInResponseTo of the first that does
// not otherwise. kSubjectConfirmation also where any that is for us lasts longer than an assertion may.
// `response_is_signed`: its InResponseTo, checked before, stands for one that a confirmation lacks. The end of the last
// that is for us, clocks apart: none of them can be presented later.
Result<Timestamp> check_subject_confirmation(const _xmlNode& assertion, const ResponseCheckInput& input,
                                             bool response_is_signed, const CheckLog& log);

struct Authentication {
  std::string session_index;
  Timestamp authn_instant;
  std::optional<Timestamp> session_not_on_or_after;
  std::string authn_context_class_ref;
};

// Of the first AuthnStatement: kNoAuthnStatement, kSamlShape, kBadTime, kTimeWindow, kSessionExpired, kAuthnContext,
// kStaleAuthn.
Result<Authentication> check_authentication(const _xmlNode& assertion, const ResponseCheckInput& input,
                                            const CheckLog& log);

}  // namespace doorward::saml
