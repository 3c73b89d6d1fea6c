#include "app/grants/login_tokens.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "app/tokens/client_algorithm.h"
#include "app/tokens/custom_claims.h"
#include "app/tokens/token_class.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "protocol/oauth/scope.h"

namespace doorward {
namespace {

namespace json = boost::json;

// OpenID Connect Core section 5.4, and the telephone number, for which the published SDKs know no scope of its own.
constexpr auto kProfileClaims = std::to_array<std::string_view>(
    {"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
     "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at", "phone_number", "phone_number_verified"});

// Answers arrive later than they are written: what a client counts down from is a second less.
constexpr std::chrono::seconds kOnTheWay{1};

// The left half of the hash (OpenID Connect Core section 3.1.3.6), under the hash of the algorithm.
std::string half_hash(jose::Algorithm algorithm, std::string_view text) {
  const std::string hash = crypto::digest(jose::algorithm_row(algorithm).digest, text);
  return base64url_encode(std::string_view(hash).substr(0, hash.size() / 2));
}

// No longer than the provider says that the login is good; at least a second, for one that ends now.
std::chrono::seconds access_token_life(const LoginTokenOrder& order) {
  std::chrono::seconds life =
      std::min<std::chrono::seconds>(order.client.access_token_life.value_or(kAccessTokenLife), kLongestTokenLife);
  if (const auto& end = order.grant.user.session_end) {
    life = std::clamp(std::chrono::floor<std::chrono::seconds>(*end - order.now), std::chrono::seconds(1), life);
  }
  return life;
}

// Nothing that came from an identity provider replaces what Doorward says.
void add_missing(json::object& claims, const json::object& more) {
  for (const auto& member : more) {
    if (!claims.contains(member.key())) claims[member.key()] = member.value();
  }
}

}  // namespace

json::object person_claims(const SignedInUser& user, std::string_view scope) {
  json::object claims;
  if (oauth::has_scope(scope, "email") && !user.email.empty()) {
    claims["email"] = user.email;
    claims["email_verified"] = user.email_verified;
  }
  const bool profile = oauth::has_scope(scope, "profile");
  for (const auto& member : user.claims) {
    const std::string_view name = member.key();
    if (name == "email" || name == "email_verified" || name == "sub") continue;
    if (!profile && std::ranges::find(kProfileClaims, name) != kProfileClaims.end()) continue;
    claims[name] = member.value();
  }
  return claims;
}

IssuedToken LoginTokens::sign(const LoginTokenOrder& order) const {
  const jose::Algorithm algorithm = id_token_algorithm(order.client);
  const std::chrono::seconds life = access_token_life(order);
  IssuedToken issued{.access_token = Secret<std::string>(
                         keys_.sign(algorithm, kAccessTokenType, json::serialize(access_claims(order, life)))),
                     .expires_in = std::max(life - kOnTheWay, kOnTheWay),
                     .scope = order.scope};
  if (oauth::has_scope(order.scope, kOpenIdScope)) {
    issued.id_token = Secret<std::string>(
        keys_.sign(algorithm, kPlainTokenType, json::serialize(identity_claims(order, issued.access_token.reveal()))));
  }
  return issued;
}

json::object LoginTokens::access_claims(const LoginTokenOrder& order, std::chrono::seconds life) const {
  const std::int64_t issued_at = to_unix_seconds(order.now);
  json::object claims;
  claims["iss"] = issuer_;
  claims["sub"] = order.grant.user.subject;
  claims["aud"] = json::array{json::value(order.client.id.str())};
  claims["client_id"] = order.client.id.str();
  claims["iat"] = issued_at;
  claims["nbf"] = issued_at;
  claims["exp"] = issued_at + life.count();
  claims["jti"] = ids_.next<TokenId>().str();
  claims["scope"] = order.scope;
  claims[kTokenClassClaim] = token_class_name(TokenClass::kLogin);
  claims[kGrantIdClaim] = order.grant.id.str();
  add_custom_claims(claims, order.client);
  return claims;
}

json::object LoginTokens::identity_claims(const LoginTokenOrder& order, std::string_view access_token) const {
  const SignedInUser& user = order.grant.user;
  const jose::Algorithm algorithm = id_token_algorithm(order.client);
  const std::int64_t issued_at = to_unix_seconds(order.now);
  json::object claims;
  claims["iss"] = issuer_;
  claims["sub"] = user.subject;
  claims["aud"] = json::array{json::value(order.client.id.str())};
  claims["azp"] = order.client.id.str();
  claims["client_id"] = order.client.id.str();
  claims["iat"] = issued_at;
  claims["exp"] = issued_at + kIdTokenLife.count();
  claims["jti"] = ids_.next<TokenId>().str();
  claims["auth_time"] = to_unix_seconds(user.auth_time);
  if (!order.nonce.empty()) claims["nonce"] = order.nonce;
  claims["amr"] = json::array{json::value(user.connection_id.str())};
  claims["oid"] = user.organization_id.str();
  if (!user.organization_external_id.empty()) claims["xoid"] = user.organization_external_id;
  claims["sid"] = order.grant.session_id.str();
  claims["at_hash"] = half_hash(algorithm, access_token);
  if (!order.code.empty()) claims["c_hash"] = half_hash(algorithm, order.code);
  claims[kTokenClassClaim] = token_class_name(TokenClass::kIdentity);
  // Whatever the scope: published SDKs find a person by the address.
  if (!user.email.empty()) {
    claims["email"] = user.email;
    claims["email_verified"] = user.email_verified;
  }
  add_missing(claims, person_claims(user, order.scope));
  return claims;
}

}  // namespace doorward
