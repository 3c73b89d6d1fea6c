#include "app/tokens/client_credentials.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>
#include <vector>

#include "app/tokens/custom_claims.h"
#include "app/tokens/token_class.h"
#include "domain/client_grants.h"
#include "protocol/oauth/scope.h"

namespace doorward {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> kScopes = {"openid", "profile", "email"};
constexpr std::string_view kDefaultScope = "openid";

Result<std::string> grant_scope(const std::string& asked, const ApiClient& client) {
  std::vector<std::string_view> allowed(kScopes.begin(), kScopes.end());
  allowed.insert(allowed.end(), client.scopes.begin(), client.scopes.end());
  DOORWARD_TRY(std::string granted, oauth::granted_scope(asked, allowed));
  return granted.empty() ? std::string(kDefaultScope) : granted;
}

}  // namespace

task<Result<IssuedToken>> ClientCredentials::issue(const AuthenticatedClient& client, const std::string& scope) {
  const ApiClient& row = client.client();
  if (!may_use_grant(row, kClientCredentialsGrant)) {
    co_return failure(Reason::kUnauthorizedClient, "The client may not use the grant client_credentials.");
  }
  DOORWARD_CO_TRY(std::string granted, grant_scope(scope, row));
  DOORWARD_CO_CHECK(limits_.take_token(row.id.str()));
  const std::chrono::seconds life = row.access_token_life.value_or(kApiTokenLife);
  const std::string claims = claims_of(client, granted, life, ports_.clock.now());
  DOORWARD_CO_TRY(std::string token,
                  co_await ports_.offload.run([&] { return keys_.sign(jose::Algorithm::kRs256, "JWT", claims); }));
  co_return IssuedToken{
      .access_token = Secret<std::string>(std::move(token)), .expires_in = life, .scope = std::move(granted)};
}

std::string ClientCredentials::claims_of(const AuthenticatedClient& client, const std::string& scope,
                                         std::chrono::seconds life, Timestamp now) const {
  const ApiClient& row = client.client();
  const std::int64_t issued_at = to_unix_seconds(now);
  json::array scopes;
  for (const std::string_view name : oauth::split_scope(scope)) scopes.emplace_back(name);
  json::object claims;
  claims["iss"] = issuer_;
  claims["sub"] = row.id.str();
  claims["client_id"] = row.id.str();
  claims["aud"] = json::array{json::value(issuer_)};
  claims["iat"] = issued_at;
  claims["nbf"] = issued_at;
  claims["exp"] = issued_at + life.count();
  claims["jti"] = ports_.ids.next<TokenId>().str();
  // Go reads the text, Node and Python read the list.
  claims["scope"] = scope;
  claims["scopes"] = std::move(scopes);
  claims[kTokenClassClaim] = token_class_name(TokenClass::kApi);
  if (client.secret_id.empty()) {
    claims[kClientKeysClaim] = client_keys_name(row.jwks);
  } else {
    claims[kClientSecretIdClaim] = client.secret_id.str();
  }
  add_custom_claims(claims, row);
  return json::serialize(claims);
}

}  // namespace doorward
