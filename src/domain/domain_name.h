// Names of domains as people own them and as they stand in e-mail addresses. Everything here compares and stores one
// form: lower-case ASCII labels (A-labels for international ones) without a final dot.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace doorward {

inline constexpr std::size_t kMaxDomainName = 253;     // RFC 1035 section 2.3.4, as text
inline constexpr std::size_t kMaxDomainLabel = 63;     // the same
inline constexpr std::size_t kMaxDomainInput = 1024;   // bytes that are looked at: U-labels are longer than A-labels
inline constexpr std::size_t kMaxAddressInput = 2048;  // the same of an e-mail address

// UTS-46, non-transitional, with the rules of STD3: letters, digits and hyphens. nullopt for what is no such name, for
// addresses of machines ("192.0.2.1", "0x7f000001"), and for A-labels that stand for no U-label.
std::optional<std::string> canonical_domain(std::string_view text);

// Of an e-mail address: what stands behind its last @, in the canonical form. The local part is not judged, but there
// is one. nullopt for everything else, such as an address literal, or an address within other text.
std::optional<std::string> email_domain(std::string_view address);

// Whether anybody may register names directly below (publicsuffix.org; both parts of the list): "com", "co.uk",
// "vercel.app". Also true of a top-level domain that the list does not know. `name` is canonical.
bool is_public_suffix(std::string_view name);

// Whether one organization can own the name: it has a dot, is no public suffix and not a provider of mail for
// everybody. kDomainNotBusiness with a sentence. `name` is canonical.
Result<void> check_business_domain(std::string_view name);

}  // namespace doorward
