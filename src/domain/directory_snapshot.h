#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string_view>

#include "domain/directory.h"
#include "domain/group_roles.h"

namespace doorward {

// The directory as change records show it: id, organization_id, name, directory_type, provider, enabled, updated_at,
// attribute_mappings[{key, map_to}], role_assignments[{group_id, role_name}].
boost::json::object directory_snapshot(const Directory& directory, std::span<const RoleAssignment> assignments);

// A secret as change records show it: id, directory_id, oauth_client_id when it is a client's, status, create_time,
// expire_time when it ends. Never its value.
boost::json::object directory_secret_snapshot(const DirectorySecret& secret);

// A client as change records show it: id, directory_id, name, token_life in seconds, create_time.
boost::json::object directory_oauth_client_snapshot(const DirectoryOauthClient& client);

std::string_view directory_type_name(DirectoryType type);              // "SCIM"
std::string_view directory_provider_name(DirectoryProvider provider);  // "OKTA"; "" when unspecified

}  // namespace doorward
