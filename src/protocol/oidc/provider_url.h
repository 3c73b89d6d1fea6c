// Addresses at an identity provider, judged by their text; what they resolve to is the outbound client's to judge.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace doorward::oidc {

inline constexpr std::size_t kMostUrlBytes = 2048;

// Whether addresses may be http. Only connections in debugging say so; the egress policy has the last word all the
// same.
enum class PlainHttp : bool { kForbidden, kAllowed };

// Absolute https (or http where allowed) with a host, of printable ASCII without spaces, quotes, angle brackets and
// backslashes; no user information, no fragment; at most kMostUrlBytes.
bool is_provider_url(std::string_view url, PlainHttp plain_http);

// In lower case, without user information and port. Empty when `url` is not absolute.
std::string host_of(std::string_view url);

}  // namespace doorward::oidc
