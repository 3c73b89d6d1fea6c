// What a token endpoint hands out.
#pragma once

#include <chrono>
#include <string>

#include "base/secret.h"

namespace doorward {

struct IssuedToken {
  Secret<std::string> access_token;
  std::chrono::seconds expires_in{0};
  std::string scope;                    // granted
  Secret<std::string> id_token{};       // empty: none
  Secret<std::string> refresh_token{};  // empty: none
};

}  // namespace doorward
