#include "protocol/saml/saml_time.h"

#include <cstddef>

namespace doorward::saml {
namespace {

constexpr std::size_t kWholeSeconds = sizeof("2026-11-22T06:50:26") - 1;
constexpr std::size_t kMostFractionDigits = 9;

}  // namespace

std::optional<Timestamp> parse_saml_time(std::string_view text) {
  if (text.size() <= kWholeSeconds || text.size() > kWholeSeconds + 2 + kMostFractionDigits) return std::nullopt;
  // RFC 3339 allows more: offsets, lower case, and the sixtieth second, which SAML forbids.
  if (text.back() != 'Z' || text[10] != 'T' || text.substr(17, 2) == "60") return std::nullopt;
  return parse_rfc3339(text);
}

}  // namespace doorward::saml
