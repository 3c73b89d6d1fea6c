#include "app/grants/code_exchange.h"

#include <algorithm>
#include <utility>

#include "app/auth_log/auth_log.h"
#include "app/keys/secret_text.h"
#include "domain/client_grants.h"
#include "protocol/oauth/pkce.h"
#include "protocol/oauth/scope.h"

namespace doorward {
namespace {

Error invalid_grant(const char* sentence) { return make_error(Reason::kInvalidGrant, sentence); }

}  // namespace

struct CodeExchange::Attempt {
  const ApiClient& client;
  const oauth::AuthorizationCodeGrant& asked;
  std::string code_hash;
  Secret<std::string> refresh_token;  // should it be granted one
  Timestamp now;
};

RefreshToken make_refresh_token(const Grant& grant, const Secret<std::string>& text, const Mac& mac, Timestamp now) {
  return {.environment_id = grant.environment_id,
          .token_hash = mac.lookup_hash(text.reveal()),
          .grant_id = grant.id,
          .create_time = now,
          .expire_time = std::min(now + kRefreshTokenLife, grant.user.session_end.value_or(Timestamp::max())),
          .used_time = {}};
}

task<Result<IssuedToken>> CodeExchange::redeem(const AuthenticatedClient& client,
                                               const oauth::AuthorizationCodeGrant& asked,
                                               std::chrono::steady_clock::time_point deadline) {
  const ApiClient& row = client.client();
  if (!may_use_grant(row, kAuthorizationCodeGrant)) {
    co_return failure(Reason::kUnauthorizedClient, "The client may not use the grant authorization_code.");
  }
  const Attempt attempt{.client = row,
                        .asked = asked,
                        .code_hash = ports_.mac.lookup_hash(asked.code.reveal()),
                        .refresh_token = make_secret_text(ports_.random),
                        .now = ports_.clock.now()};
  DOORWARD_CO_TRY(Decision decision, co_await ports_.store.write("token.redeem_code", {.deadline = deadline},
                                                                 [&](WriteTx& tx) { return decide(tx, attempt); }));
  if (decision.refusal) co_return failure(*std::move(decision.refusal));
  const LoginTokenOrder order{.client = row,
                              .grant = decision.grant,
                              .scope = decision.grant.scope,
                              .nonce = decision.code.nonce,
                              .code = asked.code.reveal(),
                              .now = attempt.now};
  DOORWARD_CO_TRY(IssuedToken issued, co_await ports_.offload.run([&] { return tokens_.sign(order); }));
  if (decision.refreshable) issued.refresh_token = attempt.refresh_token;
  co_return issued;
}

Result<CodeExchange::Decision> CodeExchange::decide(WriteTx& tx, const Attempt& attempt) const {
  const EnvironmentId& environment = attempt.client.environment_id;
  DOORWARD_TRY(auto code, tx.sign_in().find_code(environment, attempt.code_hash));
  if (!code) return failure(invalid_grant("The authorization code is not valid."));
  DOORWARD_TRY(auto grant, tx.sign_in().find_grant(environment, code->grant_id));
  if (!grant) return failure(invalid_grant("The authorization code is not valid."));
  const auto refused = [&](Error why, std::string expected = {}, std::string received = {}) {
    return refuse(tx, *grant, attempt.now, std::move(why), std::move(expected), std::move(received));
  };
  const auto reused = [&]() -> Result<Decision> {
    DOORWARD_CHECK(grants_.end_grant(tx, *grant, SessionEnd::kCodeReuse, attempt.now));
    return refused(make_error(Reason::kCodeReuse, "The authorization code was used before."));
  };

  if (code->client_id != attempt.client.id) {
    return refused(invalid_grant("The authorization code is not valid."), code->client_id.str(),
                   attempt.client.id.str());
  }
  if (code->used_time) return reused();
  if (attempt.now >= code->expire_time) return refused(invalid_grant("The authorization code has expired."));
  if (grant->user.session_end && attempt.now >= *grant->user.session_end) {
    return refused(invalid_grant("The sign-in has ended at the identity provider."));
  }
  if (grant->revoke_time) return refused(invalid_grant("The sign-in was revoked."), {}, grant->revoke_reason);
  if (attempt.asked.redirect_uri != code->redirect_uri) {
    return refused(invalid_grant("The redirect_uri is not that of the authorization request."), code->redirect_uri,
                   attempt.asked.redirect_uri);
  }
  if (!oauth::proves_possession(attempt.asked.code_verifier.reveal(), code->code_challenge)) {
    return refused(invalid_grant("The code_verifier does not prove who asked for the code."),
                   code->code_challenge.empty() ? "no code_verifier" : "the code_verifier of the code_challenge");
  }
  DOORWARD_TRY(const bool first, tx.sign_in().use_code(environment, attempt.code_hash, attempt.now));
  if (!first) return reused();

  Decision decision{.refusal = {}, .code = *std::move(code), .grant = *std::move(grant)};
  decision.refreshable =
      oauth::has_scope(decision.grant.scope, kOfflineAccessScope) && may_use_grant(attempt.client, kRefreshTokenGrant);
  if (decision.refreshable) {
    DOORWARD_CHECK(
        tx.sign_in().insert(make_refresh_token(decision.grant, attempt.refresh_token, ports_.mac, attempt.now)));
  }
  DOORWARD_CHECK(AuthLog::amend(tx, environment, decision.grant.auth_request_id, [&](AuthRequest& entry) {
    take_up_again(entry);
    add_step(entry, auth_step::kCodeExchange, attempt.now);
    set_status(entry, AuthRequestStatus::kSuccess, attempt.now);
  }));
  return decision;
}

Result<CodeExchange::Decision> CodeExchange::refuse(WriteTx& tx, const Grant& grant, Timestamp now, Error why,
                                                    std::string expected, std::string received) const {
  DOORWARD_CHECK(AuthLog::amend(tx, grant.environment_id, grant.auth_request_id, [&](AuthRequest& entry) {
    add_failure(entry, auth_step::kCodeExchange, now, why.reason, ResponsibleSide::kApplication,
                {.expected = std::move(expected), .received = std::move(received)});
  }));
  return Decision{.refusal = std::move(why), .code = {}, .grant = {}};
}

}  // namespace doorward
