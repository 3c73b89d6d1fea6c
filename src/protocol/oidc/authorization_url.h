// The address that a browser is sent to at the provider (OpenID Connect Core section 3.1.2.1, RFC 7636 section 4.3),
// and the one it logs out at (RP-Initiated Logout section 2).
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::oidc {

inline constexpr std::size_t kMostLoginHintBytes = 256;

struct AuthenticationRequest {
  std::string authorization_endpoint;
  std::string client_id;
  std::string redirect_uri;
  std::vector<std::string> scopes;  // openid is added where it lacks
  std::string state;
  std::string nonce;
  std::string code_verifier;  // challenged by S256 (RFC 9700 section 2.1.1); empty: without PKCE
  std::string login_hint;     // left out beyond kMostLoginHintBytes
  std::string prompt;         // any of login, select_account, consent, separated by spaces; others are left out
  bool may_create = false;    // prompts may be "create" too (Initiating User Registration 1.0): the provider knows it
  std::optional<std::chrono::seconds> max_age;
  std::vector<std::string> acr_values;
};

std::string authentication_url(const AuthenticationRequest& request);

// Whether `prompt`, a list separated by spaces, has this value.
bool has_prompt(std::string_view prompt, std::string_view value);

struct LogoutRequest {
  std::string end_session_endpoint;
  std::string client_id;
  std::string id_token_hint;
  std::string post_logout_redirect_uri;
  std::string state;
};

// Empty members are left out.
std::string logout_url(const LogoutRequest& request);

}  // namespace doorward::oidc
