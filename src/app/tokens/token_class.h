// What a token is for, as a signed fact. Every token that Doorward signs says it in one claim, and every check names
// the one class it accepts (RFC 8725 section 3.12: different kinds of tokens need mutually exclusive validation rules).
#pragma once

#include <cstdint>
#include <string_view>

namespace doorward {

enum class TokenClass : std::uint8_t {
  kApi,                // an application calls the API
  kLogin,              // a person has signed in: an access token (RFC 9068)
  kIdentity,           // a person has signed in: an ID token
  kDirectory,          // an identity provider pushes into one directory
  kIdpInitiatedLogin,  // an application is told to begin a sign-in
  kLogout,             // an application is told that a session is over
};

inline constexpr std::string_view kTokenClassClaim = "token_use";
// In tokens of class kLogin: the grant that they hang on, and die with as far as Doorward is asked.
inline constexpr std::string_view kGrantIdClaim = "grant_id";

// "typ" of tokens.
inline constexpr std::string_view kPlainTokenType = "JWT";
inline constexpr std::string_view kAccessTokenType = "at+jwt";      // RFC 9068 section 2.1: class kLogin
inline constexpr std::string_view kLogoutTokenType = "logout+jwt";  // Back-Channel Logout section 2.4: class kLogout

constexpr std::string_view token_class_name(TokenClass token_class) {
  switch (token_class) {
    case TokenClass::kApi:
      return "api";
    case TokenClass::kLogin:
      return "login";
    case TokenClass::kIdentity:
      return "id";
    case TokenClass::kDirectory:
      return "directory";
    case TokenClass::kIdpInitiatedLogin:
      return "idp_initiated_login";
    case TokenClass::kLogout:
      return "logout";
  }
  return "";
}

}  // namespace doorward
