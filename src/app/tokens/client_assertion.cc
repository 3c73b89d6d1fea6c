#include "app/tokens/client_assertion.h"

#include <algorithm>
#include <boost/json/value.hpp>
#include <utility>
#include <vector>

#include "app/tokens/token_verifier.h"
#include "protocol/jose/claims.h"
#include "protocol/jose/foreign_jws.h"
#include "protocol/jose/strict_json.h"

namespace doorward {
namespace {

constexpr std::size_t kMostTokenIdBytes = 256;

tl::unexpected<Error> refused(std::string why) {
  return failure(make_error(Reason::kInvalidClient, "Client authentication failed.", "assertion: " + std::move(why)));
}

}  // namespace

Result<std::string> client_of_assertion(std::string_view assertion) {
  const auto token = jose::parse_compact(assertion);
  if (!token) return refused(std::string(reason_name(token.error().reason)));
  const auto claims = jose::parse_strict_object(token->payload);
  if (!claims) return refused(std::string(reason_name(claims.error().reason)));
  const boost::json::value* subject = claims->if_contains("sub");
  if (subject == nullptr || !subject->is_string() || subject->get_string().empty()) return refused("no subject");
  return std::string(subject->get_string());
}

Result<ClientAssertion> verify_client_assertion(std::string_view assertion, std::string_view client_id,
                                                std::string_view jwks, std::span<const std::string> audiences,
                                                Timestamp now) {
  const auto keys = jose::ForeignKeySet::read(jwks);
  if (!keys) return refused(std::string(reason_name(keys.error().reason)));
  const auto verified = jose::verify_foreign(assertion, *keys, {.pinned = {}, .types = {}});
  if (!verified) return refused(std::string(reason_name(verified.error().reason)));
  const auto claims = jose::read_claims(*verified);
  if (!claims) return refused(std::string(reason_name(claims.error().reason)));
  const auto checked = jose::check_claims(*claims, {.issuer = std::string(client_id),
                                                    .audience = {},
                                                    .now = now,
                                                    .skew = kClockSkew,
                                                    .require_issued_at = false,
                                                    .require_token_id = true});
  if (!checked) return refused(std::string(reason_name(checked.error().reason)));
  if (claims->subject != client_id) return refused("subject");
  const std::vector<std::string>& meant_for = claims->audience;
  if (std::ranges::find_first_of(meant_for, audiences) == meant_for.end()) return refused("audience");
  if (claims->expires_at - now > kMostAssertionLife + kClockSkew) return refused("lives too long");
  if (claims->token_id.size() > kMostTokenIdBytes) return refused("jti too long");
  // Past its end it is still accepted for the skew.
  return ClientAssertion{.token_id = claims->token_id, .expires_at = claims->expires_at + kClockSkew};
}

}  // namespace doorward
