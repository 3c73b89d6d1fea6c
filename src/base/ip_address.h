// IP addresses and networks as values: what limits count by and what trust and egress are decided on. Pure, no sockets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace doorward {

// An IPv4 (first four bytes) or IPv6 address in network byte order.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  bool v6 = false;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

// Canonical text only: dotted decimal with four parts, or RFC 4291 without zone.
std::optional<IpAddress> parse_ip_address(std::string_view text);
std::string to_string(const IpAddress& address);

// An IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) as the IPv4 address it is; others unchanged.
IpAddress unmapped(const IpAddress& address);

// The addresses that one party commands, by their first: an IPv4 address (also when mapped) or an IPv6 /64.
IpAddress source_of(const IpAddress& address);

// A prefix (RFC 4632, RFC 4291 section 2.3).
struct IpNetwork {
  IpAddress first;
  int length = 0;  // bits; at most 32 or 128

  // Of the same family only.
  constexpr bool contains(const IpAddress& address) const {
    if (address.v6 != first.v6) return false;
    std::size_t at = 0;
    int bits = length;
    for (; bits >= 8; bits -= 8, ++at) {
      if (first.bytes[at] != address.bytes[at]) return false;
    }
    return bits == 0 || ((first.bytes[at] ^ address.bytes[at]) >> (8 - bits)) == 0;
  }
  friend bool operator==(const IpNetwork&, const IpNetwork&) = default;
};

// "10.0.0.0/8", "2001:db8::/32", or one address. kInvalidArgument for other text, for a length out of range, and for
// bits beyond the length, which are a slip of the pen.
Result<IpNetwork> parse_ip_network(std::string_view text);

// A list as options say it: separated by commas, spaces around them ignored; empty text is the empty list.
class IpNetworks {
 public:
  static constexpr std::size_t kMost = 256;

  IpNetworks() = default;
  explicit IpNetworks(std::vector<IpNetwork> networks) : networks_(std::move(networks)) {}
  // The errors of parse_ip_network; kInvalidArgument for more than kMost.
  static Result<IpNetworks> parse(std::string_view text);

  // An IPv4-mapped address is in the networks of its IPv4 address.
  bool contain(const IpAddress& address) const;
  bool empty() const { return networks_.empty(); }
  const std::vector<IpNetwork>& all() const { return networks_; }

 private:
  std::vector<IpNetwork> networks_;
};

}  // namespace doorward
