// Where outbound requests may go: the judgement on addresses and ports, as pure functions.
//
// Whoever can name a URL (a webhook, a hook, a metadata document) could otherwise make the server speak to its own
// network. The judgement that counts is the one on the addresses that a name resolved to, which are then the only ones
// connected to; the one on the URL's text is a courtesy to the person who types it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/ip_address.h"

struct sockaddr;

namespace doorward::net {

// nullopt for families other than IPv4 and IPv6.
std::optional<IpAddress> ip_address_of(const sockaddr& address);
std::optional<std::uint16_t> port_of(const sockaddr& address);

// The IPv4 address that a transition form of IPv6 carries and that a translator or relay would send to: mapped
// (::ffff:0:0/96), compatible (::/96), SIIT (::ffff:0:0:0/96), NAT64 (64:ff9b::/96, 64:ff9b:1::/48), 6to4 (2002::/16)
// and Teredo (2001::/32, the client behind it). nullopt for any other address.
std::optional<IpAddress> embedded_ipv4(const IpAddress& address);

enum class AddressKind : std::uint8_t {
  kPublic,
  kLoopback,  // 127.0.0.0/8, ::1; to EgressPolicy::kind() also this machine's own public addresses
  kReserved,  // anything else that is not an ordinary public unicast address, including every transition form of IPv6
              // that could carry an IPv4 address past this check
};
AddressKind kind_of(const IpAddress& address);

struct EgressPolicy {
  bool allow_loopback = false;  // development: receivers on the same machine
  bool allow_plain_http = false;

  IpNetworks allowed;  // what the operator counts as public, whatever it is

  static EgressPolicy production() { return {}; }
  static EgressPolicy development() { return {.allow_loopback = true, .allow_plain_http = true}; }

  // What the policy takes `address` for; `own` are the addresses of this machine. An allowed network counts as public,
  // but an IPv4 address that an allowed IPv6 address carries must be public or allowed itself.
  AddressKind kind(const IpAddress& address, std::span<const IpAddress> own) const;

  bool allows(AddressKind kind) const {
    return kind == AddressKind::kPublic || (kind == AddressKind::kLoopback && allow_loopback);
  }

  // To public addresses: 443, with plain http 80, and from 1024 on what is not the well-known port of another service
  // that could be talked into something by an HTTP request. To loopback, where allowed: any.
  bool allows(AddressKind kind, std::uint16_t port) const;
};

}  // namespace doorward::net
