// Proof Key for Code Exchange (RFC 7636), method S256. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace doorward::oauth {

inline constexpr std::size_t kLeastVerifierCharacters = 43;  // section 4.1
inline constexpr std::size_t kMostVerifierCharacters = 128;
inline constexpr std::size_t kChallengeCharacters = 43;  // base64url of a SHA-256 digest

// 43 to 128 unreserved characters (section 4.1).
bool is_code_verifier(std::string_view text);

// Section 4.2.
std::string code_challenge(std::string_view verifier);

// Whether the code of a request with `challenge` may be redeemed with `verifier`; each is empty when it was not sent.
// A verifier without a challenge is refused too: the challenge may have been taken out on the way (RFC 9700 section
// 4.8.2).
bool proves_possession(std::string_view verifier, std::string_view challenge);

}  // namespace doorward::oauth
