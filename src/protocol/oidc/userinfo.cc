#include "protocol/oidc/userinfo.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/value.hpp>
#include <utility>

#include "base/encoding.h"
#include "protocol/jose/strict_json.h"
#include "protocol/oidc/json_member.h"

namespace doorward::oidc {
namespace {

namespace json = boost::json;

constexpr jose::JsonLimits kUserInfoLimits{.bytes = kMostUserInfoBytes, .depth = 16, .members = 4096};

tl::unexpected<Error> failed(std::string detail) {
  return tl::unexpected(make_error(Reason::kUserInfoFailed, "The provider's userinfo endpoint gave no usable answer.",
                                   std::move(detail)));
}

Result<json::object> read_claims(std::string_view body, const IdToken& id_token) {
  auto claims = jose::parse_strict_object(body, kUserInfoLimits);
  if (!claims) return failed(claims.error().detail);
  const std::string_view subject = text_member(*claims, "sub");
  if (subject.empty()) return failed("no sub");
  if (subject != id_token.subject) {
    return failure(Reason::kSubMismatch, "The provider's userinfo speaks of another person than its ID token.");
  }
  return claims;
}

bool names(const json::value& audience, std::string_view client_id) {
  if (audience.is_string()) return text_view(audience.get_string()) == client_id;
  return audience.is_array() && std::ranges::any_of(audience.get_array(), [&](const json::value& entry) {
           return entry.is_string() && text_view(entry.get_string()) == client_id;
         });
}

}  // namespace

Result<UserInfoForm> userinfo_form(int status, std::string_view content_type) {
  if (status != 200) return failed(fmt::format("status {}", status));
  std::string type = ascii_lower(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ') || type.ends_with('\t')) type.pop_back();
  if (type == "application/jwt") return UserInfoForm::kSigned;
  if (type == "application/json" || type.ends_with("+json")) return UserInfoForm::kJson;
  return failed("content type");
}

Result<json::object> read_userinfo(std::string_view body, const IdToken& id_token) {
  return read_claims(body, id_token);
}

Result<json::object> read_userinfo(const jose::VerifiedJws& token, const IdToken& id_token,
                                   std::string_view client_id) {
  DOORWARD_TRY(json::object claims, read_claims(token.payload(), id_token));
  if (claims.contains("iss") && text_member(claims, "iss") != id_token.issuer) return failed("issuer");
  const json::value* audience = claims.if_contains("aud");
  if (audience != nullptr && !names(*audience, client_id)) return failed("audience");
  return claims;
}

json::object merged_claims(const json::object& id_token, const json::object& userinfo) {
  json::object merged = id_token;
  // A verdict on one address must not vouch for another.
  const bool other_email = merged.contains("email") && text_member(merged, "email") != text_member(userinfo, "email");
  for (const auto& [name, value] : userinfo) {
    if (merged.contains(name) || (other_email && text_view(name) == "email_verified")) continue;
    merged.emplace(name, value);
  }
  return merged;
}

}  // namespace doorward::oidc
