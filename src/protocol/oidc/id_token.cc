#include "protocol/oidc/id_token.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/value.hpp>
#include <string_view>
#include <utility>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "protocol/jose/claims.h"
#include "protocol/jose/foreign_jws.h"
#include "protocol/jose/strict_json.h"
#include "protocol/oidc/json_member.h"
#include "protocol/oidc/mismatch.h"

namespace doorward::oidc {
namespace {

namespace json = boost::json;

tl::unexpected<Error> refused(Reason reason, const char* message, std::string detail = {}) {
  return tl::unexpected(make_error(reason, message, std::move(detail)));
}

tl::unexpected<Error> malformed(std::string detail) {
  return refused(Reason::kJwtMalformed, "The provider's ID token is not well-formed.", std::move(detail));
}

// jose/ reads no token without `iss`; here that is a wrong issuer.
Result<jose::Claims> read(const jose::VerifiedJws& token) {
  auto claims = jose::read_claims(token);
  if (claims) return claims;
  const auto members = jose::parse_strict_object(token.payload(), {.bytes = jose::kMostForeignTokenBytes});
  if (members && !members->contains("iss")) {
    return refused(Reason::kIssuerMismatch, "The provider's ID token names no issuer.");
  }
  return malformed(claims.error().detail);
}

Result<void> check_audience(const jose::Claims& claims, const std::string& client_id) {
  const json::value* authorized = claims.members.if_contains("azp");
  const bool azp_fits = authorized == nullptr || text_member(claims.members, "azp") == client_id;
  if (is_only_audience(claims, client_id) && azp_fits) return {};
  return refused(Reason::kAudience, "The provider's ID token is for another client.",
                 mismatch(client_id, fmt::format("{}", fmt::join(claims.audience, " "))));
}

Result<void> check_times(const jose::Claims& claims, Timestamp now) {
  const jose::ClaimRules rules{.issuer = claims.issuer, .now = now, .skew = kProviderClockSkew};
  const auto checked = jose::check_claims(claims, rules);
  if (!checked && checked.error().reason == Reason::kJwtMalformed) return malformed(checked.error().detail);
  if (checked && now - *claims.issued_at <= kMostIdTokenAge) return {};
  return refused(Reason::kTimeWindow, "The provider's ID token is not valid at this time.",
                 mismatch(to_rfc3339(now), fmt::format("issued {}, expires {}",
                                                       claims.issued_at ? to_rfc3339(*claims.issued_at) : "never",
                                                       to_rfc3339(claims.expires_at))));
}

Result<std::optional<Timestamp>> auth_time_of(const json::object& claims) {
  const json::value* value = claims.if_contains("auth_time");
  if (value == nullptr || value->is_null()) return std::nullopt;
  constexpr std::int64_t kMost = 253402300799;  // the last second of the year 9999
  if (!value->is_int64() || value->get_int64() < 0 || value->get_int64() > kMost) return malformed("auth_time");
  return Timestamp(std::chrono::seconds(value->get_int64()));
}

Result<void> check_freshness(const std::optional<Timestamp>& auth_time, const IdTokenRules& rules) {
  if (auth_time && *auth_time > rules.now + kProviderClockSkew) {
    return refused(Reason::kTimeWindow, "The provider's ID token is not valid at this time.",
                   "auth_time in the future");
  }
  if (!rules.max_age) return {};
  // Core section 3.1.2.1: the age counts when the request is made, not when the answer arrives.
  const Timestamp earliest = rules.started_at - *rules.max_age - kProviderClockSkew;
  if (auth_time && *auth_time >= earliest) return {};
  return refused(
      Reason::kStaleAuthn, "The identity provider did not authenticate the person anew.",
      mismatch("auth_time from " + to_rfc3339(earliest) + " on", auth_time ? to_rfc3339(*auth_time) : "no auth_time"));
}

// Core section 3.1.3.6: the left half of the digest that belongs to the signature algorithm.
Result<void> check_hash(const jose::VerifiedJws& token, const json::object& claims, std::string_view claim,
                        std::string_view value) {
  if (!claims.contains(claim) || value.empty()) return {};
  const std::string digest = crypto::digest(jose::algorithm_row(token.header().algorithm).digest, value);
  const std::string expected = base64url_encode(std::string_view(digest).substr(0, digest.size() / 2));
  if (crypto::constant_time_equal(text_member(claims, claim), expected)) return {};
  return refused(Reason::kTokenHash, "The provider's ID token belongs to another answer.", std::string(claim));
}

}  // namespace

Result<IdToken> check_id_token(const jose::VerifiedJws& token, const IdTokenRules& rules) {
  DOORWARD_TRY(jose::Claims claims, read(token));
  const std::string issuer = expected_issuer(rules.issuer, claims.members);
  if (issuer.empty() || claims.issuer != issuer) {
    return refused(Reason::kIssuerMismatch, "The provider's ID token comes from another issuer.",
                   mismatch(issuer.empty() ? rules.issuer : issuer, claims.issuer));
  }
  DOORWARD_CHECK(check_audience(claims, rules.client_id));
  DOORWARD_CHECK(check_times(claims, rules.now));

  if (claims.subject.empty() || claims.subject.size() > kMostSubjectBytes) return malformed("sub");
  if (rules.nonce.empty() || !crypto::constant_time_equal(text_member(claims.members, "nonce"), rules.nonce)) {
    return refused(Reason::kNonce, "The provider's ID token answers another request.");
  }
  DOORWARD_TRY(const std::optional<Timestamp> auth_time, auth_time_of(claims.members));
  DOORWARD_CHECK(check_freshness(auth_time, rules));
  DOORWARD_TRY(std::string acr, short_text_claim(claims.members, "acr"));
  if (!rules.acr_values.empty() && std::ranges::count(rules.acr_values, acr) == 0) {
    return refused(Reason::kAuthnContext, "The identity provider authenticated the person in another way than asked.",
                   mismatch(fmt::format("{}", fmt::join(rules.acr_values, " ")), acr));
  }
  DOORWARD_CHECK(check_hash(token, claims.members, "at_hash", rules.access_token));
  DOORWARD_CHECK(check_hash(token, claims.members, "c_hash", rules.code));
  DOORWARD_TRY(std::string session, short_text_claim(claims.members, "sid"));
  return IdToken{.issuer = std::move(claims.issuer),
                 .subject = std::move(claims.subject),
                 .session = std::move(session),
                 .auth_time = auth_time,
                 .acr = std::move(acr),
                 .claims = std::move(claims.members)};
}

}  // namespace doorward::oidc
