#include "app/grants/authorization_check.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "domain/client_grants.h"
#include "domain/redirect_uri.h"
#include "protocol/oauth/scope.h"

namespace doorward {
namespace {

// What SDKs ask for when nobody says otherwise.
constexpr std::string_view kDefaultScope = "openid profile email";
constexpr std::string_view kOfflineAccess = "offline_access";

Result<std::string> check_scope(const ApiClient& client, std::string_view asked) {
  std::vector<std::string_view> allowed = {"openid", "profile", "email"};
  if (may_use_grant(client, kRefreshTokenGrant)) allowed.push_back(kOfflineAccess);
  for (const std::string& scope : client.scopes) {
    if (std::ranges::find(allowed, scope) == allowed.end() && scope != kOfflineAccess) allowed.push_back(scope);
  }
  return oauth::granted_scope(asked.empty() ? kDefaultScope : asked, allowed);
}

}  // namespace

bool is_registered(const ApiClient& client, std::string_view given, EnvironmentKind environment,
                   const Organization* organization) {
  const RedirectRules rules{.client = client.type, .environment = environment};
  return std::ranges::any_of(client.redirect_uris, [&](const std::string& registered) {
    return redirect_uri_matches(registered, given, rules, organization);
  });
}

bool has_placeholder_uris(const ApiClient& client) {
  return std::ranges::any_of(client.redirect_uris, [](const std::string& uri) { return has_placeholder(uri); });
}

Result<CheckedAuthorization> check_authorization(const ApiClient& client, const oauth::Form& form) {
  DOORWARD_TRY(auto parameters, oauth::read_authorization_parameters(form));
  if (!may_use_grant(client, kAuthorizationCodeGrant)) {
    return failure(Reason::kUnauthorizedClient, "The client may not use the authorization code grant.");
  }
  CheckedAuthorization checked;
  AuthorizationRequest& request = checked.request;
  DOORWARD_TRY(request.scope, check_scope(client, parameters.scope));
  if (parameters.code_challenge.empty() && (is_public(client.type) || client.enforce_pkce)) {
    return failure(Reason::kInvalidRequest, "This client must use PKCE: send a code_challenge.");
  }
  if (parameters.prompts("none")) {
    return failure(Reason::kLoginRequired, "The person must sign in at their identity provider.");
  }
  request.client_id = client.id;
  request.redirect_uri = oauth::value_of(form, "redirect_uri");
  request.state = std::move(parameters.state);
  request.nonce = std::move(parameters.nonce);
  request.code_challenge = std::move(parameters.code_challenge);
  request.login_hint = parameters.selectors.login_hint;
  request.prompt = std::move(parameters.prompt);
  request.max_age = parameters.max_age;
  request.acr_values = std::move(parameters.acr_values);
  checked.selectors = std::move(parameters.selectors);
  return checked;
}

}  // namespace doorward
