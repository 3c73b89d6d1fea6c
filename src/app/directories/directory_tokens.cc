#include "app/directories/directory_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "app/tokens/token_class.h"
#include "crypto/hash.h"
#include "protocol/jose/jws.h"

namespace doorward {
namespace {

namespace json = boost::json;

}  // namespace

bool DirectoryTokens::looks_signed(std::string_view token) { return std::ranges::count(token, '.') == 2; }

std::string DirectoryTokens::audience_of(const DirectoryId& directory) const {
  return fmt::format("{}/directory/{}/scim/v2", issuer_, directory.str());
}

task<Result<IssuedToken>> DirectoryTokens::issue(const DirectoryTokenRequest& request) {
  const Timestamp now = ports_.clock.now();
  const std::string& client = request.client_id.str();
  DOORWARD_CO_CHECK(limits_.check_guess(request.source, client));
  DOORWARD_CO_TRY(const Bought bought, co_await authenticate(request, now));
  DOORWARD_CO_CHECK(limits_.take_token(client));
  const std::string claims = claims_of(bought, now);
  DOORWARD_CO_TRY(std::string token,
                  co_await ports_.offload.run([&] { return keys_.sign(jose::Algorithm::kRs256, "JWT", claims); }));
  co_return IssuedToken{.access_token = Secret<std::string>(std::move(token)),
                        .expires_in = bought.client.token_life,
                        .scope = std::string(kDirectoryTokenScope)};
}

task<Result<DirectoryTokens::Bought>> DirectoryTokens::authenticate(const DirectoryTokenRequest& request,
                                                                    Timestamp now) {
  // Hashed for an unknown client too, and both refusals read the store: they do the same work.
  const std::string hash = ports_.mac.lookup_hash(request.client_secret.reveal());
  DOORWARD_CO_TRY(
      auto bought,
      co_await ports_.store.read(
          "directory.grant", {.deadline = request.deadline}, [&](const ReadTx& tx) -> Result<std::optional<Bought>> {
            DOORWARD_TRY(const auto directory, tx.directories().find_by_id(environment_, request.directory));
            DOORWARD_TRY(auto client,
                         tx.directory_secrets().find_client(environment_, request.directory, request.client_id));
            DOORWARD_TRY(auto secrets, tx.directory_secrets().list(environment_, request.directory, request.client_id));
            if (!directory || !client) return std::optional<Bought>();
            std::optional<Bought> match;
            for (DirectorySecret& secret : secrets) {
              if (!crypto::constant_time_equal(secret.lookup_hash, hash) || !secret.is_live(now)) continue;
              match = Bought{*client, std::move(secret)};
            }
            return match;
          }));
  if (!bought) co_return failure(limits_.refuse_guess(request.source, request.client_id.str()));
  co_return *std::move(bought);
}

std::string DirectoryTokens::claims_of(const Bought& bought, Timestamp now) const {
  const std::int64_t issued_at = to_unix_seconds(now);
  json::object claims;
  claims["iss"] = issuer_;
  claims["sub"] = bought.client.id.str();
  claims["client_id"] = bought.client.id.str();
  claims["aud"] = json::array{json::value(audience_of(bought.client.directory_id))};
  claims["iat"] = issued_at;
  claims["nbf"] = issued_at;
  claims["exp"] = issued_at + bought.client.token_life.count();
  claims["jti"] = ports_.ids.next<TokenId>().str();
  claims["scope"] = kDirectoryTokenScope;
  claims[kTokenClassClaim] = token_class_name(TokenClass::kDirectory);
  claims[kClientSecretIdClaim] = bought.secret.id.str();
  return json::serialize(claims);
}

Result<DirectoryToken> DirectoryTokens::verify(const DirectoryId& directory, std::string_view token,
                                               Timestamp now) const {
  if (token.size() > jose::kMostTokenBytes) {
    return failure(make_error(Reason::kInvalidToken, "The access token is not valid.", "token: too long"));
  }
  DOORWARD_TRY(const auto claims, verifier_.verify_directory(token, audience_of(directory), now));
  return DirectoryToken{.client_id = DirectoryOauthClientId(claims.subject),
                        .secret_id = DirectorySecretId(text_claim(claims, kClientSecretIdClaim)),
                        .expires_at = claims.expires_at};
}

}  // namespace doorward
