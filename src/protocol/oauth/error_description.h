#pragma once

#include <string>
#include <string_view>

namespace doorward::oauth {

// A sentence within the characters that `error_description` may have (RFC 6749 sections 4.1.2.1 and 5.2: %x20-21 /
// %x23-5B / %x5D-7E); others become apostrophes.
std::string error_description(std::string_view message);

}  // namespace doorward::oauth
