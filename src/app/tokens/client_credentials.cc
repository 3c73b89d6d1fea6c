#include "app/tokens/client_credentials.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "app/tokens/token_class.h"
#include "crypto/hash.h"

namespace doorward {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> kScopes = {"openid", "profile", "email"};
constexpr std::string_view kDefaultScope = "openid";

std::vector<std::string_view> split_scope(std::string_view scope) {
  std::vector<std::string_view> names;
  while (!scope.empty()) {
    const std::size_t end = std::min(scope.find(' '), scope.size());
    if (end > 0) names.push_back(scope.substr(0, end));
    scope.remove_prefix(std::min(end + 1, scope.size()));
  }
  return names;
}

// The granted scope in the order of kScopes, each name once.
Result<std::string> grant_scope(std::string_view asked) {
  const std::vector<std::string_view> names = split_scope(asked);
  if (names.empty()) return std::string(kDefaultScope);
  for (const std::string_view name : names) {
    if (std::ranges::find(kScopes, name) == kScopes.end()) {
      return failure(Reason::kInvalidScope, "Only the scopes openid, profile and email can be asked for.");
    }
  }
  std::string granted;
  for (const std::string_view name : kScopes) {
    if (std::ranges::find(names, name) == names.end()) continue;
    if (!granted.empty()) granted += ' ';
    granted += name;
  }
  return granted;
}

// The live secret that matches. Every one is compared, so that the time does not tell which did.
const ClientSecret* matching_secret(const ClientState* state, std::string_view hash, Timestamp now) {
  if (state == nullptr) return nullptr;
  const ClientSecret* match = nullptr;
  for (const ClientSecret& secret : state->secrets) {
    if (crypto::constant_time_equal(secret.lookup_hash, hash) && secret.is_live(now)) match = &secret;
  }
  return match;
}

}  // namespace

task<Result<IssuedToken>> ClientCredentials::issue(const ClientCredentialsRequest& request) {
  const Timestamp now = ports_.clock.now();
  DOORWARD_CO_CHECK(limits_.check_guess(request.source, request.client_id.str()));
  DOORWARD_CO_TRY(const ClientSecretId secret_id, co_await authenticate(request, now));
  DOORWARD_CO_TRY(std::string scope, grant_scope(request.scope));
  DOORWARD_CO_CHECK(limits_.take_token(request.client_id.str()));
  const std::string claims = claims_of(request, secret_id, scope, now);
  DOORWARD_CO_TRY(std::string token,
                  co_await ports_.offload.run([&] { return keys_.sign(jose::Algorithm::kRs256, "JWT", claims); }));
  co_return IssuedToken{.access_token = Secret<std::string>(std::move(token)), .scope = std::move(scope)};
}

task<Result<ClientSecretId>> ClientCredentials::authenticate(const ClientCredentialsRequest& request, Timestamp now) {
  // Hashed for an unknown client too, and both refusals read the store: they do the same work.
  const std::string hash = ports_.mac.lookup_hash(request.client_secret.reveal());
  DOORWARD_CO_TRY(auto state, co_await clients_.find(request.client_id, request.deadline));
  const ClientSecret* secret = matching_secret(state.get(), hash, now);
  if (secret == nullptr && state != nullptr) {
    // The secret may be younger than the remembered state.
    DOORWARD_CO_TRY(state, co_await clients_.read(request.client_id, request.deadline));
    secret = matching_secret(state.get(), hash, now);
  }
  if (secret == nullptr) co_return failure(limits_.refuse_guess(request.source, request.client_id.str()));
  if (!state->client.enabled) co_return failure(Reason::kClientDisabled, "The client is disabled.");
  co_return secret->id;
}

std::string ClientCredentials::claims_of(const ClientCredentialsRequest& request, const ClientSecretId& secret_id,
                                         const std::string& scope, Timestamp now) const {
  const std::int64_t issued_at = to_unix_seconds(now);
  json::array scopes;
  for (const std::string_view name : split_scope(scope)) scopes.emplace_back(name);
  json::object claims;
  claims["iss"] = issuer_;
  claims["sub"] = request.client_id.str();
  claims["client_id"] = request.client_id.str();
  claims["aud"] = json::array{json::value(issuer_)};
  claims["iat"] = issued_at;
  claims["nbf"] = issued_at;
  claims["exp"] = issued_at + kApiTokenLife.count();
  claims["jti"] = ports_.ids.next<TokenId>().str();
  // Go reads the text, Node and Python read the list.
  claims["scope"] = scope;
  claims["scopes"] = std::move(scopes);
  claims[kTokenClassClaim] = token_class_name(TokenClass::kApi);
  claims[kClientSecretIdClaim] = secret_id.str();
  return json::serialize(claims);
}

}  // namespace doorward
