// The authentication log between the wire and the use cases, in both of its services.
#pragma once

#include "app/auth_log/auth_requests.h"
#include "base/result.h"
#include "doorward/v1/auth_requests.pb.h"
#include "scalekit/v1/auditlogs/auditlogs.pb.h"

namespace doorward::api {

void to_proto(const AuthRequest& request, ::doorward::v1::AuthRequest& out);
void to_proto(const AuthRequestBundle& bundle, ::doorward::v1::GetAuthRequestBundleResponse& out);
void to_proto(const AuthRequest& request, const AuthRequestNames& names,
              ::scalekit::v1::auditlogs::AuthLogRequest& out);

// Both fail at `start_time` or `end_time` for what is not a time of the years 0001 to 9999, the second also at `status`
// for a name that is none.
Result<AuthRequestFilter> from_proto(const ::doorward::v1::ListAuthRequestsRequest& request);
Result<AuthRequestFilter> from_proto(const ::scalekit::v1::auditlogs::ListAuthLogRequest& request);

}  // namespace doorward::api
