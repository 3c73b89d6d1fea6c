// Internal: who a request comes from when it came through proxies of ours.
#pragma once

#include "base/ip_address.h"
#include "net/http.h"

namespace doorward::net {

// The address that limits and logs go by. `peer` is the other end of the connection. Each proxy appends to
// X-Forwarded-For the address that it saw, so the fields are read from their right end for as long as what wrote the
// entry is trusted: the right-most address outside `trusted` is the answer, the last trusted one where the rest is
// missing or is no address (with or without a port). What an untrusted peer writes there counts for nothing.
IpAddress client_address(const IpAddress& peer, const Headers& headers, const IpNetworks& trusted);

}  // namespace doorward::net
