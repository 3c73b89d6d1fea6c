// Text encodings. Decoders are strict: they accept exactly what their encoder could have written, nothing near it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace doorward {

// RFC 4648 section 4, with padding.
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);

// RFC 4648 section 5, without padding, as JOSE uses it (RFC 7515 section 2).
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

// Lower-case hexadecimal.
std::string hex_encode(std::string_view bytes);

// RFC 3986 section 2.1. `plus_is_space` for application/x-www-form-urlencoded. nullopt for a broken escape.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
// Escapes everything but RFC 3986 unreserved characters.
std::string percent_encode(std::string_view bytes);

// True when the bytes are well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
bool is_valid_utf8(std::string_view bytes);

// Simple case folding of ASCII letters; other bytes stay as they are.
std::string ascii_lower(std::string_view text);

}  // namespace doorward
