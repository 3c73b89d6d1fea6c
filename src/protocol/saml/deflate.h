// Private to the .cc files of this folder: DEFLATE without a header (RFC 1951), as the redirect binding has it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace doorward::saml {

std::string deflate(std::string_view text);

// kTooLarge as soon as it grows beyond `most_bytes`; kNotWellformed when it is not exactly one deflated text.
Result<std::string> inflate(std::string_view deflated, std::size_t most_bytes);

}  // namespace doorward::saml
