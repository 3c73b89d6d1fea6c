// Simple Unicode case folding (one code point to one code point), for comparing what SCIM calls not caseExact
// (RFC 7643 section 2.2, RFC 7644 section 5). Nothing is folded for storage or output: only comparison keys are.
#pragma once

#include <string>
#include <string_view>

namespace doorward::scim {

// `utf8` must be well-formed; ill-formed bytes are copied unchanged. No locale, no allocation beyond the result.
std::string fold_case(std::string_view utf8);

// ASCII-only comparison without regard to letter case, for attribute names, URNs and operator words.
bool equal_names(std::string_view a, std::string_view b);
bool starts_with_name(std::string_view text, std::string_view prefix);

}  // namespace doorward::scim
