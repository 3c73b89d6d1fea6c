// The logout token of OpenID Connect Back-Channel Logout 1.0, section 2.4.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "protocol/jose/jws.h"

namespace doorward::oidc {

// A logout token is used at once; one that is older was kept by somebody.
inline constexpr std::chrono::minutes kMostLogoutTokenAge{10};

// At least one of subject and session is not empty.
struct LogoutNotice {
  std::string issuer;
  std::string subject;   // "sub"
  std::string session;   // "sid"
  std::string token_id;  // "jti": to be accepted once
  Timestamp expires_at;  // until when `token_id` must be remembered
};

struct LogoutTokenRules {
  std::string issuer;     // of the connection
  std::string client_id;  // ours at the provider
  Timestamp now;
};

// kLogoutToken, with what is wrong as detail: wrong issuer or audience, expired or old, `events` without the logout
// event, a `nonce`, neither `sub` nor `sid`, no `jti`.
Result<LogoutNotice> check_logout_token(const jose::VerifiedJws& token, const LogoutTokenRules& rules);

}  // namespace doorward::oidc
