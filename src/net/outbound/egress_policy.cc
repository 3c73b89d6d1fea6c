#include "net/outbound/egress_policy.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace doorward::net {
namespace {

constexpr IpNetwork block(bool v6, std::array<std::uint8_t, 16> first, int length) {
  return {IpAddress{first, v6}, length};
}
constexpr IpNetwork ipv4(std::array<std::uint8_t, 16> first, int length) { return block(false, first, length); }
constexpr IpNetwork ipv6(std::array<std::uint8_t, 16> first, int length) { return block(true, first, length); }

// IANA special-purpose IPv4 registry (RFC 6890), multicast and the reserved top; loopback is told apart before.
constexpr std::array kReservedIpv4{
    ipv4({0}, 8),              // this network
    ipv4({10}, 8),             // private
    ipv4({100, 64}, 10),       // carrier-grade NAT
    ipv4({169, 254}, 16),      // link-local, cloud metadata services
    ipv4({172, 16}, 12),       // private
    ipv4({192, 0, 0}, 24),     // protocol assignments
    ipv4({192, 0, 2}, 24),     // documentation
    ipv4({192, 88, 99}, 24),   // 6to4 relays
    ipv4({192, 168}, 16),      // private
    ipv4({198, 18}, 15),       // benchmarking
    ipv4({198, 51, 100}, 24),  // documentation
    ipv4({203, 0, 113}, 24),   // documentation
    ipv4({224}, 4),            // multicast
    ipv4({240}, 4),            // reserved, broadcast
};

// Unicast of IPv6 is assigned from 2000::/3 only (IANA); inside it these are not ordinary addresses.
constexpr IpNetwork kAssignedIpv6 = ipv6({0x20}, 3);
constexpr std::array kReservedIpv6{
    ipv6({0x20, 0x01, 0x00, 0x00}, 23),  // protocol assignments, Teredo, ORCHID, benchmarking
    ipv6({0x20, 0x01, 0x0D, 0xB8}, 32),  // documentation
    ipv6({0x20, 0x02}, 16),              // 6to4: carries an IPv4 address
    ipv6({0x3F, 0xFF, 0x00}, 20),        // documentation
};

// Sorted. Services that are commonly unprotected inside a network, from 1024 on.
constexpr std::array<std::uint16_t, 30> kRefusedPorts{1433, 1521, 1723, 2049, 2181, 2375, 2376, 2379,  2380,  3128,
                                                      3306, 3389, 4369, 5060, 5432, 5672, 5900, 5985,  5986,  6000,
                                                      6379, 6443, 6667, 8500, 9042, 9092, 9200, 10250, 11211, 27017};
static_assert(std::ranges::is_sorted(kRefusedPorts));

constexpr std::uint16_t kFirstUnprivilegedPort = 1024;

bool any_contains(std::span<const IpNetwork> networks, const IpAddress& address) {
  return std::ranges::any_of(networks, [&](const IpNetwork& network) { return network.contains(address); });
}

// Transition forms, and where in them the IPv4 address stands.
struct Transition {
  IpNetwork network;
  std::array<std::size_t, 4> at{12, 13, 14, 15};
  std::uint8_t mask = 0;  // the address is stored combined with it by exclusive or
};
constexpr std::array kTransitions{
    Transition{ipv6({}, 96)},                                                   // compatible, RFC 4291
    Transition{ipv6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96)},           // mapped, RFC 4291
    Transition{ipv6({0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96)},                 // SIIT, RFC 2765
    Transition{ipv6({0x00, 0x64, 0xFF, 0x9B}, 96)},                             // NAT64, RFC 6052
    Transition{ipv6({0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01}, 48), {6, 7, 9, 10}},  // NAT64, RFC 8215
    Transition{ipv6({0x20, 0x02}, 16), {2, 3, 4, 5}},                           // 6to4, RFC 3056
    Transition{ipv6({0x20, 0x01, 0x00, 0x00}, 32), {12, 13, 14, 15}, 0xFF},     // Teredo, RFC 4380
};

bool is_ipv6_loopback(const IpAddress& address) {
  return address.bytes.back() == 1 &&
         std::all_of(address.bytes.begin(), address.bytes.end() - 1, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

std::optional<IpAddress> ip_address_of(const sockaddr& address) {
  IpAddress result;
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    std::memcpy(result.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
    return result;
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    std::memcpy(result.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    result.v6 = true;
    return result;
  }
  return std::nullopt;
}

std::optional<std::uint16_t> port_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    return ntohs(v4.sin_port);
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    return ntohs(v6.sin6_port);
  }
  return std::nullopt;
}

std::optional<IpAddress> embedded_ipv4(const IpAddress& address) {
  const auto* form =
      std::ranges::find_if(kTransitions, [&](const Transition& t) { return t.network.contains(address); });
  if (form == kTransitions.end()) return std::nullopt;
  IpAddress inner;
  for (std::size_t i = 0; i < form->at.size(); ++i) {
    inner.bytes[i] = static_cast<std::uint8_t>(address.bytes[form->at[i]] ^ form->mask);
  }
  return inner;
}

AddressKind kind_of(const IpAddress& address) {
  if (!address.v6) {
    if (address.bytes[0] == 127) return AddressKind::kLoopback;
    return any_contains(kReservedIpv4, address) ? AddressKind::kReserved : AddressKind::kPublic;
  }
  if (is_ipv6_loopback(address)) return AddressKind::kLoopback;
  if (!kAssignedIpv6.contains(address)) return AddressKind::kReserved;
  return any_contains(kReservedIpv6, address) ? AddressKind::kReserved : AddressKind::kPublic;
}

AddressKind EgressPolicy::kind(const IpAddress& address, std::span<const IpAddress> own) const {
  const AddressKind plain = kind_of(address);
  if (!allowed.contain(address)) {
    const bool is_own = plain == AddressKind::kPublic && std::ranges::find(own, address) != own.end();
    return is_own ? AddressKind::kLoopback : plain;
  }
  const auto inner = embedded_ipv4(address);
  const bool inner_is_fine = !inner || kind_of(*inner) == AddressKind::kPublic || allowed.contain(*inner);
  return inner_is_fine ? AddressKind::kPublic : plain;
}

bool EgressPolicy::allows(AddressKind kind, std::uint16_t port) const {
  if (!allows(kind)) return false;
  if (kind == AddressKind::kLoopback) return true;
  if (port == 443 || (port == 80 && allow_plain_http)) return true;
  return port >= kFirstUnprivilegedPort && !std::ranges::binary_search(kRefusedPorts, port);
}

}  // namespace doorward::net
