// What a token is for, as a signed fact. Every token that Doorward signs says it in one claim, and every check names
// the one class it accepts (RFC 8725 section 3.12: different kinds of tokens need mutually exclusive validation rules).
#pragma once

#include <cstdint>
#include <string_view>

namespace doorward {

enum class TokenClass : std::uint8_t {
  kApi,        // an application calls the API
  kLogin,      // a person has signed in
  kDirectory,  // an identity provider pushes into one directory
};

inline constexpr std::string_view kTokenClassClaim = "token_use";

constexpr std::string_view token_class_name(TokenClass token_class) {
  switch (token_class) {
    case TokenClass::kApi:
      return "api";
    case TokenClass::kLogin:
      return "login";
    case TokenClass::kDirectory:
      return "directory";
  }
  return "";
}

}  // namespace doorward
