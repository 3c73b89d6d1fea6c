#include "base/ip_network.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace doorward {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

int bits_of(const IpAddress& address) { return address.v6 ? 128 : 32; }

IpAddress cut_to(const IpAddress& address, int length) {
  IpAddress cut = address;
  for (std::size_t i = 0; i < cut.bytes.size(); ++i) {
    const int kept = std::clamp(length - static_cast<int>(i) * 8, 0, 8);
    cut.bytes[i] = static_cast<std::uint8_t>(cut.bytes[i] & (0xFF00U >> kept));
  }
  return cut;
}

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
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
  if (!address.v6 || !std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin())) return address;
  IpAddress inner;
  std::copy(address.bytes.begin() + kMappedPrefix.size(), address.bytes.end(), inner.bytes.begin());
  return inner;
}

bool IpNetwork::contains(const IpAddress& address) const {
  return address.v6 == prefix.v6 && cut_to(address, length) == prefix;
}

Result<IpNetwork> parse_ip_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_ip_address(text.substr(0, slash));
  if (!address) {
    return failure(Reason::kInvalidArgument,
                   fmt::format("expected an address or a network such as 10.0.0.0/8, not \"{}\"", text));
  }
  IpNetwork network{.prefix = *address, .length = bits_of(*address)};
  if (slash == std::string_view::npos) return network;
  const std::string_view length = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), network.length);
  if (error != std::errc{} || end != length.data() + length.size() || network.length < 0 ||
      network.length > bits_of(*address)) {
    return failure(Reason::kInvalidArgument,
                   fmt::format("expected a prefix length from 0 to {} in \"{}\"", bits_of(*address), text));
  }
  network.prefix = cut_to(*address, network.length);
  if (network.prefix != *address) {
    return failure(Reason::kInvalidArgument,
                   fmt::format("\"{}\" has bits behind its prefix; did you mean {}?", text, to_string(network)));
  }
  return network;
}

std::string to_string(const IpNetwork& network) {
  return fmt::format("{}/{}", to_string(network.prefix), network.length);
}

bool any_contains(std::span<const IpNetwork> networks, const IpAddress& address) {
  return std::ranges::any_of(networks, [&](const IpNetwork& network) { return network.contains(address); });
}

}  // namespace doorward
