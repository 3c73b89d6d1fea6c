// The credentials of an Authorization field.
#pragma once

#include <optional>
#include <string_view>

namespace doorward::oauth {

// What follows `scheme` (lower case) and its spaces, e.g. the token of "Bearer …" (RFC 6750 section 2.1); the scheme
// itself is compared without case (RFC 9110 section 11.1). nullopt for another scheme or nothing after it.
std::optional<std::string_view> credentials_of(std::string_view authorization, std::string_view scheme);

}  // namespace doorward::oauth
