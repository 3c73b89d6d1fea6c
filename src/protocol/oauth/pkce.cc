#include "protocol/oauth/pkce.h"

#include <algorithm>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace doorward::oauth {
namespace {

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

bool is_code_verifier(std::string_view text) {
  return text.size() >= kLeastVerifierCharacters && text.size() <= kMostVerifierCharacters &&
         std::ranges::all_of(text, is_unreserved);
}

std::string code_challenge(std::string_view verifier) { return base64url_encode(crypto::sha256(verifier)); }

bool proves_possession(std::string_view verifier, std::string_view challenge) {
  if (challenge.empty()) return verifier.empty();
  return is_code_verifier(verifier) && crypto::constant_time_equal(code_challenge(verifier), challenge);
}

}  // namespace doorward::oauth
