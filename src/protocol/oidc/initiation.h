// A login that begins at the provider's portal (OpenID Connect Core section 4, third-party initiated login). It is
// never itself a login: it asks for one.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace doorward::oidc {

struct Initiation {
  std::string issuer;           // "iss"; equal to that of the connection
  std::string login_hint;       // empty: none
  std::string target_link_uri;  // unverified: whoever follows it must know it
};

// `parameters` is a query or a form. kMalformedRequest: no form or a parameter twice. kIssuerMismatch: no `iss`, or not
// that of the connection: otherwise anybody could send people to a provider of their choice.
Result<Initiation> read_initiation(std::string_view parameters, std::string_view configured_issuer);

}  // namespace doorward::oidc
