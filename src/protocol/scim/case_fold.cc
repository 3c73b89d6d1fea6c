#include "protocol/scim/case_fold.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace doorward::scim {
namespace {

struct FoldRange {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t stride;
  std::int32_t delta;
};

constexpr auto kRanges = std::to_array<FoldRange>({
#include "protocol/scim/case_fold_table.inc"
});

std::uint32_t fold_code_point(std::uint32_t c) {
  const auto* range = std::lower_bound(kRanges.begin(), kRanges.end(), c,
                                       [](const FoldRange& r, std::uint32_t v) { return r.last < v; });
  if (range == kRanges.end() || c < range->first || (c - range->first) % range->stride != 0) return c;
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(c) + range->delta);
}

// The length of the sequence that `lead` starts; 0 for a byte that starts none.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string fold_case(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t length = sequence_length(lead);
    if (length <= 1 || i + length > utf8.size()) {
      out += lower(utf8[i++]);
      continue;
    }
    std::uint32_t c = lead & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) c = (c << 6) | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
    append_utf8(out, fold_code_point(c));
    i += length;
  }
  return out;
}

bool equal_names(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool starts_with_name(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equal_names(text.substr(0, prefix.size()), prefix);
}

}  // namespace doorward::scim
