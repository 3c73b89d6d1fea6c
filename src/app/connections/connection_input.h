// What callers give for a connection.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "domain/connection.h"

namespace doorward {

struct NewConnection {
  ConnectionType type = ConnectionType::kInvalid;
  ConnectionProvider provider = ConnectionProvider::kUnspecified;
  std::string provider_key;
  std::string key_id;
};

// Scopes that OpenID Connect Core defines (section 5.4).
inline constexpr std::array<std::string_view, 5> kStandardScopes{"openid", "profile", "email", "address", "phone"};

// What is not set stays as it is; an empty text clears.
struct OidcPatch {
  std::optional<std::string> issuer;  // or the address of its discovery document
  std::optional<std::string> discovery_endpoint;
  std::optional<std::string> authorize_uri;
  std::optional<std::string> token_uri;
  std::optional<std::string> user_info_uri;
  std::optional<std::string> jwks_uri;
  std::optional<std::string> end_session_uri;
  std::optional<std::string> client_id;
  std::optional<Secret<std::string>> client_secret;
  std::optional<std::vector<std::string>> scopes;
  std::optional<std::vector<std::string>> standard_scopes;  // in place of those of kStandardScopes alone
  std::optional<TokenAuthType> token_auth_type;
  std::optional<bool> assertion_to_issuer;
  std::optional<std::string> id_token_signed_response_alg;
  std::optional<bool> pkce_enabled;
  std::optional<bool> issuer_in_response;
  std::optional<bool> idp_logout_required;
};

// What is not set stays as it is; an empty text clears. Certificates are PEM.
struct SamlPatch {
  std::optional<std::string>
      metadata_url;  // read when it is new; empty: the provider is described by hand from then on
  std::optional<std::string> metadata_xml;          // in place of an address
  std::optional<std::string> metadata_certificate;  // that must have signed it
  std::optional<std::string> entity_id;
  std::optional<std::string> sso_url;
  std::optional<SamlBinding> sso_binding;
  std::optional<std::string> slo_url;
  std::optional<std::string> slo_response_url;
  std::optional<SamlBinding> slo_binding;
  std::optional<std::string> certificates;  // these and no others
  std::optional<NameIdFormat> name_id_format;
  std::optional<SamlSigningOption> signing_option;
  std::optional<bool> assertion_encrypted;
  std::optional<bool> want_request_signed;
  std::optional<std::string> certificate_id;  // of our key; empty: the current one
  std::optional<bool> force_authn;
  std::optional<bool> login_hint_as_subject;
  std::optional<std::vector<std::string>> authn_context_class_refs;
  std::optional<bool> slo_required;
  std::optional<std::string> default_redirect_uri;
  std::optional<std::chrono::seconds> clock_skew;
  std::optional<std::chrono::seconds> assertion_life;
  std::optional<std::string> sp_entity_id;  // empty: derived
  std::optional<std::string> acs_url;       // that requests ask for, an alias; empty: the derived one, without aliases
  std::optional<std::vector<std::string>> acs_aliases;
  std::optional<bool> allow_sha1;
  std::optional<bool> allow_cbc;
  std::optional<bool> allow_comments;
  std::optional<bool> allow_advice;
  std::optional<bool> allow_expired_certificates;
};

struct ConnectionPatch {
  ConnectionType type = ConnectionType::kInvalid;  // may only repeat what the connection is
  std::optional<ConnectionProvider> provider;
  std::optional<std::string> provider_key;
  std::optional<std::string> key_id;
  std::optional<bool> debug_enabled;
  std::optional<std::string> ui_button_title;
  std::optional<ConfigurationType> configuration;
  std::optional<std::map<std::string, std::string>> attribute_mapping;  // in place of the one before
  std::optional<bool> allow_idp_initiated_login;
  std::optional<std::string> accepted_issuer;
  std::optional<bool> sync_user_profile_on_login;
  std::optional<bool> jit_provisioning;
  std::optional<bool> trust_email;
  std::optional<ConnectionType> settings_type;  // whose settings it has; they are for a connection of this type only
  OidcPatch oidc;
  SamlPatch saml;
};

}  // namespace doorward
