// A second opinion on a signature: libxml2's canonical form by a node set and OpenSSL, without xmlsec1 and without a
// line of what it is to check.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/saml_settings.h"

namespace doorward::saml::test {

// The octets that the signature of the element of this ID signs, when digest and signature are right for one of the
// certificates; nullopt otherwise. Of the element itself, with the one PrefixList that its Reference names.
std::optional<std::string> signed_octets(std::string_view xml, std::string_view id,
                                         std::span<const PinnedCertificate> certificates);

// Exclusive canonical form of a whole document; empty where it has none.
std::string canonical_text(std::string_view xml);

}  // namespace doorward::saml::test
