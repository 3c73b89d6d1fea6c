#include "app/tokens/token_verifier.h"

#include <boost/json/value.hpp>
#include <utility>

#include "protocol/jose/jws.h"

namespace doorward {
namespace {

constexpr std::string_view kType = "JWT";

tl::unexpected<Error> invalid(const Error& why) {
  std::string detail(reason_name(why.reason));
  if (!why.detail.empty()) detail += ": " + why.detail;
  return tl::unexpected(make_error(Reason::kInvalidToken, "The access token is not valid.", std::move(detail)));
}

}  // namespace

Result<jose::Claims> TokenVerifier::verify_api(std::string_view token, Timestamp now) const {
  return verify(token, TokenClass::kApi, issuer_, now);
}

Result<jose::Claims> TokenVerifier::verify_login(std::string_view token, std::string_view client_id,
                                                 Timestamp now) const {
  return verify(token, TokenClass::kLogin, client_id, now);
}

Result<jose::Claims> TokenVerifier::verify_directory(std::string_view token, std::string_view audience,
                                                     Timestamp now) const {
  return verify(token, TokenClass::kDirectory, audience, now);
}

Result<jose::Claims> TokenVerifier::verify(std::string_view token, TokenClass wanted, std::string_view audience,
                                           Timestamp now) const {
  const auto verified =
      jose::verify_compact(token, [&](std::string_view key_id) { return keys_.find(key_id, now); }, kType);
  if (!verified) return invalid(verified.error());
  auto claims = jose::read_claims(*verified);
  if (!claims) return invalid(claims.error());
  // Before the audience, which differs between the classes: the log should name the mistake that was made.
  const boost::json::value* token_class = claims->members.if_contains(kTokenClassClaim);
  if (token_class == nullptr || !token_class->is_string() ||
      std::string_view(token_class->get_string()) != token_class_name(wanted)) {
    return failure(Reason::kWrongTokenClass, "The token is not meant for this use.");
  }
  const auto checked = jose::check_claims(
      *claims,
      {.issuer = issuer_, .audience = std::string(audience), .now = now, .skew = kClockSkew, .require_token_id = true});
  if (!checked && checked.error().reason == Reason::kTokenExpired) return tl::unexpected(checked.error());
  if (!checked) return invalid(checked.error());
  return claims;
}

}  // namespace doorward
