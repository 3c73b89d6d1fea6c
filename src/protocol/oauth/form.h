// Parameters of application/x-www-form-urlencoded (RFC 6749 appendix B).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace doorward::oauth {

inline constexpr std::size_t kMostFormBytes = std::size_t{16} * 1024;
inline constexpr std::size_t kMostParameters = 64;

using Form = std::map<std::string, std::string, std::less<>>;

// kPayloadTooLarge over kMostFormBytes. kMalformedRequest: a broken escape, text that is not UTF-8, more than
// kMostParameters, or a parameter that comes twice (section 3.2: parameters must not be included more than once).
// Parameters without a value are left out, as section 3.2 asks.
Result<Form> parse_form(std::string_view body);

// True for this media type with or without parameters (RFC 9110 section 8.3.1: type names have no case).
bool is_form_media_type(std::string_view content_type);

// The value, or "" when absent.
const std::string& value_of(const Form& form, std::string_view name);

}  // namespace doorward::oauth
