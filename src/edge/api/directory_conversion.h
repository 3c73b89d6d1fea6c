// Directories, their secrets, users and groups between the wire and the use cases.
#pragma once

#include <string_view>
#include <vector>

#include "app/directories/directories.h"
#include "base/result.h"
#include "scalekit/v1/directories/directories.pb.h"

namespace doorward::api {

namespace directories_v1 = ::scalekit::v1::directories;

// `base_url` without '/' at its end: the SCIM address that an IT admin copies is made of it.
void to_proto(const DirectoryView& view, std::string_view base_url, directories_v1::Directory& out);
void to_proto(const DirectorySecret& secret, directories_v1::Secret& out);

// With detail, each entry also carries the attributes as the identity provider sent them.
directories_v1::ListDirectoryUsersResponse to_proto(const DirectoryUserList& list, bool include_detail);
directories_v1::ListDirectoryGroupsResponse to_proto(const DirectoryGroupList& list, bool include_detail);

void to_proto(const std::vector<RoleAssignment>& assignments, directories_v1::RoleAssignments& out);
void to_proto(const std::vector<AttributeMapping>& mappings, directories_v1::AttributeMappings& out);

NewDirectory from_proto(const directories_v1::CreateDirectory& input);
// `status` makes no difference: it is derived. The display name of a mapping is for the sender's own screens.
DirectoryPatch from_proto(const directories_v1::UpdateDirectory& input);
std::vector<WantedRole> from_proto(const directories_v1::RoleAssignments& input);
std::vector<AttributeMapping> from_proto(const directories_v1::AttributeMappings& input);
Result<ListDirectoryUsers> from_proto(const directories_v1::ListDirectoryUsersRequest& request);
// include_external_groups makes no difference: every group that a SCIM directory was given is listed.
Result<ListDirectoryGroups> from_proto(const directories_v1::ListDirectoryGroupsRequest& request);

}  // namespace doorward::api
