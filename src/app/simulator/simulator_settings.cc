#include "app/simulator/simulator_settings.h"

#include <string>

#include "app/simulator/simulator.h"

namespace doorward {

void point_at_simulator(Connection& connection, std::string_view base_url) {
  const std::string issuer = std::string(base_url) + std::string(kSimulatorPath);
  OidcSettings& oidc = connection.oidc;
  oidc.issuer = issuer;
  oidc.discovery_endpoint = issuer + "/.well-known/openid-configuration";
  oidc.authorize_uri = issuer + "/authorize";
  oidc.token_uri = issuer + "/token";
  oidc.user_info_uri = issuer + "/userinfo";
  oidc.jwks_uri = issuer + "/keys";
  oidc.end_session_uri = issuer + "/logout";
  connection.debug_enabled = issuer.starts_with("http://");
}

void connect_to_simulator(Connection& connection, std::string_view base_url) {
  connection.type = ConnectionType::kOidc;
  connection.provider = ConnectionProvider::kIdpSimulator;
  connection.configuration = ConfigurationType::kDiscovery;
  connection.status = ConnectionStatus::kCompleted;
  connection.enabled = true;
  connection.oidc.client_id = "doorward";
  connection.oidc.token_auth_type = TokenAuthType::kNone;
  connection.oidc.scopes = {"openid", "profile", "email"};
  connection.oidc.id_token_signed_response_alg = "ES256";
  connection.oidc.pkce_enabled = true;
  connection.oidc.issuer_in_response = true;
  point_at_simulator(connection, base_url);
}

void connect_to_saml_simulator(Connection& connection, const SamlProviderDescription& provider,
                               std::string_view metadata_url) {
  connection.type = ConnectionType::kSaml;
  connection.provider = ConnectionProvider::kIdpSimulator;
  connection.configuration = ConfigurationType::kDiscovery;
  connection.status = ConnectionStatus::kCompleted;
  connection.enabled = true;
  connection.saml.provider = provider;
  connection.saml.metadata_url = metadata_url;
  connection.debug_enabled = metadata_url.starts_with("http://");
}

}  // namespace doorward
