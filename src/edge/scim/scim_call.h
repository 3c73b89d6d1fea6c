// One authenticated SCIM request on its way to an endpoint.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "app/provisioning/search.h"
#include "base/result.h"
#include "domain/caller.h"
#include "edge/scim/scim_request.h"
#include "net/http.h"
#include "protocol/scim/projection.h"

namespace doorward::edge {

struct ScimCall {
  const net::Request& request;
  const Caller& caller;
  const ScimTarget& target;
  const ScimQuery& query;
  std::string base;  // SCIM base URL of the directory, from the configured base URL
};

// The body as an object. kUnsupportedMediaType unless it is application/scim+json or application/json, in UTF-8;
// kScimInvalidSyntax as parse_body.
Result<boost::json::object> read_body(const net::Request& request);

// attributes and excludedAttributes.
Result<scim::Projection> read_projection(const ScimCall& call, const scim::ResourceType& type);

// filter, startIndex and count: startIndex below 1 is 1, count below 0 is 0, above the largest page is that
// (RFC 7644 section 3.4.2.4).
Result<ProvisioningSearch> read_search(const ScimCall& call, const scim::ResourceType& type);

}  // namespace doorward::edge
