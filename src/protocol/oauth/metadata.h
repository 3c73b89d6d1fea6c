// Authorization server metadata (RFC 8414, OpenID Connect Discovery 1.0).
#pragma once

#include <string>
#include <string_view>

namespace doorward::oauth {

// Of the server at `issuer`, a base URL without a final '/'.
std::string token_endpoint(std::string_view issuer);
std::string user_info_endpoint(std::string_view issuer);
std::string revocation_endpoint(std::string_view issuer);
std::string introspection_endpoint(std::string_view issuer);
std::string pushed_request_endpoint(std::string_view issuer);
std::string end_session_endpoint(std::string_view issuer);

// The document of both standards; it names what this server does and nothing else.
std::string metadata_document(std::string_view issuer);

}  // namespace doorward::oauth
