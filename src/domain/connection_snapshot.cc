#include "domain/connection_snapshot.h"

#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>

#include "domain/saml_snapshot.h"

namespace doorward {
namespace {

std::string_view configuration_name(ConfigurationType type) {
  switch (type) {
    case ConfigurationType::kDiscovery:
      return "DISCOVERY";
    case ConfigurationType::kManual:
      return "MANUAL";
    case ConfigurationType::kUnspecified:
      break;
  }
  return "";
}

void set_text(boost::json::object& snapshot, std::string_view name, std::string_view text) {
  if (!text.empty()) snapshot[name] = text;
}

boost::json::object oidc_snapshot(const OidcSettings& oidc) {
  boost::json::object snapshot;
  set_text(snapshot, "issuer", oidc.issuer);
  set_text(snapshot, "discovery_endpoint", oidc.discovery_endpoint);
  set_text(snapshot, "authorize_uri", oidc.authorize_uri);
  set_text(snapshot, "token_uri", oidc.token_uri);
  set_text(snapshot, "user_info_uri", oidc.user_info_uri);
  set_text(snapshot, "jwks_uri", oidc.jwks_uri);
  set_text(snapshot, "end_session_uri", oidc.end_session_uri);
  set_text(snapshot, "client_id", oidc.client_id);
  if (oidc.client_secret_time) snapshot["client_secret_set_at"] = to_rfc3339(*oidc.client_secret_time);
  if (!oidc.scopes.empty()) snapshot["scopes"] = boost::json::value_from(oidc.scopes);
  set_text(snapshot, "token_auth_type", token_auth_type_name(oidc.token_auth_type));
  snapshot["assertion_to_issuer"] = oidc.assertion_to_issuer;
  set_text(snapshot, "id_token_signed_response_alg", oidc.id_token_signed_response_alg);
  snapshot["pkce_enabled"] = oidc.pkce_enabled;
  snapshot["issuer_in_response"] = oidc.issuer_in_response;
  snapshot["idp_logout_required"] = oidc.idp_logout_required;
  return snapshot;
}

}  // namespace

std::string_view connection_type_name(ConnectionType type) {
  switch (type) {
    case ConnectionType::kOidc:
      return "OIDC";
    case ConnectionType::kSaml:
      return "SAML";
    case ConnectionType::kInvalid:
      break;
  }
  return "";
}

std::string_view connection_provider_name(ConnectionProvider provider) {
  switch (provider) {
    case ConnectionProvider::kOkta:
      return "OKTA";
    case ConnectionProvider::kGoogle:
      return "GOOGLE";
    case ConnectionProvider::kMicrosoftAd:
      return "MICROSOFT_AD";
    case ConnectionProvider::kAuth0:
      return "AUTH0";
    case ConnectionProvider::kOneLogin:
      return "ONELOGIN";
    case ConnectionProvider::kPingIdentity:
      return "PING_IDENTITY";
    case ConnectionProvider::kJumpCloud:
      return "JUMPCLOUD";
    case ConnectionProvider::kCustom:
      return "CUSTOM";
    case ConnectionProvider::kGithub:
      return "GITHUB";
    case ConnectionProvider::kGitlab:
      return "GITLAB";
    case ConnectionProvider::kLinkedin:
      return "LINKEDIN";
    case ConnectionProvider::kSalesforce:
      return "SALESFORCE";
    case ConnectionProvider::kMicrosoft:
      return "MICROSOFT";
    case ConnectionProvider::kIdpSimulator:
      return "IDP_SIMULATOR";
    case ConnectionProvider::kScalekit:
      return "SCALEKIT";
    case ConnectionProvider::kAdfs:
      return "ADFS";
    case ConnectionProvider::kUnspecified:
      break;
  }
  return "";
}

std::string_view connection_status_name(ConnectionStatus status) {
  switch (status) {
    case ConnectionStatus::kDraft:
      return "DRAFT";
    case ConnectionStatus::kInProgress:
      return "IN_PROGRESS";
    case ConnectionStatus::kCompleted:
      return "COMPLETED";
  }
  return "DRAFT";
}

std::string_view token_auth_type_name(TokenAuthType type) {
  switch (type) {
    case TokenAuthType::kClientSecretPost:
      return "client_secret_post";
    case TokenAuthType::kClientSecretBasic:
      return "client_secret_basic";
    case TokenAuthType::kPrivateKeyJwt:
      return "private_key_jwt";
    case TokenAuthType::kClientSecretJwt:
      return "client_secret_jwt";
    case TokenAuthType::kNone:
      return "none";
    case TokenAuthType::kUnspecified:
      break;
  }
  return "";
}

boost::json::object connection_snapshot(const Connection& connection, std::span<const DomainId> domains) {
  boost::json::object snapshot;
  snapshot["id"] = connection.id.str();
  snapshot["organization_id"] = connection.organization_id.str();
  snapshot["connection_type"] = connection_type_name(connection.type);
  snapshot["provider"] = connection_provider_name(connection.provider);
  set_text(snapshot, "provider_key", connection.provider_key);
  set_text(snapshot, "key_id", connection.key_id);
  snapshot["status"] = connection_status_name(connection.status);
  snapshot["enabled"] = connection.enabled;
  snapshot["debug_enabled"] = connection.debug_enabled;
  set_text(snapshot, "ui_button_title", connection.ui_button_title);
  set_text(snapshot, "configuration_type", configuration_name(connection.configuration));
  snapshot["attribute_mapping"] = boost::json::value_from(connection.attribute_mapping);
  snapshot["allow_idp_initiated_login"] = connection.allow_idp_initiated_login;
  set_text(snapshot, "accepted_issuer", connection.accepted_issuer);
  snapshot["sync_user_profile_on_login"] = connection.sync_user_profile_on_login;
  snapshot["jit_provisioning_with_sso_enabled"] = connection.jit_provisioning;
  snapshot["trust_email"] = connection.trust_email;
  boost::json::array ids;
  for (const DomainId& domain : domains) ids.emplace_back(domain.str());
  snapshot["domains"] = std::move(ids);
  if (connection.type == ConnectionType::kSaml) {
    snapshot["saml"] = saml_snapshot(connection.saml);
  } else {
    snapshot["oidc"] = oidc_snapshot(connection.oidc);
  }
  snapshot["create_time"] = to_rfc3339(connection.create_time);
  snapshot["updated_at"] = to_rfc3339(connection.update_time);
  return snapshot;
}

boost::json::object user_attribute_snapshot(const SsoUserAttribute& attribute) {
  boost::json::object snapshot;
  snapshot["key"] = attribute.key;
  set_text(snapshot, "label", attribute.label);
  snapshot["datatype"] = attribute.datatype;
  snapshot["enabled"] = attribute.enabled;
  snapshot["required"] = attribute.required;
  set_text(snapshot, "default_saml_mapping", attribute.default_saml_mapping);
  set_text(snapshot, "default_oidc_mapping", attribute.default_oidc_mapping);
  snapshot["updated_at"] = to_rfc3339(attribute.update_time);
  return snapshot;
}

}  // namespace doorward
