#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "domain/directory.h"

namespace doorward {

// The directory as change records show it: id, organization_id, name, directory_type, provider, enabled, updated_at.
boost::json::object directory_snapshot(const Directory& directory);

std::string_view directory_type_name(DirectoryType type);              // "SCIM"
std::string_view directory_provider_name(DirectoryProvider provider);  // "OKTA"; "" when unspecified

}  // namespace doorward
