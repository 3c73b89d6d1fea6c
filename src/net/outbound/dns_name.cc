#include "net/outbound/dns_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/host_label.h"

namespace doorward::net {
namespace {

constexpr std::size_t kMaxNameBytes = 253;  // RFC 1035 section 2.3.4, as text
constexpr std::size_t kMaxLabelBytes = 63;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabelBytes && std::ranges::all_of(label, [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_';
  });
}

}  // namespace

Result<std::string> canonical_dns_name(std::string_view name) {
  std::string lower = ascii_lower(name);
  if (lower.ends_with('.')) lower.pop_back();
  const auto refused = [&] { return failure(Reason::kInvalidArgument, "This is no name that could be looked up."); };
  if (lower.empty() || lower.size() > kMaxNameBytes) return refused();
  std::string_view rest = lower;
  std::string_view label;
  for (bool more = true; more;) {
    const auto dot = rest.find('.');
    label = rest.substr(0, dot);
    if (!is_label(label)) return refused();
    more = dot != std::string_view::npos;
    if (more) rest.remove_prefix(dot + 1);
  }
  if (looks_like_a_number(label)) return refused();
  return lower;
}

bool is_localhost_name(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string lower = ascii_lower(host);
  return lower == "localhost" || lower.ends_with(".localhost");
}

Result<DnsServer> parse_dns_server(std::string_view text) {
  const auto refused = [&] {
    return failure(Reason::kInvalidArgument,
                   fmt::format("expected the address of a name server, such as 192.0.2.53, 192.0.2.53:5353 or "
                               "[2001:db8::53]:53, not \"{}\"",
                               text));
  };
  std::string_view host = text;
  std::optional<std::string_view> port;
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == std::string_view::npos) return refused();
    const std::string_view rest = host.substr(end + 1);
    if (!rest.empty() && !rest.starts_with(':')) return refused();
    if (!rest.empty()) port = rest.substr(1);
    host = host.substr(1, end - 1);
    if (!host.contains(':')) return refused();
  } else if (std::ranges::count(host, ':') == 1) {
    port = host.substr(host.find(':') + 1);
    host = host.substr(0, host.find(':'));
  }
  const auto address = parse_ip_address(host);
  if (!address) return refused();
  DnsServer server{.address = *address};
  if (port) {
    const auto [end, error] = std::from_chars(port->data(), port->data() + port->size(), server.port);
    if (error != std::errc{} || end != port->data() + port->size() || server.port == 0) return refused();
  }
  return server;
}

std::string to_string(const DnsServer& server) {
  return fmt::format("{}{}{}:{}", server.address.v6 ? "[" : "", to_string(server.address), server.address.v6 ? "]" : "",
                     server.port);
}

}  // namespace doorward::net
