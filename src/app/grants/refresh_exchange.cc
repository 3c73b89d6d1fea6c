#include "app/grants/refresh_exchange.h"

#include <utility>

#include "app/keys/secret_text.h"
#include "domain/client_grants.h"
#include "protocol/oauth/scope.h"

namespace doorward {
namespace {

tl::unexpected<Error> invalid(std::string detail) {
  return failure(make_error(Reason::kInvalidGrant, "The refresh token is not valid.", std::move(detail)));
}

// Whether the place that the person signed in at is still one.
Result<void> check_place(WriteTx& tx, const Grant& grant) {
  DOORWARD_TRY(const auto connection, tx.connections().find(grant.environment_id, grant.user.connection_id));
  if (!connection || !connection->enabled) return invalid("connection");
  DOORWARD_TRY(const auto organization, tx.organizations().find(grant.environment_id, grant.user.organization_id));
  if (!organization) return invalid("organization");
  return {};
}

Result<std::string> narrowed(const std::string& asked, const std::string& granted) {
  if (asked.empty()) return granted;
  return oauth::granted_scope(asked, oauth::split_scope(granted));
}

}  // namespace

struct RefreshExchange::Attempt {
  const ApiClient& client;
  std::string token_hash;
  const std::string& scope;
  Secret<std::string> next;
  Timestamp now;
};

task<Result<IssuedToken>> RefreshExchange::refresh(const AuthenticatedClient& client,
                                                   const oauth::RefreshTokenGrant& asked,
                                                   std::chrono::steady_clock::time_point deadline) {
  const ApiClient& row = client.client();
  if (!may_use_grant(row, kRefreshTokenGrant)) {
    co_return failure(Reason::kUnauthorizedClient, "The client may not use the grant refresh_token.");
  }
  const Attempt attempt{.client = row,
                        .token_hash = ports_.mac.lookup_hash(asked.refresh_token.reveal()),
                        .scope = asked.scope,
                        .next = make_secret_text(ports_.random),
                        .now = ports_.clock.now()};
  DOORWARD_CO_TRY(Decision decision, co_await ports_.store.write("token.refresh", {.deadline = deadline},
                                                                 [&](WriteTx& tx) { return decide(tx, attempt); }));
  if (decision.refusal) co_return failure(*std::move(decision.refusal));
  // No nonce: OpenID Connect Core section 12.2.
  const LoginTokenOrder order{
      .client = row, .grant = decision.grant, .scope = decision.scope, .nonce = {}, .code = {}, .now = attempt.now};
  DOORWARD_CO_TRY(IssuedToken issued, co_await ports_.offload.run([&] { return tokens_.sign(order); }));
  issued.refresh_token = attempt.next;
  co_return issued;
}

Result<RefreshExchange::Decision> RefreshExchange::decide(WriteTx& tx, const Attempt& attempt) const {
  const EnvironmentId& environment = attempt.client.environment_id;
  DOORWARD_TRY(const auto token, tx.sign_in().find_refresh_token(environment, attempt.token_hash));
  if (!token) return invalid("unknown");
  DOORWARD_TRY(auto grant, tx.sign_in().find_grant(environment, token->grant_id));
  if (!grant || grant->client_id != attempt.client.id) return invalid("of another client");
  if (token->used_time) return reused(tx, *grant, attempt.now);
  if (attempt.now >= token->expire_time) return invalid("expired");
  if (grant->revoke_time) return invalid("revoked: " + grant->revoke_reason);
  DOORWARD_CHECK(check_place(tx, *grant));
  DOORWARD_TRY(std::string scope, narrowed(attempt.scope, grant->scope));
  // Before the token is used up: a session that ends meanwhile waits for this row, or has ended it.
  DOORWARD_TRY(const bool active, tx.sign_in().touch_session(environment, grant->session_id, attempt.now));
  if (!active) return invalid("session");

  DOORWARD_TRY(const bool first, tx.sign_in().use_refresh_token(environment, attempt.token_hash, attempt.now));
  if (!first) return reused(tx, *grant, attempt.now);
  DOORWARD_CHECK(tx.sign_in().insert(make_refresh_token(*grant, attempt.next, ports_.mac, attempt.now)));
  return Decision{.refusal = {}, .grant = *std::move(grant), .scope = std::move(scope)};
}

Result<RefreshExchange::Decision> RefreshExchange::reused(WriteTx& tx, const Grant& grant, Timestamp now) const {
  DOORWARD_CHECK(grants_.end_grant(tx, grant, SessionEnd::kRefreshReuse, now));
  return Decision{
      .refusal = make_error(Reason::kRefreshReuse, "The refresh token was used before."), .grant = {}, .scope = {}};
}

}  // namespace doorward
