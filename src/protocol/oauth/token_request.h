// A request to the token endpoint (RFC 6749 section 3.2) as values.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/secret.h"
#include "protocol/oauth/client_authentication.h"
#include "protocol/oauth/form.h"

namespace doorward::oauth {

// Section 4.1.3 with RFC 7636 section 4.5.
struct AuthorizationCodeGrant {
  Secret<std::string> code;
  std::string redirect_uri;           // "" when absent
  Secret<std::string> code_verifier;  // "" when absent
};

// Section 6.
struct RefreshTokenGrant {
  Secret<std::string> refresh_token;
  std::string scope;  // "" when absent
};

// Section 4.4.2.
struct ClientCredentialsGrant {
  std::string scope;  // "" when absent
};

struct TokenRequest {
  ClientCredential client;
  std::variant<AuthorizationCodeGrant, RefreshTokenGrant, ClientCredentialsGrant> grant;
};

// kMalformedRequest: no form, grant_type absent, or the code or refresh token that the grant is about.
// kUnsupportedGrantType. kInvalidClient as read_client_credential().
Result<TokenRequest> parse_token_request(std::string_view body, std::string_view query, std::string_view authorization);

}  // namespace doorward::oauth
