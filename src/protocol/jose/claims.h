// The registered claims of a JSON Web Token (RFC 7519 section 4.1), read strictly and judged against expectations.
// Pure: the time is a parameter.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "protocol/jose/jws.h"

namespace doorward::jose {

struct Claims {
  std::string issuer;
  std::string subject;                // empty when absent
  std::vector<std::string> audience;  // a single string counts as a list of one
  Timestamp expires_at;
  std::optional<Timestamp> issued_at;
  std::optional<Timestamp> not_before;
  std::string token_id;         // "jti"; empty when absent
  boost::json::object members;  // all claims, for those of the application
};

// Empty when absent or no string.
std::string text_claim(const Claims& claims, std::string_view name);

// What must hold. Times are compared with `skew` in the token's favour.
struct ClaimRules {
  std::string issuer;                   // exact, byte for byte
  std::optional<std::string> audience;  // must be among "aud"
  Timestamp now;
  std::chrono::seconds skew{0};
  bool require_issued_at = true;
  bool require_token_id = false;
};

// Reads the payload. kJwtMalformed: not a strict JSON object; `iss` or `exp` absent; a claim of the wrong type; a date
// that is not a whole number of seconds between 1970 and the year 9999.
Result<Claims> read_claims(const VerifiedJws& token);

// In this order: kIssuerMismatch, kAudience, kJwtMalformed (a required claim is absent), kTokenExpired (`exp` is not
// after now), kTimeWindow (`nbf` or `iat` in the future, `exp` not after `iat`).
Result<void> check_claims(const Claims& claims, const ClaimRules& rules);

}  // namespace doorward::jose
