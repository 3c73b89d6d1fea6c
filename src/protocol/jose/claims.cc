#include "protocol/jose/claims.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <utility>

#include "protocol/jose/strict_json.h"

namespace doorward::jose {
namespace {

namespace json = boost::json;

constexpr std::int64_t kLastSecondOf9999 = 253402300799;

tl::unexpected<Error> malformed(std::string detail) {
  return tl::unexpected(make_error(Reason::kJwtMalformed, "The token is not well-formed.", std::move(detail)));
}

Result<std::string> text_claim(const json::object& members, std::string_view name) {
  const json::value* value = members.if_contains(name);
  if (value == nullptr) return std::string();
  if (!value->is_string()) return malformed("claim is not a string: " + std::string(name));
  return std::string(value->get_string());
}

Result<std::optional<Timestamp>> date_claim(const json::object& members, std::string_view name) {
  const json::value* value = members.if_contains(name);
  if (value == nullptr) return std::nullopt;
  // Boost.JSON keeps numbers with a fraction or an exponent as double, and whole ones too large for int64 as uint64.
  if (!value->is_int64()) return malformed("claim is not a whole number: " + std::string(name));
  const std::int64_t seconds = value->get_int64();
  if (seconds < 0 || seconds > kLastSecondOf9999) return malformed("claim is out of range: " + std::string(name));
  return Timestamp(std::chrono::seconds(seconds));
}

Result<std::vector<std::string>> audience_claim(const json::object& members) {
  std::vector<std::string> audience;
  const json::value* value = members.if_contains("aud");
  if (value == nullptr) return audience;
  if (value->is_string()) {
    audience.emplace_back(value->get_string());
    return audience;
  }
  if (!value->is_array()) return malformed("claim is neither string nor array: aud");
  for (const json::value& entry : value->get_array()) {
    if (!entry.is_string()) return malformed("claim holds something else than strings: aud");
    audience.emplace_back(entry.get_string());
  }
  return audience;
}

}  // namespace

std::string text_claim(const Claims& claims, std::string_view name) {
  const boost::json::value* value = claims.members.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Result<Claims> read_claims(const VerifiedJws& token) {
  Claims claims;
  // How long a token may be was checked when it was parsed.
  DOORWARD_TRY(claims.members, parse_strict_object(token.payload(), JsonLimits{.bytes = token.payload().size()}));
  DOORWARD_TRY(claims.issuer, text_claim(claims.members, "iss"));
  DOORWARD_TRY(claims.subject, text_claim(claims.members, "sub"));
  DOORWARD_TRY(claims.token_id, text_claim(claims.members, "jti"));
  DOORWARD_TRY(claims.audience, audience_claim(claims.members));
  DOORWARD_TRY(claims.issued_at, date_claim(claims.members, "iat"));
  DOORWARD_TRY(claims.not_before, date_claim(claims.members, "nbf"));
  DOORWARD_TRY(const std::optional<Timestamp> expires_at, date_claim(claims.members, "exp"));
  if (claims.issuer.empty()) return malformed("claim is absent: iss");
  if (!expires_at) return malformed("claim is absent: exp");
  claims.expires_at = *expires_at;
  return claims;
}

Result<void> check_claims(const Claims& claims, const ClaimRules& rules) {
  if (claims.issuer != rules.issuer) {
    return failure(Reason::kIssuerMismatch, "The token comes from another issuer.");
  }
  if (rules.audience && std::ranges::count(claims.audience, *rules.audience) == 0) {
    return failure(Reason::kAudience, "The token is for another audience.");
  }
  if (rules.require_issued_at && !claims.issued_at) return malformed("claim is absent: iat");
  if (rules.require_token_id && claims.token_id.empty()) return malformed("claim is absent: jti");
  // RFC 7519 section 4.1.4: not on or after the moment of `exp`.
  if (rules.now - rules.skew >= claims.expires_at) return failure(Reason::kTokenExpired, "The token has expired.");
  const Timestamp latest = rules.now + rules.skew;
  const bool from_the_future =
      (claims.not_before && *claims.not_before > latest) || (claims.issued_at && *claims.issued_at > latest);
  if (from_the_future || (claims.issued_at && *claims.issued_at >= claims.expires_at)) {
    return failure(Reason::kTimeWindow, "The token is not valid at this time.");
  }
  return {};
}

}  // namespace doorward::jose
