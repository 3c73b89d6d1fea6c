// Answers in SCIM's media type.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http.h"
#include "protocol/scim/behaviour.h"

namespace doorward::edge {

// `body` with exactly "application/scim+json": a strict client refuses a charset parameter.
net::Response scim_response(int status, std::string body);

// What the head of an answer with one resource says of it.
struct ResourceHead {
  std::string location;  // absolute
  std::string version;   // entity tag
};

// The resource with Content-Location and ETag (RFC 7643 section 3.1, RFC 7644 section 3.14); created, Location too.
net::Response resource_response(int status, std::string body, const ResourceHead& head);

// 304: the caller has this version already.
net::Response not_modified(const ResourceHead& head);

// An answer without the resource, with the version that the resource has now.
net::Response with_version(net::Response response, std::string version);

// A SCIM Error. 401 carries WWW-Authenticate, 429 and 503 an integer Retry-After, because Okta reads nothing else.
net::Response scim_error(const Error& error);

// Calls the answer application/json where `Accept` names that and nothing that SCIM's own type would satisfy (RFC 7644
// section 3.8), and the directory wants it so (Behaviour::media_type).
void answer_as_accepted(const net::Request& request, const scim::Behaviour& behaviour, net::Response& response);

// 405 with the methods that would do.
net::Response method_not_allowed(std::string_view allowed);

}  // namespace doorward::edge
