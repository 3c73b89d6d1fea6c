// The texts of option values, and the functions that read them into Options: what the rows of the table are made of.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "server/options.h"

namespace doorward::server {

// kInvalidArgument, with what was expected, for any other text or one out of bounds.
Result<std::int64_t> parse_number(std::string_view text, std::int64_t least, std::int64_t most);
// A whole number with a unit: ms, s, m, h or d.
Result<std::chrono::milliseconds> parse_duration(std::string_view text, std::chrono::milliseconds least,
                                                 std::chrono::milliseconds most);
// A whole number with a unit: B, KiB, MiB or GiB.
Result<std::size_t> parse_size(std::string_view text, std::size_t least, std::size_t most);

// In the largest unit that divides it: "5m", "1MiB".
std::string duration_text(std::chrono::milliseconds duration);
std::string size_text(std::size_t bytes);

Result<void> set_environment(Options& options, std::string_view text, const OptionRow& row);
Result<void> set_log_format(Options& options, std::string_view text, const OptionRow& row);
Result<void> set_log_level(Options& options, std::string_view text, const OptionRow& row);
// scheme://host[:port] without anything behind it: routes hang off the root.
Result<void> set_base_url(Options& options, std::string_view text, const OptionRow& row);
Result<void> set_dns_servers(Options& options, std::string_view text, const OptionRow& row);
Result<void> set_egress_allow(Options& options, std::string_view text, const OptionRow& row);
// "auto", or a number within the row's bounds.
Result<void> set_machine_id(Options& options, std::string_view text, const OptionRow& row);

template <int Options::* member>
Result<void> set_number(Options& options, std::string_view text, const OptionRow& row) {
  DOORWARD_TRY(const std::int64_t number, parse_number(text, row.least, row.most));
  options.*member = static_cast<int>(number);
  return {};
}

template <std::size_t Options::* member>
Result<void> set_size(Options& options, std::string_view text, const OptionRow& row) {
  DOORWARD_TRY(options.*member,
               parse_size(text, static_cast<std::size_t>(row.least), static_cast<std::size_t>(row.most)));
  return {};
}

template <std::string Options::* member>
Result<void> set_text(Options& options, std::string_view text, const OptionRow&) {
  options.*member = text;
  return {};
}

Result<bool> parse_flag(std::string_view text);

template <bool Options::* member>
Result<void> set_flag(Options& options, std::string_view text, const OptionRow&) {
  DOORWARD_TRY(options.*member, parse_flag(text));
  return {};
}

template <std::vector<net::ListenAddress> Options::* member>
Result<void> set_listen(Options& options, std::string_view text, const OptionRow&) {
  DOORWARD_TRY(options.*member, net::parse_listen(text));
  return {};
}

template <IpNetworks Options::* member>
Result<void> set_networks(Options& options, std::string_view text, const OptionRow&) {
  DOORWARD_TRY(options.*member, IpNetworks::parse(text));
  return {};
}

template <net::Limits::Time net::Limits::* member>
Result<void> set_limit(Options& options, std::string_view text, const OptionRow& row) {
  DOORWARD_TRY(options.limits.*member,
               parse_duration(text, std::chrono::milliseconds(row.least), std::chrono::milliseconds(row.most)));
  return {};
}

template <std::size_t net::Limits::* member>
Result<void> set_limit(Options& options, std::string_view text, const OptionRow& row) {
  if (row.kind == OptionKind::kSize) {
    DOORWARD_TRY(options.limits.*member,
                 parse_size(text, static_cast<std::size_t>(row.least), static_cast<std::size_t>(row.most)));
    return {};
  }
  DOORWARD_TRY(const std::int64_t number, parse_number(text, row.least, row.most));
  options.limits.*member = static_cast<std::size_t>(number);
  return {};
}

template <std::uint32_t net::Limits::* member>
Result<void> set_limit(Options& options, std::string_view text, const OptionRow& row) {
  DOORWARD_TRY(const std::int64_t number, parse_number(text, row.least, row.most));
  options.limits.*member = static_cast<std::uint32_t>(number);
  return {};
}

}  // namespace doorward::server
