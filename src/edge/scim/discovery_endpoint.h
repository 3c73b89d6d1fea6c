// /ServiceProviderConfig, /ResourceTypes and /Schemas (RFC 7644 section 4).
#pragma once

#include <optional>

#include "edge/scim/scim_call.h"
#include "net/http.h"

namespace doorward::edge {

// The answer when `call` is to a discovery endpoint, otherwise nullopt. GET only; paging and attributes are ignored; a
// filter on a list is refused with 403 or ignored (Behaviour::discovery_filter).
std::optional<net::Response> discovery(const ScimCall& call);

}  // namespace doorward::edge
