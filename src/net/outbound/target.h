// Where a URL's text points, read by the same parser that will connect (libcurl's), so that no second reading of an odd
// spelling can differ from the first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/outbound/egress_policy.h"

namespace doorward::net {

inline constexpr std::size_t kMaxUrlBytes = 6000;

struct Target {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case, a name without its final dot; a literal IPv6 address without brackets
  std::uint16_t port = 0;
  std::optional<IpAddress> literal;  // the host, when it is an address

  // What connections and limits are counted by.
  std::string origin() const;
};

// kInvalidArgument: not an absolute http or https URL, user information, a fragment, characters outside printable
// ASCII (a name in another script must come as its ASCII form), no possible name, too long. kEgressForbidden: scheme,
// port or literal address (in any spelling that libcurl takes for one, such as 0x7f.1) that `policy` refuses; `own` are
// the addresses of this machine.
Result<Target> parse_target(std::string_view url, const EgressPolicy& policy, std::span<const IpAddress> own = {});

// What a name resolved to, judged as a whole: kEgressForbidden when no address is allowed, kEgressMixedAnswer when only
// some are, which is what an answer looks like that is made to get past a check.
Result<void> judge_addresses(std::span<const IpAddress> addresses, std::uint16_t port, const EgressPolicy& policy,
                             std::span<const IpAddress> own);

}  // namespace doorward::net
