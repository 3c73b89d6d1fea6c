#include "app/logout_tokens/logout_token.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "app/tokens/client_algorithm.h"
#include "app/tokens/token_class.h"

namespace doorward {

namespace json = boost::json;

json::object logout_claims(std::string_view issuer, const EndedLogin& login, const TokenId& id, Timestamp now) {
  const std::int64_t issued_at = to_unix_seconds(now);
  return {{"iss", issuer},
          {"sub", login.subject},
          {"aud", json::array{json::value(login.client_id.str())}},
          {"iat", issued_at},
          {"exp", issued_at + kLogoutTokenLife.count()},
          {"jti", id.str()},
          {"events", json::object{{kLogoutEvent, json::object()}}},
          {"sid", login.session_id.str()},
          {kTokenClassClaim, token_class_name(TokenClass::kLogout)}};
}

std::string LogoutTokens::sign(const ApiClient& client, const EndedLogin& login, Timestamp now) const {
  return keys_.sign(id_token_algorithm(client), kLogoutTokenType,
                    json::serialize(logout_claims(issuer_, login, ids_.next<TokenId>(), now)));
}

}  // namespace doorward
