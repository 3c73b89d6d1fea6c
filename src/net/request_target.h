// Internal: the request target, the same for both protocols.
#pragma once

#include <string_view>

#include "net/http.h"

namespace doorward::net {

// Splits origin-form ("/path?query", RFC 9112 section 3.2.1) into `request`, leading slashes folded. False when it does
// not start with '/' or has a fragment.
bool read_origin_form(std::string_view target, Request& request);

// What stands before the '?'.
inline std::string_view without_query(std::string_view target) { return target.substr(0, target.find('?')); }

}  // namespace doorward::net
