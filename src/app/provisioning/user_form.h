// The forms of a directory user: the SCIM document it comes as, the row, the snapshot in change records.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "domain/directory_group.h"
#include "domain/directory_user.h"

namespace doorward {

// Puts a User document (protocol/scim/resource.h) into the row: user name, external id, email, active, attributes and
// profile. Ids, times and version stay.
void set_user_document(DirectoryUser& user, boost::json::object document);

// The normalised resource: id, organization_id, external_id, active, the profile, groups[{id, name}] by name, roles,
// and `attributes` as the provider sent them.
boost::json::object user_snapshot(const DirectoryUser& user, std::vector<GroupReference> groups);

// What people call the user: name, else email, else user name.
std::string user_title(const DirectoryUser& user);

}  // namespace doorward
