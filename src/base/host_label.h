// What resolvers make of the labels of a host name.
#pragma once

#include <algorithm>
#include <string_view>

namespace doorward {

// Whether inet_aton reads a lower-case label as a number: decimal, octal, or hexadecimal behind 0x. A host whose last
// label is one is taken for an IPv4 address, however it was meant.
inline bool looks_like_a_number(std::string_view label) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!label.starts_with("0x")) return std::ranges::all_of(label, is_digit);
  return std::ranges::all_of(label.substr(2), [&](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

}  // namespace doorward
