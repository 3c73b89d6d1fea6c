// Where outbound requests may go: the judgement on addresses and ports, as pure functions.
//
// Whoever can name a URL (a webhook, a hook, a metadata document) could otherwise make the server speak to its own
// network. The judgement that counts is the one on the socket address at connect time, after the name was resolved;
// the one on the URL's text is a courtesy to the person who types it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip_address.h"

struct sockaddr;

namespace doorward::net {

// nullopt for families other than IPv4 and IPv6.
std::optional<IpAddress> ip_address_of(const sockaddr& address);
std::optional<std::uint16_t> port_of(const sockaddr& address);

enum class AddressKind : std::uint8_t {
  kPublic,
  kLoopback,  // 127.0.0.0/8, ::1
  kReserved,  // anything else that is not an ordinary public unicast address, including every transition form of IPv6
              // that could carry an IPv4 address past this check
};
AddressKind kind_of(const IpAddress& address);

struct EgressPolicy {
  bool allow_loopback = false;  // development: receivers on the same machine
  bool allow_plain_http = false;

  static constexpr EgressPolicy production() { return {}; }
  static constexpr EgressPolicy development() { return {.allow_loopback = true, .allow_plain_http = true}; }

  bool allows(AddressKind kind) const {
    return kind == AddressKind::kPublic || (kind == AddressKind::kLoopback && allow_loopback);
  }

  // To public addresses: 443, with plain http 80, and from 1024 on what is not the well-known port of another service
  // that could be talked into something by an HTTP request. To loopback, where allowed: any.
  bool allows(AddressKind kind, std::uint16_t port) const;
};

// "localhost" and what ends in ".localhost", with or without the final dot (RFC 6761 section 6.3); ASCII case ignored.
bool is_localhost_name(std::string_view host);

}  // namespace doorward::net
