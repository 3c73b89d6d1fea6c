#include "domain/connection_status.h"

#include <tuple>

namespace doorward {
namespace {

auto what_logins_use(const Connection& connection) {
  const OidcSettings& oidc = connection.oidc;
  return std::tie(connection.type, connection.provider, connection.attribute_mapping, oidc.issuer,
                  oidc.discovery_endpoint, oidc.authorize_uri, oidc.token_uri, oidc.user_info_uri, oidc.jwks_uri,
                  oidc.client_id, oidc.client_secret_time, oidc.scopes, oidc.token_auth_type, oidc.assertion_to_issuer,
                  oidc.id_token_signed_response_alg, oidc.pkce_enabled, oidc.issuer_in_response);
}

}  // namespace

bool needs_client_secret(TokenAuthType type) {
  return type != TokenAuthType::kPrivateKeyJwt && type != TokenAuthType::kNone;
}

std::vector<std::string> missing_settings(const Connection& connection) {
  const OidcSettings& oidc = connection.oidc;
  std::vector<std::string> missing;
  const auto need = [&](const std::string& value, const char* name) {
    if (value.empty()) missing.emplace_back(name);
  };
  need(oidc.issuer, "issuer");
  need(oidc.authorize_uri, "authorize_uri");
  need(oidc.token_uri, "token_uri");
  need(oidc.jwks_uri, "jwks_uri");
  need(oidc.client_id, "client_id");
  if (needs_client_secret(oidc.token_auth_type)) need(oidc.sealed_client_secret, "client_secret");
  return missing;
}

ConnectionStatus status_of(const Connection& connection) {
  const OidcSettings& oidc = connection.oidc;
  if (missing_settings(connection).empty()) return ConnectionStatus::kCompleted;
  const bool untouched = oidc.issuer.empty() && oidc.discovery_endpoint.empty() && oidc.authorize_uri.empty() &&
                         oidc.token_uri.empty() && oidc.user_info_uri.empty() && oidc.jwks_uri.empty() &&
                         oidc.client_id.empty() && oidc.sealed_client_secret.empty();
  return untouched ? ConnectionStatus::kDraft : ConnectionStatus::kInProgress;
}

bool login_differs(const Connection& before, const Connection& after) {
  return what_logins_use(before) != what_logins_use(after);
}

}  // namespace doorward
