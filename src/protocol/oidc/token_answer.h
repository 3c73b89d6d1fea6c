// What a provider's token endpoint answered (OpenID Connect Core section 3.1.3.3), read and judged.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace doorward::oidc {

inline constexpr std::size_t kMostTokenAnswerBytes = std::size_t{192} * 1024;

struct TokenAnswer {
  Secret<std::string> id_token;
  Secret<std::string> access_token;  // empty when none came: then there is no userinfo
};

// kTokenExchange, with a sentence for the administrator and the provider's error, cut, as detail: a status other than
// 200, an `error`, no strict JSON object (two members of one name included), over kMostTokenAnswerBytes, no ID token,
// an access token that is no bearer token or could not be sent in a header.
Result<TokenAnswer> read_token_answer(int status, std::string_view body);

}  // namespace doorward::oidc
