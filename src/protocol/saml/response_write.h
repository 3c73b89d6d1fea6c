// A Response as an identity provider writes it (SAML core 2 and 3.3.3), for the simulated one: right or wrong in any
// part, and always well-formed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/saml/response_check.h"
#include "protocol/saml/xml_element.h"

namespace doorward::saml {

// Times are text, so that wrong ones can be written. An empty text leaves its attribute or element out, but of those
// that say otherwise.
struct WrittenConfirmation {
  std::string method;  // URI
  std::string recipient;
  std::string in_response_to;
  std::string not_before;
  std::string not_on_or_after;
  bool has_data = true;  // SubjectConfirmationData
};

struct WrittenAssertion {
  std::string id;
  std::string version = "2.0";
  std::string issue_instant;
  std::string issuer;
  SamlNameId name_id;  // written also when its value is empty
  std::vector<WrittenConfirmation> confirmations;
  std::string not_before;  // of Conditions, as the next
  std::string not_on_or_after;
  std::vector<std::vector<std::string>> audience_restrictions;  // each with its audiences, which may be none
  bool one_time_use = false;
  bool unknown_condition = false;  // one that no specification knows
  bool proxy_restriction = false;  // to no further assertion
  bool authn_statement = true;
  std::string authn_instant;
  std::string session_index;
  std::string session_not_on_or_after;
  std::string authn_context_class_ref;
  std::vector<SamlAttribute> attributes;  // one element for each, also where names repeat
  std::string nil_attribute;              // the name of one more, whose one value is xsi:nil
};

struct WrittenResponse {
  std::string id;
  std::string version = "2.0";
  std::string issue_instant;
  std::string destination;
  bool empty_destination = false;  // there, and empty
  std::string in_response_to;
  std::string issuer;
  std::string status;         // URI; empty: no Status at all
  std::string second_status;  // inside of it
  std::string status_message;
};

// Unsigned. Sign the assertion before it is put into the response (signature_write.h).
XmlElement to_element(const WrittenAssertion& assertion);
XmlElement to_element(const WrittenResponse& response);

inline constexpr std::string_view kBearerConfirmation = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
inline constexpr std::string_view kHolderOfKeyConfirmation = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key";
inline constexpr std::string_view kSenderVouchesConfirmation = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches";
inline constexpr std::string_view kBasicAttributeName = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";

}  // namespace doorward::saml
