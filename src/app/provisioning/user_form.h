// The forms of a directory user: the SCIM document it comes as, the row, the snapshot in change records.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <vector>

#include "domain/attribute_mapping.h"
#include "domain/directory_group.h"
#include "domain/directory_user.h"
#include "protocol/scim/schema.h"

namespace doorward {

// Puts a User document (protocol/scim/resource.h) into the row: user name, external id, email, active, manager,
// attributes and profile, the latter two by the directory's mappings. `type` is its User type. Ids, times, version and
// roles stay.
void set_user_document(const scim::ResourceType& type, DirectoryUser& user, boost::json::object document,
                       std::span<const AttributeMapping> mappings);

// The document without the manager that its enterprise extension names.
boost::json::object without_manager(boost::json::object document);

// Makes email and profile of the attributes anew, as they are after the mappings changed. True when that changed them.
bool normalise_again(const scim::ResourceType& type, DirectoryUser& user, std::span<const AttributeMapping> mappings);

// The normalised resource: id, organization_id, external_id, active, the profile, groups[{id, name}] by name,
// roles[{role_name}] as the row has them, and `attributes` as the provider sent them.
boost::json::object user_snapshot(const DirectoryUser& user, std::vector<GroupReference> groups);

// What people call the user: name, else email, else user name.
std::string user_title(const DirectoryUser& user);

}  // namespace doorward
