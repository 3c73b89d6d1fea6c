// Checks one token by itself: signature, type, issuer, audience, time, class. Says nothing about whether its client
// still may: that is api_authentication.h. Pure but for the keys; thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/keys/signing_keys.h"
#include "app/tokens/token_class.h"
#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "protocol/jose/claims.h"

namespace doorward {

// How far the clocks of nodes that share a database may differ.
inline constexpr std::chrono::seconds kClockSkew{5};

struct LoginClaims {
  ApiClientId client_id;
  GrantId grant_id;
  std::string scope;
  jose::Claims all;
};

struct IdentityHint {
  ApiClientId client_id;
  SessionId session_id;
  std::string subject;
};

class TokenVerifier {
 public:
  // `issuer` is the base URL.
  TokenVerifier(const SigningKeys& keys, std::string issuer) : keys_(keys), issuer_(std::move(issuer)) {}

  // What was verified under another generation of the keys has to be verified again: its key may be withdrawn.
  std::uint64_t keys_generation() const { return keys_.generation(); }

  // The claims of a token of class kApi, whose audience is this server. kTokenExpired; kWrongTokenClass for a token of
  // another type, and for a genuine one of another class or of none; kInvalidToken for everything else, with the reason
  // of protocol/jose as detail.
  Result<jose::Claims> verify_api(std::string_view token, Timestamp now) const;

  // The same for an access token of class kLogin; its audience is the client that it was issued to.
  Result<LoginClaims> verify_login(std::string_view token, Timestamp now) const;

  // An ID token that comes back as a hint (OpenID Connect RP-Initiated Logout 1.0 section 2): genuine and ours, however
  // long ago it ended.
  Result<IdentityHint> verify_hint(std::string_view token, Timestamp now) const;

  // The same for a token of class kDirectory; `audience` is the SCIM base URL of the directory.
  Result<jose::Claims> verify_directory(std::string_view token, std::string_view audience, Timestamp now) const;

 private:
  Result<jose::Claims> read(std::string_view token, TokenClass wanted, Timestamp now) const;
  Result<jose::Claims> verify(std::string_view token, TokenClass wanted, std::string_view audience,
                              Timestamp now) const;
  Result<void> check(const jose::Claims& claims, std::string_view audience, Timestamp now) const;

  const SigningKeys& keys_;
  std::string issuer_;
};

}  // namespace doorward
