#include "base/ip_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <ranges>
#include <string>
#include <utility>

#include "base/trim.h"

namespace doorward {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::size_t kIpv6SourceBytes = 8;

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  IpAddress address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) return address;
  address.v6 = true;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::string to_string(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.bytes.data(), text.data(), text.size());
  return text.data();
}

IpAddress unmapped(const IpAddress& address) {
  if (!address.v6 || !std::ranges::equal(kMappedPrefix, address.bytes | std::views::take(kMappedPrefix.size()))) {
    return address;
  }
  IpAddress v4;
  std::copy(address.bytes.begin() + kMappedPrefix.size(), address.bytes.end(), v4.bytes.begin());
  return v4;
}

IpAddress source_of(const IpAddress& address) {
  IpAddress source = unmapped(address);
  if (source.v6) std::fill(source.bytes.begin() + kIpv6SourceBytes, source.bytes.end(), std::uint8_t{0});
  return source;
}

Result<IpNetwork> parse_ip_network(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    return failure(Reason::kInvalidArgument, fmt::format("\"{}\" is not an IP network: {}.", text, why));
  };
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto address = parse_ip_address(text.substr(0, slash));
  if (!address) return refuse("write 192.0.2.0/24, 2001:db8::/32 or one address");
  IpNetwork network{*address, address->v6 ? 128 : 32};
  if (slash == text.size()) return network;
  const std::string_view digits = text.substr(slash + 1);
  int length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc() || end != digits.data() + digits.size() || length < 0 || length > network.length) {
    return refuse(fmt::format("the length must be 0 to {}", network.length));
  }
  network.length = length;
  IpAddress masked = *address;
  for (int bit = length; bit < (address->v6 ? 128 : 32); ++bit) {
    masked.bytes[static_cast<std::size_t>(bit / 8)] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
  }
  if (masked != *address) return refuse(fmt::format("did you mean {}/{}", to_string(masked), length));
  return network;
}

Result<IpNetworks> IpNetworks::parse(std::string_view text) {
  std::vector<IpNetwork> networks;
  while (!trimmed(text).empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    DOORWARD_TRY(const IpNetwork network, parse_ip_network(trimmed(text.substr(0, end))));
    if (networks.size() == kMost) {
      return failure(Reason::kInvalidArgument, fmt::format("More than {} IP networks are listed.", kMost));
    }
    networks.push_back(network);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return IpNetworks(std::move(networks));
}

bool IpNetworks::contain(const IpAddress& address) const {
  const IpAddress plain = unmapped(address);
  return std::ranges::any_of(networks_, [&](const IpNetwork& network) { return network.contains(plain); });
}

}  // namespace doorward
