#include "app/tokens/token_verifier.h"

#include <algorithm>
#include <boost/json/value.hpp>
#include <utility>

#include "protocol/jose/jws.h"

namespace doorward {
namespace {

// RFC 9068 section 2.1 for what opens userinfo; the others are older than that or no access tokens.
constexpr std::string_view type_of(TokenClass token_class) {
  return token_class == TokenClass::kLogin ? kAccessTokenType : kPlainTokenType;
}

tl::unexpected<Error> invalid(const Error& why) {
  std::string detail(reason_name(why.reason));
  if (!why.detail.empty()) detail += ": " + why.detail;
  return tl::unexpected(make_error(Reason::kInvalidToken, "The access token is not valid.", std::move(detail)));
}

tl::unexpected<Error> wrong_class() {
  return failure(Reason::kWrongTokenClass, "The token is not meant for this use.");
}

}  // namespace

Result<jose::Claims> TokenVerifier::verify_api(std::string_view token, Timestamp now) const {
  return verify(token, TokenClass::kApi, issuer_, now);
}

Result<LoginClaims> TokenVerifier::verify_login(std::string_view token, Timestamp now) const {
  DOORWARD_TRY(jose::Claims claims, read(token, TokenClass::kLogin, now));
  const std::string client = text_claim(claims, "client_id");
  DOORWARD_CHECK(check(claims, client, now));
  return LoginClaims{.client_id = ApiClientId(client),
                     .grant_id = GrantId(text_claim(claims, kGrantIdClaim)),
                     .scope = text_claim(claims, "scope"),
                     .all = std::move(claims)};
}

Result<IdentityHint> TokenVerifier::verify_hint(std::string_view token, Timestamp now) const {
  DOORWARD_TRY(const jose::Claims claims, read(token, TokenClass::kIdentity, now));
  const std::string client = text_claim(claims, "azp");
  // As of its last moment: only its end does not count.
  DOORWARD_CHECK(check(claims, client, std::min(now, claims.expires_at - std::chrono::seconds(1))));
  return IdentityHint{
      .client_id = ApiClientId(client), .session_id = SessionId(text_claim(claims, "sid")), .subject = claims.subject};
}

Result<jose::Claims> TokenVerifier::verify_directory(std::string_view token, std::string_view audience,
                                                     Timestamp now) const {
  return verify(token, TokenClass::kDirectory, audience, now);
}

Result<jose::Claims> TokenVerifier::verify(std::string_view token, TokenClass wanted, std::string_view audience,
                                           Timestamp now) const {
  DOORWARD_TRY(jose::Claims claims, read(token, wanted, now));
  DOORWARD_CHECK(check(claims, audience, now));
  return claims;
}

Result<jose::Claims> TokenVerifier::read(std::string_view token, TokenClass wanted, Timestamp now) const {
  const auto verified =
      jose::verify_compact(token, [&](std::string_view key_id) { return keys_.find(key_id, now); }, type_of(wanted));
  if (!verified && verified.error().reason == Reason::kTypeMismatch) return wrong_class();
  if (!verified) return invalid(verified.error());
  auto claims = jose::read_claims(*verified);
  if (!claims) return invalid(claims.error());
  // Before the audience, which differs between the classes: the log should name the mistake that was made.
  if (text_claim(*claims, kTokenClassClaim) != token_class_name(wanted)) {
    return wrong_class();
  }
  return claims;
}

Result<void> TokenVerifier::check(const jose::Claims& claims, std::string_view audience, Timestamp now) const {
  const auto checked = jose::check_claims(
      claims,
      {.issuer = issuer_, .audience = std::string(audience), .now = now, .skew = kClockSkew, .require_token_id = true});
  if (!checked && checked.error().reason == Reason::kTokenExpired) return checked;
  if (!checked) return invalid(checked.error());
  return {};
}

}  // namespace doorward
