// The rules that an ID token must keep (OpenID Connect Core sections 2, 3.1.3.6, 3.1.3.7). Pure: the time and what was
// asked for are parameters.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "protocol/jose/jws.h"
#include "protocol/oidc/token_claims.h"

namespace doorward::oidc {

inline constexpr std::chrono::seconds kProviderClockSkew{120};
inline constexpr std::chrono::hours kMostIdTokenAge{24};

struct IdTokenRules {
  std::string issuer;  // of the connection; may be Entra's template
  std::string client_id;
  std::string nonce;
  Timestamp started_at;  // when the person was sent to the provider
  std::optional<std::chrono::seconds> max_age;
  std::vector<std::string> acr_values;  // empty: any
  std::string access_token;             // for at_hash; empty: none came
  std::string code;                     // for c_hash
  Timestamp now;
};

struct IdToken {
  std::string issuer;  // as said: never a template
  std::string subject;
  std::string session;  // "sid"; empty: not said
  std::optional<Timestamp> auth_time;
  std::string acr;             // empty: not said
  boost::json::object claims;  // all
};

// In this order:
//   kJwtMalformed    no strict JSON object, a registered claim of the wrong type, `exp` or `iat` absent
//   kIssuerMismatch  no `iss` or another one; for a template, one that is not of the tenant in `tid`
//   kAudience        we are not in `aud`, or somebody else is; `azp` names somebody else
//   kTimeWindow      expired, not valid yet, or issued in the future or over kMostIdTokenAge ago
//   kJwtMalformed    `sub` absent, empty or over kMostSubjectBytes
//   kNonce           absent or another
//   kStaleAuthn      `auth_time` absent or too long ago, where max_age was asked for
//   kAuthnContext    `acr` is none of those asked for
//   kTokenHash       `at_hash` or `c_hash` is there and wrong
Result<IdToken> check_id_token(const jose::VerifiedJws& token, const IdTokenRules& rules);

}  // namespace doorward::oidc
