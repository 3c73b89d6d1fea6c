#include "app/relying_party/signed_tokens.h"

#include <utility>

#include "protocol/jose/foreign_jws.h"

namespace doorward {

task<Result<jose::VerifiedJws>> verify_signed(ProviderDocuments& documents, const Connection& connection,
                                              std::string jwks_uri, std::string_view token,
                                              std::vector<std::string_view> types, KeyUse use) {
  jose::ForeignRules rules{.types = std::move(types)};
  if (const std::string& pinned = connection.oidc.id_token_signed_response_alg; !pinned.empty()) {
    rules.pinned = jose::find_algorithm(pinned);
    if (!rules.pinned)
      co_return failure(Reason::kAlgForbidden, "The connection names a signature algorithm that is not accepted.");
  }
  DOORWARD_CO_TRY(const auto keys, co_await documents.keys(connection, jwks_uri));
  auto verified = jose::verify_foreign(token, *keys, rules);
  // Providers that make a new key may give it the name of the old one.
  const bool other_key = !verified && (verified.error().reason == Reason::kUnknownKid ||
                                       verified.error().reason == Reason::kSignatureInvalid);
  if (!other_key) co_return verified;
  DOORWARD_CO_TRY(const auto newer, co_await documents.newer_keys(connection, jwks_uri, keys, use));
  if (newer == keys) co_return verified;
  co_return jose::verify_foreign(token, *newer, rules);
}

}  // namespace doorward
