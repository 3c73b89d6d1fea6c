#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string_view>

#include "domain/connection.h"

namespace doorward {

// The connection as change records show it: id, organization_id, connection_type, provider, provider_key, key_id,
// status, enabled, debug_enabled, ui_button_title, configuration_type, attribute_mapping, allow_idp_initiated_login,
// sync_user_profile_on_login, jit_provisioning_with_sso_enabled, trust_email, domains (ids of those assigned), oidc
// (the settings; of the client secret only when it was set) or saml (saml_snapshot.h), create_time, updated_at. What is
// unset is absent. Never a secret.
boost::json::object connection_snapshot(const Connection& connection, std::span<const DomainId> domains);

// The attribute as change records show it: key, label, datatype, enabled, required, default_saml_mapping,
// default_oidc_mapping, updated_at.
boost::json::object user_attribute_snapshot(const SsoUserAttribute& attribute);

std::string_view connection_type_name(ConnectionType type);              // "OIDC"
std::string_view connection_provider_name(ConnectionProvider provider);  // "OKTA"; "" when unspecified
std::string_view connection_status_name(ConnectionStatus status);        // "COMPLETED"
std::string_view token_auth_type_name(TokenAuthType type);               // "client_secret_post"; "" when unspecified

}  // namespace doorward
