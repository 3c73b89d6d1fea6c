// Users and groups as SCIM resources.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/provisioning/group_provisioning.h"
#include "app/provisioning/user_provisioning.h"
#include "domain/scim_definition.h"
#include "protocol/scim/projection.h"

namespace doorward::edge {

// `base` is the SCIM base URL of the directory without trailing slash. Locations and references are absolute.
std::string user_location(std::string_view base, const DirectoryUserId& id);
std::string group_location(std::string_view base, const DirectoryGroupId& id);

std::string resource_location(std::string_view base, const scim::ResourceType& type, const ScimResourceId& id);

// `version` is left out when it is empty.
boost::json::object render_user(ProvisionedUser user, std::string_view base, std::string version,
                                const scim::Projection& projection);

// As they stand in the `members` of a group; empty when the projection shows nothing of them.
boost::json::array render_members(const std::vector<GroupMember>& members, std::string_view base,
                                  const scim::Projection& projection);

// `members` is left out when there are none, and an empty list for who asks for it by name. A member is shown as it was
// sent; what kind it is shows in its type where the provider sent none.
boost::json::object render_group(const ProvisionedGroup& group, std::string_view base,
                                 const scim::Projection& projection);

// Of a type that an administrator defined: the projection's.
boost::json::object render_resource(ScimResource resource, std::string_view base, const scim::Projection& projection);

}  // namespace doorward::edge
