// Single logout (SAML core 3.7, profiles 4.4): the two messages, written and checked.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/saml_settings.h"
#include "protocol/saml/redirect_binding.h"
#include "protocol/saml/response_check.h"
#include "protocol/saml/xml_element.h"

namespace doorward::saml {

inline constexpr std::size_t kMostSessionIndexes = 100;
// A request without NotOnOrAfter is taken for so long after it was issued.
inline constexpr std::chrono::seconds kLogoutRequestLife{300};
// One with NotOnOrAfter no longer than this, whatever it says: its id must be remembered for as long.
inline constexpr std::chrono::seconds kMostLogoutRequestLife{3600};

struct LogoutRequest {
  std::string id;
  Timestamp issue_instant;
  std::string destination;
  std::string issuer;
  SamlNameId name_id;
  std::vector<std::string> session_indexes;  // empty: every session of this person
  std::optional<Timestamp> not_on_or_after;
};

enum class LogoutStatus : std::uint8_t {
  kSuccess,
  kPartial,           // somebody took part in the session and could not be logged out
  kUnknownPrincipal,  // nobody here by this name
  kDenied,            // the request was refused
  kFailed,            // it could not be done
};

struct LogoutResponse {
  std::string id;
  Timestamp issue_instant;
  std::string destination;
  std::string issuer;
  std::string in_response_to;  // empty: the request could not be read so far
  LogoutStatus status = LogoutStatus::kSuccess;
};

// Unsigned; send_message() signs them.
XmlElement to_element(const LogoutRequest& request);
XmlElement to_element(const LogoutResponse& response);

// A message as it arrived.
struct ReceivedMessage {
  SamlBinding binding = SamlBinding::kHttpRedirect;
  std::string xml;          // read_redirect() or decode_post_message()
  std::string relay_state;  // as it came
  std::string query;        // kHttpRedirect: as received, for its signature
};

struct LogoutCheckInput {
  const SamlSettings& settings;
  std::vector<std::string> slo_urls;  // ours; where the message may be destined to
  Timestamp now;
};

// What the connection's own provider asks, and nobody else. In this order: the gate (xml_document.h), kWrongRoot,
// kBadVersion, kUnsigned and those of check_signature (by form) or check_redirect_signature, kIssuerMismatch,
// kDestination, kBadTime, kTimeWindow (NotOnOrAfter is over, or IssueInstant is out of kLogoutRequestLife),
// kNameIdShape, kNameIdInvalid, kUnsupportedEncryptedId, kSamlShape. That its id was not seen before is for the caller
// to find out.
Result<LogoutRequest> check_logout_request(const ReceivedMessage& message, const LogoutCheckInput& input);

// Until when the id of a checked request must be remembered: no connection's skew accepts it later.
Timestamp remember_until(const LogoutRequest& request);

// The provider's answer to the request `in_response_to`. As above, and kInResponseTo. A status other than success is an
// answer all the same.
Result<LogoutResponse> check_logout_response(const ReceivedMessage& message, const LogoutCheckInput& input,
                                             std::string_view in_response_to);

// The ID of a message that nobody has checked, to answer a refusal. nullopt: not there, no name (xs:NCName of at most
// 256 bytes), or the gate refuses the bytes.
std::optional<std::string> unchecked_message_id(std::string_view xml);

}  // namespace doorward::saml
