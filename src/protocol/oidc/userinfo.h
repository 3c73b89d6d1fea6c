// What a provider's userinfo endpoint answered (OpenID Connect Core sections 5.3.2 to 5.3.4).
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "protocol/jose/jws.h"
#include "protocol/oidc/id_token.h"

namespace doorward::oidc {

inline constexpr std::size_t kMostUserInfoBytes = std::size_t{64} * 1024;

enum class UserInfoForm : bool { kJson, kSigned };

// By status and Content-Type. kUserInfoFailed: not 200 (a redirect included), or neither JSON nor a signed token.
Result<UserInfoForm> userinfo_form(int status, std::string_view content_type);

// Claims of a JSON answer. kUserInfoFailed: no strict JSON object, over kMostUserInfoBytes, no `sub`. kSubMismatch: it
// speaks of somebody else than the ID token; nothing of it may be used then.
Result<boost::json::object> read_userinfo(std::string_view body, const IdToken& id_token);

// Claims of a signed answer whose signature is right. Besides: kUserInfoFailed when it names another issuer or audience
// than the ID token had.
Result<boost::json::object> read_userinfo(const jose::VerifiedJws& token, const IdToken& id_token,
                                          std::string_view client_id);

// The ID token's claims, with those of userinfo that it lacks: what is signed for us goes first.
boost::json::object merged_claims(const boost::json::object& id_token, const boost::json::object& userinfo);

}  // namespace doorward::oidc
