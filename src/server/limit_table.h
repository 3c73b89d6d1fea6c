// The limits that are constants, no options, as docs/reference/configuration.md shows them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace doorward::server {

struct LimitRow {
  enum class Unit : std::uint8_t { kNumber, kBytes, kSeconds };

  std::string_view constant;  // its name in the source: "kJsonDepth"
  std::size_t value = 0;
  Unit unit = Unit::kNumber;
  std::string_view meaning;
  std::string_view answer;  // what a request beyond it is told
};

// Every constant of protocol/scim/limits.h; a test compares them.
std::span<const LimitRow> scim_limit_table();

// The section "Fixed limits" of the page.
std::string limits_markdown();

}  // namespace doorward::server
