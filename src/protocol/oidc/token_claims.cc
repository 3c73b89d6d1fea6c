#include "protocol/oidc/token_claims.h"

#include <algorithm>

#include "protocol/oidc/issuer.h"
#include "protocol/oidc/json_member.h"

namespace doorward::oidc {

Result<std::string> short_text_claim(const boost::json::object& claims, std::string_view name) {
  const boost::json::value* value = claims.if_contains(name);
  if (value == nullptr) return std::string();
  if (!value->is_string() || value->get_string().size() > kMostSubjectBytes) {
    return tl::unexpected(make_error(Reason::kJwtMalformed, "The token is not well-formed.",
                                     "claim is no short string: " + std::string(name)));
  }
  return std::string(text_view(value->get_string()));
}

bool is_only_audience(const jose::Claims& claims, std::string_view client_id) {
  return !claims.audience.empty() &&
         std::ranges::all_of(claims.audience, [&](const std::string& audience) { return audience == client_id; });
}

std::string expected_issuer(std::string_view configured, const boost::json::object& claims) {
  return issuer_of_tenant(configured, text_member(claims, "tid"));
}

}  // namespace doorward::oidc
