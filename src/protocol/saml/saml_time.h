// Time in SAML messages (SAML core 1.3.3).
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace doorward::saml {

// xs:dateTime in UTC: "2026-11-22T06:50:26Z" with up to nine digits of a fraction, cut to microseconds. nullopt for
// anything else: no 'Z', a leap second, an impossible date, a year of other than four digits.
std::optional<Timestamp> parse_saml_time(std::string_view text);

}  // namespace doorward::saml
