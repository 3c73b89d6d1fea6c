#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

#include "domain/api_client.h"

namespace doorward {

// The client as change records show it: id, name, client_type, enabled, disallow_scalekit_api_access, enforce_pkce, its
// URIs, grant_types, scopes, custom_claims, id_token_signed_response_alg, create_time and update_time;
// access_token_expiry in seconds, jwks, default_connection_id and default_organization_id where they are set.
boost::json::object client_snapshot(const ApiClient& client);

// A secret as change records show it: id, client_id, status, create_time, expire_time when it ends. Never its value.
boost::json::object client_secret_snapshot(const ClientSecret& secret);

std::string_view client_type_name(ClientType type);  // "ENV", "WEB_APP", "SPA", "NTV"
std::optional<ClientType> find_client_type(std::string_view name);

}  // namespace doorward
