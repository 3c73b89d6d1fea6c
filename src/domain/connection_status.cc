#include "domain/connection_status.h"

#include <tuple>

namespace doorward {
namespace {

auto what_oidc_logins_use(const OidcSettings& oidc) {
  return std::tie(oidc.issuer, oidc.discovery_endpoint, oidc.authorize_uri, oidc.token_uri, oidc.user_info_uri,
                  oidc.jwks_uri, oidc.client_id, oidc.client_secret_time, oidc.scopes, oidc.token_auth_type,
                  oidc.assertion_to_issuer, oidc.id_token_signed_response_alg, oidc.pkce_enabled,
                  oidc.issuer_in_response);
}

std::vector<std::string> ids_of(const std::vector<PinnedCertificate>& certificates) {
  std::vector<std::string> ids;
  ids.reserve(certificates.size());
  for (const PinnedCertificate& certificate : certificates) ids.push_back(certificate.id);
  return ids;
}

auto what_saml_logins_use(const SamlSettings& saml) {
  const SamlProviderDescription& provider = saml.provider;
  return std::tuple_cat(
      std::make_tuple(ids_of(provider.certificates)),
      std::tie(provider.entity_id, provider.sso_url, provider.sso_binding, provider.want_requests_signed,
               saml.name_id_format, saml.signing_option, saml.assertion_encrypted, saml.want_request_signed,
               saml.certificate_id, saml.force_authn, saml.login_hint_as_subject, saml.authn_context_class_refs,
               saml.clock_skew, saml.assertion_life, saml.sp_entity_id, saml.acs_aliases, saml.allow_sha1,
               saml.allow_cbc, saml.allow_comments, saml.allow_advice, saml.allow_expired_certificates));
}

std::vector<std::string> missing_saml_settings(const SamlSettings& saml) {
  std::vector<std::string> missing;
  if (saml.provider.entity_id.empty()) missing.emplace_back("idp_entity_id");
  if (saml.provider.sso_url.empty()) missing.emplace_back("idp_sso_url");
  if (saml.provider.certificates.empty()) missing.emplace_back("idp_certificate");
  return missing;
}

bool is_untouched(const SamlSettings& saml) {
  const SamlProviderDescription& provider = saml.provider;
  return saml.metadata_url.empty() && provider.entity_id.empty() && provider.sso_url.empty() &&
         provider.slo_url.empty() && provider.certificates.empty();
}
bool is_untouched(const OidcSettings& oidc) {
  return oidc.issuer.empty() && oidc.discovery_endpoint.empty() && oidc.authorize_uri.empty() &&
         oidc.token_uri.empty() && oidc.user_info_uri.empty() && oidc.jwks_uri.empty() && oidc.client_id.empty() &&
         oidc.sealed_client_secret.empty();
}

}  // namespace

bool needs_client_secret(TokenAuthType type) {
  return type != TokenAuthType::kPrivateKeyJwt && type != TokenAuthType::kNone;
}

std::vector<std::string> missing_settings(const Connection& connection) {
  if (connection.type == ConnectionType::kSaml) return missing_saml_settings(connection.saml);
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
  if (missing_settings(connection).empty()) return ConnectionStatus::kCompleted;
  const bool untouched =
      connection.type == ConnectionType::kSaml ? is_untouched(connection.saml) : is_untouched(connection.oidc);
  return untouched ? ConnectionStatus::kDraft : ConnectionStatus::kInProgress;
}

bool login_differs(const Connection& before, const Connection& after) {
  const auto common = [](const Connection& connection) {
    return std::tie(connection.type, connection.provider, connection.attribute_mapping);
  };
  if (common(before) != common(after)) return true;
  return after.type == ConnectionType::kSaml ? what_saml_logins_use(before.saml) != what_saml_logins_use(after.saml)
                                             : what_oidc_logins_use(before.oidc) != what_oidc_logins_use(after.oidc);
}

}  // namespace doorward
