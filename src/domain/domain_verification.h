// How a claim on a domain is proven by a TXT record, and kept: what a look for the record makes of the domain.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/organization_domain.h"

namespace doorward {

inline constexpr std::string_view kTxtRecordKey = "_doorward-domain-verification";  // a label below the domain
inline constexpr std::string_view kTxtSecretPrefix = "dom_verify_";

// A claim is looked for from soon after it was made, with a pause that doubles, to the end of the window.
inline constexpr Duration kFirstLook = std::chrono::seconds(10);
inline constexpr Duration kLongestPauseWhilePending = std::chrono::hours(1);
inline constexpr Duration kVerificationWindow = std::chrono::days(7);

// A verified domain is looked for every day. When the record is missing it stays verified while the next looks, three
// days of them, may still find it.
inline constexpr Duration kPauseWhileVerified = std::chrono::hours(24);
inline constexpr Duration kPauseWhileMissing = std::chrono::hours(6);
inline constexpr std::int32_t kMissedLooks = 13;
// After a look without a usable answer.
inline constexpr Duration kPauseAfterNoAnswer = std::chrono::hours(1);

enum class RecordLook : std::uint8_t {
  kFound,
  kMissing,   // the name servers say that there is no such record
  kNoAnswer,  // nobody knows
};

// The name under which the record stands.
std::string txt_record_name(const OrganizationDomain& domain);

// Whether one of the values proves the domain. Blanks around it do not matter: people paste them.
bool proves(const std::vector<std::string>& values, const OrganizationDomain& domain);

// A domain whose record is looked for at `now` and found or not. Of domains that DNS proves only.
OrganizationDomain after_scheduled_look(const OrganizationDomain& domain, RecordLook look, Timestamp now);

// The same of a look that somebody asked for: a record that is found verifies, and nothing else changes anything, so
// that asking often brings no end nearer.
OrganizationDomain after_asked_look(const OrganizationDomain& domain, RecordLook look, Timestamp now);

// Another organization proved the domain while the record of this one was missing.
OrganizationDomain lost(const OrganizationDomain& domain, Timestamp now);

}  // namespace doorward
