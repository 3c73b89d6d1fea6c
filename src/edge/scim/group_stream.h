// A group of many members on its way out: its JSON is made piece by piece while members are read, so that an answer
// costs a page of members whatever the size of the group.
#pragma once

#include <memory>
#include <string>

#include "app/provisioning/group_provisioning.h"
#include "domain/caller.h"
#include "net/http.h"
#include "ports/offload.h"
#include "protocol/scim/directory_types.h"
#include "protocol/scim/projection.h"

namespace doorward::edge {

// What a stream needs beyond the request, which may be gone while it runs. The references must outlive it.
struct GroupStreamParts {
  GroupProvisioning& groups;
  Offload& offload;
  Caller by;
  std::string base;
  std::shared_ptr<const scim::DirectoryTypes> types;  // those of the projection
  scim::Projection projection;
};

// The body of an answer that shows `group`, which holds the first page of its members. Each member shows as it was when
// its page was read. Throws, which ends the connection, when the store fails: the peer must not take a part for all.
net::BodyStream stream_group(GroupStreamParts parts, ProvisionedGroup group);

}  // namespace doorward::edge
