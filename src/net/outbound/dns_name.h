// Names as the domain name system takes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "base/result.h"

namespace doorward::net {

// Lower case without the final dot. kInvalidArgument for what cannot be a name: characters other than letters, digits,
// hyphen and underscore, empty labels or ones beyond 63 bytes, more than 253 bytes, and names that end in a number,
// which others might read as an odd spelling of an IPv4 address.
Result<std::string> canonical_dns_name(std::string_view name);

// "localhost" and what ends in ".localhost", with or without the final dot (RFC 6761 section 6.3); ASCII case ignored.
bool is_localhost_name(std::string_view host);

// A name server as options write it: "192.0.2.53", "192.0.2.53:5353", "2001:db8::53" or "[2001:db8::53]:5353".
struct DnsServer {
  IpAddress address;
  std::uint16_t port = 53;

  friend bool operator==(const DnsServer&, const DnsServer&) = default;
};
Result<DnsServer> parse_dns_server(std::string_view text);
std::string to_string(const DnsServer& server);  // "192.0.2.53:53", "[2001:db8::53]:53"

}  // namespace doorward::net
