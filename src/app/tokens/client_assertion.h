// private_key_jwt: a client proves itself by a token that it signed (RFC 7523 sections 2.2 and 3, OpenID Connect Core
// section 9). Pure.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace doorward {

// An assertion may say that it is good for longer, but is then refused: it must be seen once for all its life, and each
// one is kept for as long.
inline constexpr std::chrono::minutes kMostAssertionLife{5};

struct ClientAssertion {
  std::string token_id;  // "jti"; accepted once for this client
  Timestamp expires_at;
};

// Whom an assertion says it is from, unverified: good for choosing the keys. kInvalidClient when it says nothing.
Result<std::string> client_of_assertion(std::string_view assertion);

// `jwks`: the client's own keys. `audiences`: it must be meant for one of them. kInvalidClient with the reason of
// protocol/jose as detail.
Result<ClientAssertion> verify_client_assertion(std::string_view assertion, std::string_view client_id,
                                                std::string_view jwks, std::span<const std::string> audiences,
                                                Timestamp now);

}  // namespace doorward
