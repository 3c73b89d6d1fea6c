// The text of bearer secrets that Doorward makes: 256 random bits in base64url, 43 characters that need no escaping in
// a header, a form or a shell.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/secret.h"
#include "ports/random.h"

namespace doorward {

inline constexpr std::size_t kSecretBytes = 32;
inline constexpr std::size_t kShownSuffixCharacters = 4;

inline Secret<std::string> make_secret_text(Random& random) {
  return Secret<std::string>(base64url_encode(random.bytes(kSecretBytes)));
}

// What lists show so that a person can tell secrets apart.
inline std::string shown_suffix(const Secret<std::string>& secret) {
  const std::string& text = secret.reveal();
  return text.substr(text.size() - std::min(text.size(), kShownSuffixCharacters));
}

}  // namespace doorward
