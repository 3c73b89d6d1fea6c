// What the recorder is told of a request and its answer.
#pragma once

#include "app/scim_requests/recorded_request.h"
#include "edge/scim/scim_request.h"
#include "net/http.h"
#include "protocol/scim/directory_types.h"

namespace doorward::edge {

// Fills in what `request` and `response` say; never the Authorization header. The beginning of long bodies.
void note_exchange(const net::Request& request, const ScimTarget& target, const net::Response& response,
                   SeenScimRequest& seen);

// What the schemas of the directory say of it.
void note_types(const ScimTarget& target, const scim::DirectoryTypes& types, SeenScimRequest& seen);

}  // namespace doorward::edge
