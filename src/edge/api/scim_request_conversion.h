// Recorded SCIM requests between the wire and the use cases.
#pragma once

#include "app/scim_requests/scim_requests.h"
#include "base/result.h"
#include "doorward/v1/scim_requests.pb.h"

namespace doorward::api {

namespace requests_v1 = ::doorward::v1;

void to_proto(const ListedScimRequest& listed, requests_v1::ScimRequest& out);
void to_proto(const RecordedBody& body, requests_v1::ScimRequestBody& out);

// Fails at `since` or `until` for what is not a time of the years 0001 to 9999.
Result<ScimRequestFilter> from_proto(const requests_v1::ListScimRequestsRequest& request);

}  // namespace doorward::api
