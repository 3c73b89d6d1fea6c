#include "net/forwarded.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <string_view>

namespace doorward::net {
namespace {

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "192.0.2.1", "192.0.2.1:1234", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:1234".
std::optional<IpAddress> read_entry(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(" \t") - first + 1);
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && (rest[0] != ':' || !is_port(rest.substr(1)))) return std::nullopt;
    const auto address = parse_ip_address(text.substr(1, end - 1));
    return address && address->v6 ? address : std::nullopt;
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && colon == text.rfind(':')) {
    if (!is_port(text.substr(colon + 1))) return std::nullopt;
    text = text.substr(0, colon);
  }
  return parse_ip_address(text);
}

}  // namespace

IpAddress client_address(const IpAddress& peer, const Headers& headers, const IpNetworks& trusted) {
  IpAddress client = unmapped(peer);
  if (!trusted.contain(client)) return client;
  for (const Header& header : std::views::reverse(headers)) {
    if (header.name != "x-forwarded-for") continue;
    std::string_view list = header.value;
    for (bool more = true; more;) {
      const std::size_t comma = list.rfind(',');
      more = comma != std::string_view::npos;
      const auto entry = read_entry(more ? list.substr(comma + 1) : list);
      if (!entry) return client;
      client = unmapped(*entry);
      if (!trusted.contain(client)) return client;
      list = list.substr(0, more ? comma : 0);
    }
  }
  return client;
}

}  // namespace doorward::net
