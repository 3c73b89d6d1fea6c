// Under which names providers of SAML send what a profile has, as far as their documentation or defaults say.
#pragma once

#include <span>

#include "protocol/profile/profile.h"

namespace doorward::saml {

// As a source: the text of the name id, whatever its format.
inline constexpr std::string_view kNameIdSource = "NameID";

std::span<const profile::AttributeAlias> attribute_aliases();

}  // namespace doorward::saml
