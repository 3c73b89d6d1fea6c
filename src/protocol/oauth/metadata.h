// Authorization server metadata (RFC 8414, OpenID Connect Discovery 1.0).
#pragma once

#include <string>
#include <string_view>

namespace doorward::oauth {

// The document for `issuer`, a base URL without a final '/'. It names what this server does and nothing else: with
// client_credentials as its only grant there is no authorization endpoint to name (RFC 8414 section 2 requires one only
// for grants that use it) and no response type.
std::string metadata_document(std::string_view issuer);

}  // namespace doorward::oauth
