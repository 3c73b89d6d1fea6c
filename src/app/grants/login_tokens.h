// The tokens of a login: an access token (RFC 9068) and, with the scope openid, an ID token (OpenID Connect Core
// section 2), with the claims that published SDKs read.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "app/keys/signing_keys.h"
#include "app/tokens/issued_token.h"
#include "domain/api_client.h"
#include "domain/sign_in.h"
#include "ports/ids.h"

namespace doorward {

inline constexpr std::chrono::seconds kAccessTokenLife{900};  // unless the client has one of its own
inline constexpr std::chrono::seconds kIdTokenLife{259200};   // three days

inline constexpr std::string_view kOpenIdScope = "openid";
inline constexpr std::string_view kOfflineAccessScope = "offline_access";

struct LoginTokenOrder {
  const ApiClient& client;
  const Grant& grant;
  std::string scope;  // of the grant, or less
  std::string nonce;  // of the authorization request; empty: none
  std::string code;   // that is redeemed; empty: a refresh
  Timestamp now;
};

// Everything that `scope` lets a client know of the person (OpenID Connect Core section 5.4): members of ID tokens and
// of what /userinfo answers, but for `sub`.
boost::json::object person_claims(const SignedInUser& user, std::string_view scope);

// Thread-safe. Everything borrowed must outlive it.
class LoginTokens {
 public:
  // `issuer` is the base URL.
  LoginTokens(Ids& ids, const SigningKeys& keys, std::string issuer)
      : ids_(ids), keys_(keys), issuer_(std::move(issuer)) {}

  // One or two signatures under the algorithm of the client: run it on the offload pool.
  IssuedToken sign(const LoginTokenOrder& order) const;

 private:
  boost::json::object access_claims(const LoginTokenOrder& order, std::chrono::seconds life) const;
  boost::json::object identity_claims(const LoginTokenOrder& order, std::string_view access_token) const;

  Ids& ids_;
  const SigningKeys& keys_;
  const std::string issuer_;
};

}  // namespace doorward
