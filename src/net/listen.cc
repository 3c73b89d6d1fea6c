#include "net/listen.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace doorward::net {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

bool is_address(int family, const std::string& text) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(family, text.c_str(), bytes) == 1;
}

std::optional<std::vector<std::string>> addresses_of(std::string_view host) {
  if (host == "localhost") return std::vector<std::string>{"127.0.0.1", "::1"};
  if (host.empty() || host == "*") return std::vector<std::string>{"0.0.0.0", "::"};
  if (host.front() == '[') {
    if (host.back() != ']') return std::nullopt;
    const std::string inner(host.substr(1, host.size() - 2));
    return is_address(AF_INET6, inner) ? std::optional(std::vector{inner}) : std::nullopt;
  }
  const std::string text(host);
  return is_address(AF_INET, text) ? std::optional(std::vector{text}) : std::nullopt;
}

std::optional<ListenAddress> parse_one(std::string_view piece) {
  const std::size_t colon = piece.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto addresses = addresses_of(piece.substr(0, colon));
  const auto port = parse_port(piece.substr(colon + 1));
  if (!addresses || !port) return std::nullopt;
  return ListenAddress{*std::move(addresses), *port};
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

Result<std::vector<ListenAddress>> parse_listen(std::string_view text) {
  std::vector<ListenAddress> all;
  text = trim(text);
  if (text.empty() || text == "off") return all;
  for (;;) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view piece = trim(text.substr(0, end));
    auto one = parse_one(piece);
    if (!one) {
      return failure(Reason::kInvalidArgument,
                     fmt::format("\"{}\" is no listen address; write localhost:8080, 192.0.2.1:8080, [::1]:8080, :8080 "
                                 "or off (host names other than localhost are not resolved)",
                                 piece));
    }
    all.push_back(*std::move(one));
    if (end == text.size()) return all;
    text.remove_prefix(end + 1);
  }
}

std::string to_string(const BoundAddress& bound) {
  const bool v6 = bound.address.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(v6 ? "[{}]:{}" : "{}:{}"), bound.address, bound.port);
}

}  // namespace doorward::net
