#include "app/grants/token_control.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace doorward {
namespace {

namespace json = boost::json;
using Deadline = std::chrono::steady_clock::time_point;

// Refresh tokens are one part of text, signed tokens three.
bool looks_signed(std::string_view token) { return std::ranges::count(token, '.') == 2; }

json::object inactive() { return {{"active", false}}; }

// Errors that are about the token say no more than that it does not count.
Result<json::object> unless_ours(Error error) {
  if (error.code() == Code::kUnauthenticated) return inactive();
  return failure(std::move(error));
}

json::object active(const jose::Claims& claims) {
  json::object answer{{"active", true}, {"token_type", "Bearer"}};
  constexpr auto kShown =
      std::to_array<std::string_view>({"scope", "client_id", "exp", "iat", "nbf", "sub", "aud", "iss", "jti"});
  for (const std::string_view name : kShown) {
    if (const json::value* value = claims.members.if_contains(name)) answer[name] = *value;
  }
  return answer;
}

void add_person(json::object& answer, const Grant& grant) {
  if (!grant.user.email.empty()) answer["username"] = grant.user.email;
  answer["oid"] = grant.user.organization_id.str();
  answer["sid"] = grant.session_id.str();
}

}  // namespace

task<Result<json::object>> TokenControl::introspect(const AuthenticatedClient& client, Secret<std::string> token,
                                                    std::string_view source, Deadline deadline) {
  if (is_public(client.client().type)) {
    co_return failure(Reason::kUnauthorizedClient, "A public client cannot ask about tokens.");
  }
  if (!looks_signed(token.reveal())) co_return co_await describe_refresh(client, token, deadline);
  const BearerToken bearer{.text = token.reveal(), .source = source, .request_id = {}, .deadline = deadline};
  auto login = co_await describe_login(client, bearer);
  if (login || login.error().reason != Reason::kWrongTokenClass) {
    co_return login ? std::move(login) : unless_ours(std::move(login).error());
  }
  co_return co_await describe_api(client, bearer);
}

task<Result<json::object>> TokenControl::describe_login(const AuthenticatedClient& client, BearerToken token) {
  DOORWARD_CO_TRY(const LiveLogin login, co_await logins_.find(token));
  if (login.claims.client_id != client.client().id) co_return inactive();
  json::object answer = active(login.claims.all);
  add_person(answer, login.grant);
  co_return answer;
}

task<Result<json::object>> TokenControl::describe_api(const AuthenticatedClient& client, BearerToken token) {
  const auto caller = co_await api_.authenticate(token);
  if (!caller) co_return unless_ours(caller.error());
  const auto claims = verifier_.verify_api(token.text, ports_.clock.now());
  if (!claims || caller->id != client.client().id.str()) co_return inactive();
  co_return active(*claims);
}

task<Result<json::object>> TokenControl::describe_refresh(const AuthenticatedClient& client,
                                                          const Secret<std::string>& token, Deadline deadline) {
  const EnvironmentId& environment = client.client().environment_id;
  const std::string hash = ports_.mac.lookup_hash(token.reveal());
  const Timestamp now = ports_.clock.now();
  co_return co_await ports_.store.read(
      "token.introspect", {.deadline = deadline}, [&](const ReadTx& tx) -> Result<json::object> {
        DOORWARD_TRY(const auto row, tx.sign_in().find_refresh_token(environment, hash));
        if (!row || row->used_time || now >= row->expire_time) return inactive();
        DOORWARD_TRY(const auto grant, tx.sign_in().find_grant(environment, row->grant_id));
        if (!grant || grant->revoke_time || grant->client_id != client.client().id) return inactive();
        json::object answer{{"active", true},
                            {"token_type", "refresh_token"},
                            {"scope", grant->scope},
                            {"client_id", grant->client_id.str()},
                            {"exp", to_unix_seconds(row->expire_time)},
                            {"iat", to_unix_seconds(row->create_time)},
                            {"sub", grant->user.subject},
                            {"iss", issuer_}};
        add_person(answer, *grant);
        return answer;
      });
}

task<Result<void>> TokenControl::revoke(const AuthenticatedClient& client, Secret<std::string> token,
                                        Deadline deadline) {
  const Timestamp now = ports_.clock.now();
  const EnvironmentId& environment = client.client().environment_id;
  std::optional<GrantId> named;
  std::string refresh_hash;
  if (looks_signed(token.reveal())) {
    const auto claims = verifier_.verify_login(token.reveal(), now);
    if (!claims && claims.error().reason == Reason::kWrongTokenClass &&
        (verifier_.verify_api(token.reveal(), now) || verifier_.verify_hint(token.reveal(), now))) {
      co_return failure(Reason::kUnsupportedTokenType, "Tokens of this kind cannot be revoked.");
    }
    if (!claims || claims->client_id != client.client().id) co_return Result<void>();
    named = claims->grant_id;
  } else {
    refresh_hash = ports_.mac.lookup_hash(token.reveal());
  }
  auto done = co_await ports_.store.write("token.revoke", {.deadline = deadline}, [&](WriteTx& tx) -> Result<bool> {
    std::optional<GrantId> id = named;
    if (!id) {
      DOORWARD_TRY(const auto row, tx.sign_in().find_refresh_token(environment, refresh_hash));
      if (!row) return false;
      id = row->grant_id;
    }
    DOORWARD_TRY(const auto grant, tx.sign_in().find_grant(environment, *id));
    if (!grant || grant->client_id != client.client().id) return false;
    DOORWARD_CHECK(grants_.end_grant(tx, *grant, SessionEnd::kRevoked, now));
    return true;
  });
  if (!done) co_return tl::unexpected(std::move(done).error());
  co_return Result<void>();
}

}  // namespace doorward
