// IP addresses and networks as values: what an operator lists (trusted proxies, allowed targets) and what a socket
// says.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace doorward {

// An IPv4 (first four bytes, the rest zero) or IPv6 address in network byte order.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  bool v6 = false;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

// Canonical text only: dotted decimal with four parts, or RFC 4291 without zone and brackets.
std::optional<IpAddress> parse_ip_address(std::string_view text);
// Dotted decimal, or the form of RFC 5952 without brackets.
std::string to_string(const IpAddress& address);

// The IPv4 address inside ::ffff:0:0/96, which is how a socket of both families reports an IPv4 peer; any other address
// as it is.
IpAddress unmapped(const IpAddress& address);

// A block of addresses in CIDR notation.
struct IpNetwork {
  IpAddress prefix;  // no bit set beyond `length`
  int length = 0;    // in bits: at most 32 or 128

  // Addresses of one family only: an IPv4 network holds no mapped IPv6 address. Unwrap those of sockets before.
  bool contains(const IpAddress& address) const;

  friend bool operator==(const IpNetwork&, const IpNetwork&) = default;
};

// "10.0.0.0/8", "fd00::/8", or a single address. kInvalidArgument, with a sentence that says what is wrong: no address,
// a length beyond the family's, bits set behind the prefix ("10.1.2.3/8": a typing error more often than not).
Result<IpNetwork> parse_ip_network(std::string_view text);
std::string to_string(const IpNetwork& network);  // always with the length

bool any_contains(std::span<const IpNetwork> networks, const IpAddress& address);

}  // namespace doorward
