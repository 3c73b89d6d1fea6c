#include "server/option_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "base/encoding.h"
#include "base/trim.h"

namespace doorward::server {
namespace {

tl::unexpected<Error> refused(std::string sentence) { return failure(Reason::kInvalidArgument, std::move(sentence)); }

struct Unit {
  std::string_view name;
  std::int64_t size;
};
// The largest first.
constexpr std::array kDurationUnits{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1000},
                                    Unit{"ms", 1}};
constexpr std::array kSizeUnits{Unit{"GiB", 1 << 30}, Unit{"MiB", 1 << 20}, Unit{"KiB", 1 << 10}, Unit{"B", 1}};

// nullopt for anything but digits and one of the units, and for what does not fit.
std::optional<std::int64_t> with_unit(std::string_view text, std::span<const Unit> units) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  const auto unit = std::ranges::find(units, text.substr(static_cast<std::size_t>(end - text.data())), &Unit::name);
  if (unit == units.end() || number > std::numeric_limits<std::int64_t>::max() / unit->size) return std::nullopt;
  return number * unit->size;
}

std::string in_unit(std::int64_t value, std::span<const Unit> units) {
  if (value == 0) return fmt::format("0{}", units[units.size() - 2].name);
  const auto unit = std::ranges::find_if(units, [&](const Unit& u) { return value % u.size == 0; });
  return fmt::format("{}{}", value / unit->size, unit->name);
}

// What would switch the guard off altogether is a mistake.
constexpr int kShortestAllowedIpv4 = 8;
constexpr int kShortestAllowedIpv6 = 7;

}  // namespace

Result<std::int64_t> parse_number(std::string_view text, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most) {
    return refused(fmt::format("expected a whole number from {} to {}, not \"{}\"", least, most, text));
  }
  return number;
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text, std::chrono::milliseconds least,
                                                 std::chrono::milliseconds most) {
  const auto value = with_unit(text, kDurationUnits);
  if (!value || *value < least.count() || *value > most.count()) {
    return refused(fmt::format("expected a time from {} to {} with its unit (ms, s, m, h or d), not \"{}\"",
                               duration_text(least), duration_text(most), text));
  }
  return std::chrono::milliseconds(*value);
}

Result<std::size_t> parse_size(std::string_view text, std::size_t least, std::size_t most) {
  const auto value = with_unit(text, kSizeUnits);
  if (!value || *value < static_cast<std::int64_t>(least) || *value > static_cast<std::int64_t>(most)) {
    return refused(fmt::format("expected a size from {} to {} with its unit (B, KiB, MiB or GiB), not \"{}\"",
                               size_text(least), size_text(most), text));
  }
  return static_cast<std::size_t>(*value);
}

std::string duration_text(std::chrono::milliseconds duration) { return in_unit(duration.count(), kDurationUnits); }

std::string size_text(std::size_t bytes) { return in_unit(static_cast<std::int64_t>(bytes), kSizeUnits); }

Result<bool> parse_flag(std::string_view text) {
  if (text != "true" && text != "false") return refused(fmt::format("expected true or false, not \"{}\"", text));
  return text == "true";
}

Result<void> set_base_url(Options& options, std::string_view text, const OptionRow&) {
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty()) {
    options.base_url.clear();
    return {};
  }
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return refused(fmt::format("expected http://HOST or https://HOST, not \"{}\"", text));
  }
  const bool plain = std::ranges::all_of(rest, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-:[]").contains(c);
  });
  if (rest.empty() || !plain) {
    return refused(fmt::format("expected a scheme and a host with an optional port and no path, not \"{}\"", text));
  }
  options.base_url = ascii_lower(text);
  return {};
}

Result<void> set_environment(Options& options, std::string_view text, const OptionRow&) {
  if (text != "development" && text != "production") {
    return refused(fmt::format("expected development or production, not \"{}\"", text));
  }
  options.environment = text == "production" ? EnvironmentKind::kProduction : EnvironmentKind::kDevelopment;
  return {};
}

Result<void> set_log_format(Options& options, std::string_view text, const OptionRow&) {
  if (text != "text" && text != "json") return refused(fmt::format("expected text or json, not \"{}\"", text));
  options.log_format = text == "json" ? LogFormat::kJson : LogFormat::kText;
  return {};
}

Result<void> set_log_level(Options& options, std::string_view text, const OptionRow&) {
  constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warning", "error"};
  const auto* found = std::ranges::find(kLevels, text);
  if (found == kLevels.end()) {
    return refused(fmt::format("expected debug, info, warning or error, not \"{}\"", text));
  }
  options.log_level = static_cast<log::Level>(found - kLevels.begin());
  return {};
}

Result<void> set_dns_servers(Options& options, std::string_view text, const OptionRow&) {
  constexpr std::size_t kMostServers = 16;
  options.dns_servers.clear();
  while (!trimmed(text).empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    DOORWARD_TRY(const net::DnsServer server, net::parse_dns_server(trimmed(text.substr(0, end))));
    if (options.dns_servers.size() == kMostServers) {
      return refused(fmt::format("expected {} name servers at most", kMostServers));
    }
    options.dns_servers.push_back(server);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

Result<void> set_egress_allow(Options& options, std::string_view text, const OptionRow&) {
  DOORWARD_TRY(options.egress_allow, IpNetworks::parse(text));
  for (const IpNetwork& network : options.egress_allow.all()) {
    const int shortest = network.first.v6 ? kShortestAllowedIpv6 : kShortestAllowedIpv4;
    if (network.length < shortest) {
      return refused(fmt::format("{}/{} would allow nearly everything; name networks of at least /{}",
                                 to_string(network.first), network.length, shortest));
    }
  }
  return {};
}

Result<void> set_machine_id(Options& options, std::string_view text, const OptionRow& row) {
  options.machine_id = -1;
  if (text == "auto") return {};
  const auto number = parse_number(text, row.least, row.most);
  if (!number) {
    return refused(fmt::format("expected auto or a whole number from {} to {}, not \"{}\"", row.least, row.most, text));
  }
  options.machine_id = static_cast<int>(*number);
  return {};
}

}  // namespace doorward::server
