// A Response that every rule lets through, as text, and the small ways in which tests change it.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace doorward::saml::test {

inline constexpr std::string_view kProviderId = "https://idp.test/saml";
inline constexpr std::string_view kOwnId = "https://sso.test/sso/v1/saml/conn_1";
inline constexpr std::string_view kAcs = "https://sso.test/sso/v1/saml/conn_1/callback";
inline constexpr std::string_view kAcsAlias = "https://old.test/saml/acs";
inline constexpr std::string_view kRequestId = "_q1";
inline constexpr std::string_view kResponseId = "_r1";
inline constexpr std::string_view kAssertionId = "_a1";

// An assertion, not signed, that declares its own namespaces. Made a minute before kNow, for the request kRequestId.
std::string assertion();
// The Response around it, or around what stands in its place.
std::string answer(std::string_view content = assertion());

// `text` with the one `from` in it replaced; throws std::logic_error when there is none or another.
std::string replaced(std::string_view text, std::string_view from, std::string_view to);
std::string replaced_all(std::string_view text, std::string_view from, std::string_view to);
// Put in behind the one `after`.
std::string inserted(std::string_view text, std::string_view after, std::string_view what);
// From the first `begin` to the last `end` behind it, both within; throws std::logic_error when there is none.
std::string_view element_text(std::string_view text, std::string_view begin, std::string_view end);
std::string_view assertion_of(std::string_view answer);  // as text, with its signature
std::string repeated(std::string_view text, std::size_t times);

// "2027-01-15T08:00:00Z" is kNow.
std::string time_text(Timestamp time);

}  // namespace doorward::saml::test
