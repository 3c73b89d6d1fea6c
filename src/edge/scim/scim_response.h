// Answers in SCIM's media type.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http.h"

namespace doorward::edge {

// `body` with exactly "application/scim+json": a strict client refuses a charset parameter.
net::Response scim_response(int status, std::string body);

// A SCIM Error. 401 carries WWW-Authenticate, 429 and 503 an integer Retry-After, because Okta reads nothing else.
net::Response scim_error(const Error& error);

// 405 with the methods that would do.
net::Response method_not_allowed(std::string_view allowed);

}  // namespace doorward::edge
