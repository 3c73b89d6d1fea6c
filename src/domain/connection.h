// Connection: how the people of one organization sign in through their own identity provider.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "domain/saml_settings.h"

namespace doorward {

// Numbers as on the wire (scalekit.v1.connections). Types that Doorward does not offer are refused by the use case.
enum class ConnectionType : std::uint8_t { kInvalid = 0, kOidc = 1, kSaml = 2 };
enum class ConnectionProvider : std::uint8_t {
  kUnspecified = 0,
  kOkta = 1,
  kGoogle = 2,
  kMicrosoftAd = 3,  // Entra ID
  kAuth0 = 4,
  kOneLogin = 5,
  kPingIdentity = 6,
  kJumpCloud = 7,
  kCustom = 8,
  kGithub = 9,
  kGitlab = 10,
  kLinkedin = 11,
  kSalesforce = 12,
  kMicrosoft = 13,
  kIdpSimulator = 14,
  kScalekit = 15,
  kAdfs = 16,
};
enum class ConnectionStatus : std::uint8_t {
  kDraft = 1,       // nothing is configured
  kInProgress = 2,  // something is missing, or a test is due
  kCompleted = 3,   // can be enabled
};
enum class ConfigurationType : std::uint8_t { kUnspecified = 0, kDiscovery = 1, kManual = 2 };

// How Doorward proves itself at the provider's token endpoint (OpenID Connect Core section 9). The first two have
// numbers of the wire; the others are set by doorward.v1.
enum class TokenAuthType : std::uint8_t {
  kUnspecified = 0,
  kClientSecretPost = 1,   // URL_PARAMS
  kClientSecretBasic = 2,  // BASIC_AUTH
  kPrivateKeyJwt = 3,
  kClientSecretJwt = 4,
  kNone = 5,
};

// What an OIDC connection is configured with. Addresses are as given or as the provider's discovery document said when
// they were last fetched.
struct OidcSettings {
  std::string issuer;
  std::string discovery_endpoint;
  std::string authorize_uri;
  std::string token_uri;
  std::string user_info_uri;
  std::string jwks_uri;
  std::string end_session_uri;
  std::string client_id;
  std::string sealed_client_secret;  // envelope text, place {"connections", id, "client_secret"}; empty: none
  std::optional<Timestamp> client_secret_time;  // when it was last set
  std::vector<std::string> scopes;              // empty: openid profile email
  TokenAuthType token_auth_type = TokenAuthType::kUnspecified;
  bool assertion_to_issuer = false;          // client assertions are for the issuer, not for the token endpoint (D-25)
  std::string id_token_signed_response_alg;  // empty: any that the key allows; else the one (D-07)
  bool pkce_enabled = true;                  // a provider that chokes on PKCE is told nothing of it
  bool issuer_in_response = false;           // the provider promises `iss` in its answers (RFC 9207)
  bool idp_logout_required = false;
};

struct Connection {
  EnvironmentId environment_id;
  OrganizationId organization_id;
  ConnectionId id;
  ConnectionType type = ConnectionType::kOidc;
  ConnectionProvider provider = ConnectionProvider::kUnspecified;
  std::string provider_key;
  std::string key_id;
  ConnectionStatus status = ConnectionStatus::kDraft;
  bool enabled = false;
  bool debug_enabled = false;  // the provider's addresses may be http
  std::string ui_button_title;
  ConfigurationType configuration = ConfigurationType::kUnspecified;
  std::map<std::string, std::string> attribute_mapping;  // normalised attribute → the provider's claim
  bool allow_idp_initiated_login = true;
  // The only other issuer that takes the place of the connection's once somebody has signed in: an administrator's word
  // that both name the same people by the same subjects. Empty: none.
  std::string accepted_issuer;
  bool sync_user_profile_on_login = false;
  bool jit_provisioning = true;
  bool trust_email = false;  // take e-mails of the organization's verified domains as verified without a claim
  OidcSettings oidc;
  SamlSettings saml;
  std::optional<Timestamp> first_login_time;  // nullopt: nobody has signed in through it
  Timestamp configure_time;                   // when that last changed on which a login depends
  Timestamp create_time;
  Timestamp update_time;

  // Whether a login may begin here (scalekit-features 8: active means both).
  bool is_active() const { return enabled && status == ConnectionStatus::kCompleted; }
};

// Who vouches for the people of a connection: with another one, the same subjects are other people.
inline const std::string& issuer_of(const Connection& connection) {
  return connection.type == ConnectionType::kSaml ? connection.saml.provider.entity_id : connection.oidc.issuer;
}

// One try of a connection by its administrator; it signs nobody in.
enum class ConnectionTestStatus : std::uint8_t { kPending = 0, kSuccess = 1, kFailure = 2 };
struct ConnectionTest {
  EnvironmentId environment_id;
  ConnectionId connection_id;
  ConnectionTestId id;
  ConnectionTestStatus status = ConnectionTestStatus::kPending;
  std::string user_info;  // JSON of the normalised profile
  std::string error;
  std::string error_description;
  std::string error_details;
  Timestamp create_time;
  std::optional<Timestamp> finish_time;
};

// A custom attribute that ID tokens carry, with the claim it comes from unless a connection maps it.
struct SsoUserAttribute {
  EnvironmentId environment_id;
  std::string key;
  std::string label;
  std::uint8_t datatype = 1;  // scalekit.v1.user_attributes.UserAttributeDatatype
  bool enabled = true;
  bool required = false;
  std::string default_saml_mapping;
  std::string default_oidc_mapping;
  Timestamp create_time;
  Timestamp update_time;
};

}  // namespace doorward
