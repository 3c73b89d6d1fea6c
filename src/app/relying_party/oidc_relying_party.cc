#include "app/relying_party/oidc_relying_party.h"

#include <algorithm>
#include <utility>

#include "app/keys/secret_text.h"
#include "app/relying_party/signed_tokens.h"
#include "protocol/oidc/authorization_url.h"
#include "protocol/oidc/issuer.h"
#include "protocol/oidc/mismatch.h"
#include "protocol/oidc/userinfo.h"

namespace doorward {
namespace {

std::vector<std::string> scopes_of(const Connection& connection) {
  if (!connection.oidc.scopes.empty()) return connection.oidc.scopes;
  return {"openid", "profile", "email"};
}

// A fresh sign-in is asked for by prompt=login, which a provider may ignore without a trace; max_age=0 asks the same
// and makes it tell when the person signed in (OpenID Connect Core section 2, auth_time).
std::optional<std::chrono::seconds> max_age_of(const LoginStart& start) {
  if (oidc::has_prompt(start.prompt, "login")) return std::chrono::seconds(0);
  return start.max_age;
}

// The mix-up defence (RFC 9207 section 2.4): the answer must come from whom the person was sent to.
Result<void> check_response_issuer(const oidc::CallbackParameters& callback, const ProviderEndpoints& endpoints,
                                   const KeptSecrets& kept) {
  constexpr const char* kMessage = "The answer comes from another identity provider than the one that was asked.";
  if (kept.issuer != endpoints.issuer) {
    return failure(make_error(Reason::kIssuerMismatch, kMessage, oidc::mismatch(endpoints.issuer, kept.issuer)));
  }
  if (!callback.issuer && !endpoints.issuer_in_response) return {};
  if (callback.issuer && oidc::issuer_fits(kept.issuer, *callback.issuer)) return {};
  return failure(
      make_error(Reason::kIssuerMismatch, kMessage, oidc::mismatch(kept.issuer, callback.issuer.value_or("no iss"))));
}

// The provider's refusals that mean: the person did not go through with it (RFC 6749 section 4.1.2.1, OpenID Connect
// Core section 3.1.2.6).
bool is_unfinished(std::string_view error) {
  return error == "access_denied" || error == "login_required" || error == "interaction_required" ||
         error == "account_selection_required" || error == "consent_required";
}

Result<void> check_response_error(const oidc::CallbackParameters& callback) {
  if (callback.error.empty()) return {};
  std::string detail = oidc::mismatch("code", callback.error + ": " + callback.error_description);
  if (is_unfinished(callback.error)) {
    return failure(make_error(Reason::kAuthenticationNotCompleted,
                              "The sign-in at the identity provider was not completed.", std::move(detail)));
  }
  return failure(
      make_error(Reason::kProviderError, "The identity provider answered with an error.", std::move(detail)));
}

}  // namespace

// Tells LoginFinish::on_step of each step.
class OidcRelyingParty::Steps {
 public:
  Steps(const LoginFinish& finish, const Clock& clock) : on_step_(finish.on_step), clock_(clock) {}

  // Passes `outcome` on.
  template <class T>
  Result<T> note(const char* name, Result<T> outcome) const {
    if (!on_step_) return outcome;
    AuthRequestStep step{.name = name, .at = clock_.now(), .ok = outcome.has_value()};
    if (!outcome) {
      step.reason = reason_name(outcome.error().reason);
      auto [expected, received] = oidc::expected_and_received(outcome.error().detail);
      step.expected = std::move(expected);
      step.received = std::move(received);
    }
    on_step_(std::move(step));
    return outcome;
  }

 private:
  const std::function<void(AuthRequestStep)>& on_step_;
  const Clock& clock_;
};

OidcRelyingParty::OidcRelyingParty(Ports ports, SignAssertion sign, std::string base_url)
    : ports_(ports),
      base_url_(std::move(base_url)),
      documents_(ports.http, ports.clock, ports.offload),
      token_endpoint_(ports, std::move(sign)) {}

std::string OidcRelyingParty::redirect_uri(const ConnectionId& connection) const {
  return base_url_ + "/sso/v1/oidc/" + connection.str() + "/callback";
}

task<Result<StartedLogin>> OidcRelyingParty::start(const Connection& connection, const LoginStart& start) {
  DOORWARD_CO_TRY(const ProviderEndpoints endpoints, co_await documents_.endpoints(connection));
  DOORWARD_CO_CHECK(TokenEndpoint::check_credentials(connection, endpoints));
  StartedLogin started;
  started.kept = {.nonce = make_secret_text(ports_.random).reveal(),
                  .code_verifier = connection.oidc.pkce_enabled ? make_secret_text(ports_.random).reveal() : "",
                  .issuer = endpoints.issuer,
                  .started_at = ports_.clock.now(),
                  .max_age = max_age_of(start),
                  .acr_values = start.acr_values};
  started.redirect_url = oidc::authentication_url({.authorization_endpoint = endpoints.authorization,
                                                   .client_id = connection.oidc.client_id,
                                                   .redirect_uri = redirect_uri(connection.id),
                                                   .scopes = scopes_of(connection),
                                                   .state = start.state,
                                                   .nonce = started.kept.nonce,
                                                   .code_verifier = started.kept.code_verifier,
                                                   .login_hint = start.login_hint,
                                                   .prompt = start.prompt,
                                                   .may_create = endpoints.knows_prompt_create,
                                                   .max_age = started.kept.max_age,
                                                   .acr_values = start.acr_values});
  co_return started;
}

task<Result<ProviderIdentity>> OidcRelyingParty::finish(const Connection& connection, const LoginFinish& finish) {
  Steps steps(finish, ports_.clock);
  auto endpoints = co_await documents_.endpoints(connection);
  if (!endpoints) co_return failure(steps.note("discovery", std::move(endpoints)).error());
  co_return co_await finish_at(connection, *endpoints, finish, steps);
}

task<Result<ProviderIdentity>> OidcRelyingParty::finish_at(const Connection& connection,
                                                           const ProviderEndpoints& endpoints,
                                                           const LoginFinish& finish, Steps& steps) {
  // An error is judged by its sender too: otherwise one provider could end logins at another.
  auto answered = check_response_issuer(finish.callback, endpoints, finish.kept);
  if (answered) answered = check_response_error(finish.callback);
  DOORWARD_CO_CHECK(steps.note("callback", std::move(answered)));

  const AccessTokenRequest exchange{.code = finish.callback.code,
                                    .code_verifier = finish.kept.code_verifier,
                                    .redirect_uri = redirect_uri(connection.id),
                                    .deadline = finish.deadline};
  DOORWARD_CO_TRY(const oidc::TokenAnswer answer,
                  steps.note("token_exchange", co_await token_endpoint_.exchange(connection, endpoints, exchange)));
  DOORWARD_CO_TRY(const oidc::IdToken id_token,
                  steps.note("id_token", co_await check(connection, endpoints, finish, answer)));

  boost::json::object claims = id_token.claims;
  if (!endpoints.userinfo.empty() && !answer.access_token.reveal().empty() &&
      oidc::needs_userinfo(connection, claims, finish.attributes)) {
    DOORWARD_CO_TRY(const boost::json::object told,
                    steps.note("userinfo", co_await userinfo(connection, endpoints, id_token, answer.access_token,
                                                             finish.deadline)));
    claims = oidc::merged_claims(claims, told);
  }
  DOORWARD_CO_TRY(profile::Profile profile,
                  steps.note("profile", oidc::make_profile(connection, claims, finish.attributes)));
  co_return ProviderIdentity{.issuer = id_token.issuer,
                             .subject = id_token.subject,
                             .logout_subject = id_token.subject,
                             .session = id_token.session,
                             .logout_hint = answer.id_token,
                             .auth_time = id_token.auth_time,
                             .session_end = std::nullopt,
                             .acr = id_token.acr,
                             .profile = std::move(profile)};
}

task<Result<oidc::IdToken>> OidcRelyingParty::check(const Connection& connection, const ProviderEndpoints& endpoints,
                                                    const LoginFinish& finish, const oidc::TokenAnswer& answer) {
  DOORWARD_CO_TRY(const jose::VerifiedJws token,
                  co_await verify_signed(documents_, connection, endpoints.jwks, answer.id_token.reveal(), {"JWT"},
                                         KeyUse::kLogin));
  co_return oidc::check_id_token(token, {.issuer = endpoints.issuer,
                                         .client_id = connection.oidc.client_id,
                                         .nonce = finish.kept.nonce,
                                         .started_at = finish.kept.started_at,
                                         .max_age = finish.kept.max_age,
                                         .acr_values = finish.kept.acr_values,
                                         .access_token = answer.access_token.reveal(),
                                         .code = finish.callback.code,
                                         .now = ports_.clock.now()});
}

task<Result<boost::json::object>> OidcRelyingParty::userinfo(const Connection& connection,
                                                             const ProviderEndpoints& endpoints,
                                                             const oidc::IdToken& id_token,
                                                             const Secret<std::string>& access_token,
                                                             SteadyTime deadline) {
  ProviderRequest request{.http = {.url = endpoints.userinfo,
                                   .headers = {{"accept", "application/json, application/jwt"},
                                               {"authorization", "Bearer " + access_token.reveal()}},
                                   .max_response_bytes = oidc::kMostUserInfoBytes + 1},
                          .failure = Reason::kUserInfoFailed,
                          .what = "userinfo endpoint",
                          .deadline = deadline};
  DOORWARD_CO_TRY(const HttpResponse response, co_await ask_provider(ports_.http, std::move(request)));
  DOORWARD_CO_TRY(const oidc::UserInfoForm form,
                  oidc::userinfo_form(response.status, header_of(response, "content-type")));
  if (form == oidc::UserInfoForm::kJson) co_return oidc::read_userinfo(response.body, id_token);
  DOORWARD_CO_TRY(const jose::VerifiedJws token, co_await verify_signed(documents_, connection, endpoints.jwks,
                                                                        response.body, {"JWT"}, KeyUse::kLogin));
  co_return oidc::read_userinfo(token, id_token, connection.oidc.client_id);
}

task<Result<oidc::LogoutNotice>> OidcRelyingParty::read_logout_token(const Connection& connection,
                                                                     std::string_view token, SteadyTime deadline) {
  if (std::chrono::steady_clock::now() >= deadline) {
    co_return failure(Reason::kDeadlineExceeded, "There was no time left to judge the logout token.");
  }
  DOORWARD_CO_TRY(const ProviderEndpoints endpoints, co_await documents_.endpoints(connection));
  auto verified =
      co_await verify_signed(documents_, connection, endpoints.jwks, token, {"logout+jwt", "JWT"}, KeyUse::kLogout);
  if (!verified) {
    Error& error = verified.error();
    if (error.reason == Reason::kJwksFailed || reason_code(error.reason) == Code::kUnavailable) {
      co_return failure(std::move(error));
    }
    co_return failure(make_error(Reason::kLogoutToken, "The logout token is not acceptable.",
                                 std::string(reason_name(error.reason)) + " " + error.detail));
  }
  co_return oidc::check_logout_token(
      *verified, {.issuer = endpoints.issuer, .client_id = connection.oidc.client_id, .now = ports_.clock.now()});
}

std::string OidcRelyingParty::end_session_url(const Connection& connection, const Secret<std::string>& id_token,
                                              std::string_view post_logout_redirect_uri, std::string_view state) const {
  const std::string& endpoint = connection.oidc.end_session_uri;
  if (!oidc::is_provider_url(endpoint, plain_http_of(connection))) return {};
  return oidc::logout_url({.end_session_endpoint = endpoint,
                           .client_id = connection.oidc.client_id,
                           .id_token_hint = id_token.reveal(),
                           .post_logout_redirect_uri = std::string(post_logout_redirect_uri),
                           .state = std::string(state)});
}

task<Result<oidc::ProviderMetadata>> OidcRelyingParty::discover(std::string_view given, oidc::PlainHttp plain_http,
                                                                SteadyTime deadline) {
  return documents_.discover(given, plain_http, deadline);
}

}  // namespace doorward
