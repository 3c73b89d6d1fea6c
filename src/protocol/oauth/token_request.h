// A request to the token endpoint (RFC 6749 section 3.2) as values.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "protocol/oauth/form.h"

namespace doorward::oauth {

// Section 4.4.2, with the client's authentication of section 2.3.1.
struct ClientCredentialsGrant {
  std::string client_id;
  Secret<std::string> client_secret;
  std::string scope;  // "" when absent
};

// `authorization`: the Authorization field, "" when absent. Basic credentials are used; any other scheme is left alone,
// because published SDKs send the expired bearer token that they are about to replace. `query`: what follows '?'.
//
// kMalformedRequest: parameters twice, or grant_type absent. kUnsupportedGrantType: anything but client_credentials.
// kInvalidClient: no credentials, Basic that cannot be decoded, both ways at once, or a secret in the query, where logs
// keep it.
Result<ClientCredentialsGrant> parse_token_request(std::string_view body, std::string_view query,
                                                   std::string_view authorization);

}  // namespace doorward::oauth
