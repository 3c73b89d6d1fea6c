// How a relying party proves itself at the provider's token endpoint (OpenID Connect Core section 9, RFC 7523). Pure:
// who signs, and the time, are parameters.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "domain/connection.h"
#include "protocol/jose/algorithm.h"

namespace doorward::oidc {

// An assertion is used at once (RFC 7523 section 3, and the bound that FAPI sets).
inline constexpr std::chrono::seconds kAssertionLife{60};

// The method to use. `configured` wins; kUnspecified is decided by what the provider says it takes (empty: nothing
// said) and by whether there is a secret: Basic before post, neither without a secret.
TokenAuthType authentication_method(TokenAuthType configured, const std::vector<std::string>& supported,
                                    bool has_secret);

// The algorithm of private_key_jwt: RS256 unless the provider says it takes ES256 only. kTokenExchange: neither.
Result<jose::Algorithm> assertion_algorithm(const std::vector<std::string>& supported);

struct ClientCredentialsAtProvider {
  TokenAuthType method = TokenAuthType::kUnspecified;  // decided: not kUnspecified
  std::string client_id;
  Secret<std::string> client_secret;
  std::string assertion;  // of private_key_jwt and client_secret_jwt
};

struct AuthenticatedForm {
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // application/x-www-form-urlencoded
};

// `parameters` of the grant with the client's authentication added. Secrets are in the body or the Authorization field,
// never in the address.
AuthenticatedForm authenticate(std::vector<std::pair<std::string_view, std::string>> parameters,
                               const ClientCredentialsAtProvider& credentials);

struct AssertionClaims {
  std::string client_id;
  std::string audience;  // the token endpoint, or the issuer
  std::string token_id;  // unique
  Timestamp now;
};

// The claims of a client assertion as JSON.
std::string assertion_claims(const AssertionClaims& claims);

// A whole client_secret_jwt (HS256 with the client secret).
std::string symmetric_assertion(const AssertionClaims& claims, const Secret<std::string>& client_secret);

}  // namespace doorward::oidc
