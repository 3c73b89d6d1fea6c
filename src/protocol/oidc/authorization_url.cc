#include "protocol/oidc/authorization_url.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/oauth/authorization_response.h"
#include "protocol/oauth/pkce.h"
#include "protocol/oauth/scope.h"

namespace doorward::oidc {
namespace {

// Those with empty values are left out.
std::string with_parameters(std::string url, const std::vector<std::pair<std::string_view, std::string>>& added) {
  for (const auto& [name, value] : added) {
    if (!value.empty()) url = oauth::with_parameter(std::move(url), name, value);
  }
  return url;
}

std::string scope_of(std::vector<std::string> scopes) {
  if (std::ranges::count(scopes, "openid") == 0) scopes.insert(scopes.begin(), "openid");
  return fmt::format("{}", fmt::join(scopes, " "));
}

std::string known_prompts(std::string_view prompt, bool may_create) {
  static constexpr auto kKnown = std::to_array<std::string_view>({"login", "select_account", "consent", "create"});
  std::string known;
  for (const std::string_view value : kKnown) {
    if (value == "create" && !may_create) continue;
    if (has_prompt(prompt, value)) known.append(known.empty() ? "" : " ").append(value);
  }
  return known;
}

}  // namespace

bool has_prompt(std::string_view prompt, std::string_view value) { return oauth::has_scope(prompt, value); }

std::string authentication_url(const AuthenticationRequest& request) {
  const bool pkce = !request.code_verifier.empty();
  const bool hint_fits = request.login_hint.size() <= kMostLoginHintBytes;
  return with_parameters(request.authorization_endpoint,
                         {{"response_type", "code"},
                          {"client_id", request.client_id},
                          {"redirect_uri", request.redirect_uri},
                          {"scope", scope_of(request.scopes)},
                          {"state", request.state},
                          {"nonce", request.nonce},
                          {"code_challenge", pkce ? oauth::code_challenge(request.code_verifier) : ""},
                          {"code_challenge_method", pkce ? "S256" : ""},
                          {"login_hint", hint_fits ? request.login_hint : ""},
                          {"prompt", known_prompts(request.prompt, request.may_create)},
                          {"max_age", request.max_age ? fmt::to_string(request.max_age->count()) : ""},
                          {"acr_values", fmt::format("{}", fmt::join(request.acr_values, " "))}});
}

std::string logout_url(const LogoutRequest& request) {
  return with_parameters(request.end_session_endpoint, {{"id_token_hint", request.id_token_hint},
                                                        {"client_id", request.client_id},
                                                        {"post_logout_redirect_uri", request.post_logout_redirect_uri},
                                                        {"state", request.state}});
}

}  // namespace doorward::oidc
