#include "protocol/oidc/logout_token.h"

#include <boost/json/value.hpp>
#include <string_view>
#include <utility>

#include "protocol/jose/claims.h"
#include "protocol/oidc/id_token.h"
#include "protocol/oidc/json_member.h"
#include "protocol/oidc/token_claims.h"

namespace doorward::oidc {
namespace {

constexpr std::string_view kLogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

tl::unexpected<Error> refused(std::string detail) {
  return tl::unexpected(make_error(Reason::kLogoutToken, "The logout token is not acceptable.", std::move(detail)));
}

bool has_logout_event(const boost::json::object& claims) {
  const boost::json::value* events = claims.if_contains("events");
  if (events == nullptr || !events->is_object()) return false;
  const boost::json::value* logout = events->get_object().if_contains(kLogoutEvent);
  return logout != nullptr && logout->is_object();
}

}  // namespace

Result<LogoutNotice> check_logout_token(const jose::VerifiedJws& token, const LogoutTokenRules& rules) {
  const auto claims = jose::read_claims(token);
  if (!claims) return refused(claims.error().detail);
  const std::string issuer = expected_issuer(rules.issuer, claims->members);
  if (issuer.empty() || claims->issuer != issuer) return refused("issuer");
  if (!is_only_audience(*claims, rules.client_id)) return refused("audience");
  const jose::ClaimRules time_rules{
      .issuer = issuer, .now = rules.now, .skew = kProviderClockSkew, .require_token_id = true};
  if (const auto checked = jose::check_claims(*claims, time_rules); !checked) {
    return refused(std::string(reason_name(checked.error().reason)).append(" ").append(checked.error().detail));
  }
  if (rules.now - *claims->issued_at > kMostLogoutTokenAge) return refused("too old");
  if (!has_logout_event(claims->members)) return refused("events");
  if (claims->members.contains("nonce")) return refused("nonce");
  if (claims->token_id.size() > kMostSubjectBytes || claims->subject.size() > kMostSubjectBytes) {
    return refused("jti or sub too long");
  }
  auto session = short_text_claim(claims->members, "sid");
  if (!session) return refused(session.error().detail);
  if (claims->subject.empty() && session->empty()) return refused("neither sub nor sid");
  // Longer than the token is of use: after that its age refuses it.
  return LogoutNotice{.issuer = claims->issuer,
                      .subject = claims->subject,
                      .session = *std::move(session),
                      .token_id = claims->token_id,
                      .expires_at = rules.now + kMostLogoutTokenAge + 2 * kProviderClockSkew};
}

}  // namespace doorward::oidc
