// What a browser brings back to the application (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace doorward::oauth {

// `redirect_uri` was checked; `state` is what the application sent, empty: nothing.
struct AuthorizationResponseTarget {
  std::string redirect_uri;
  std::string state;
  std::string issuer;  // ours
};

std::string code_redirect(const AuthorizationResponseTarget& target, std::string_view code);

// What the identity provider answered by: the same fault has another name there.
enum class AnswerKind : std::uint8_t { kIdToken, kSaml };

// With `error` of authorization_error() and a description of that error's own: what an identity provider sent never
// gets into it.
std::string error_redirect(const AuthorizationResponseTarget& target, const Error& error,
                           AnswerKind kind = AnswerKind::kIdToken);

// The code that applications read for a reason: one of RFC 6749 section 4.1.2.1, of OpenID Connect Core section
// 3.1.2.6, or of those that published documentation names. "server_error" for what is nobody else's business.
std::string_view authorization_error(Reason reason, AnswerKind kind = AnswerKind::kIdToken);

// Whether the reason says what is wrong with a SAML answer.
bool is_about_saml_answer(Reason reason);

// `url` with one more query parameter, encoded.
std::string with_parameter(std::string url, std::string_view name, std::string_view value);

}  // namespace doorward::oauth
