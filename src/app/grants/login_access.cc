#include "app/grants/login_access.h"

#include <utility>

#include "app/grants/login_tokens.h"
#include "protocol/jose/jws.h"
#include "protocol/oauth/scope.h"

namespace doorward {
namespace {

tl::unexpected<Error> revoked(std::string detail) {
  return failure(make_error(Reason::kTokenRevoked, "The access token has been revoked.", std::move(detail)));
}

}  // namespace

task<Result<LiveLogin>> LoginAccess::find(BearerToken token) {
  if (token.text.size() > jose::kMostTokenBytes) {
    co_return failure(make_error(Reason::kInvalidToken, "The access token is not valid.", "token: too long"));
  }
  DOORWARD_CO_CHECK(forgeries_.check(token.source));
  auto claims = verifier_.verify_login(token.text, clock_.now());
  if (!claims) {
    if (claims.error().reason == Reason::kInvalidToken) forgeries_.record_failure(token.source);
    co_return tl::unexpected(std::move(claims).error());
  }
  DOORWARD_CO_TRY(const auto state, co_await clients_.find(claims->client_id, token.deadline));
  if (state == nullptr) co_return revoked("client");
  if (!state->client.enabled) co_return failure(Reason::kClientDisabled, "The client is disabled.");
  DOORWARD_CO_TRY(
      auto grant,
      co_await store_.read("token.grant", {.deadline = token.deadline, .one_statement = true}, [&](const ReadTx& tx) {
        return tx.sign_in().find_grant(state->client.environment_id, claims->grant_id);
      }));
  if (!grant || grant->client_id != claims->client_id) co_return revoked("grant");
  if (grant->revoke_time) co_return revoked(grant->revoke_reason);
  co_return LiveLogin{.claims = *std::move(claims), .grant = *std::move(grant)};
}

task<Result<boost::json::object>> LoginAccess::user_info(BearerToken token) {
  DOORWARD_CO_TRY(const LiveLogin login, co_await find(token));
  if (!oauth::has_scope(login.claims.scope, kOpenIdScope)) {
    co_return failure(Reason::kAccessDenied, "The access token lacks the scope openid.");
  }
  boost::json::object answer = person_claims(login.grant.user, login.claims.scope);
  answer["sub"] = login.grant.user.subject;
  co_return answer;
}

}  // namespace doorward
