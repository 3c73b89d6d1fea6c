// Where a URL's text points, read by the same parser that will connect (libcurl's), so that no second reading of an odd
// spelling can differ from the first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/outbound/egress_policy.h"

namespace doorward::net {

inline constexpr std::size_t kMaxUrlBytes = 6000;

struct Target {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; a literal IPv6 address without brackets
  std::uint16_t port = 0;

  // What connections and limits are counted by.
  std::string origin() const;
};

// kInvalidArgument: not an absolute http or https URL, user information, a fragment, characters outside printable
// ASCII (a name in another script must come as its ASCII form), too long. kEgressForbidden: scheme, port or literal
// address (in any spelling that libcurl takes for one, such as 0x7f.1) that `policy` refuses.
Result<Target> parse_target(std::string_view url, const EgressPolicy& policy);

}  // namespace doorward::net
