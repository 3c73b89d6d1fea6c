// The SCIM edge: {base}/directory/{dir_id}/scim/v2 (RFC 7644).
#pragma once

#include <string>

#include "app/directories/directory_authenticator.h"
#include "app/provisioning/group_provisioning.h"
#include "app/provisioning/user_provisioning.h"
#include "app/scim_requests/request_recorder.h"
#include "app/tokens/failure_limiter.h"
#include "base/task.h"
#include "edge/scim/groups_endpoint.h"
#include "edge/scim/users_endpoint.h"
#include "net/http.h"
#include "ports/offload.h"

namespace doorward::edge {

// Wrong tokens one source may send in a row, and then each second; beyond that 429. Good tokens are never counted nor
// held back: identity providers share addresses, and one customer's stale token must not lock out another's.
inline constexpr FailureLimiter::Limits kScimFailureLimits{.burst = 100, .refill_per_second = 10};

class ScimEndpoint {
 public:
  // `failures` is made with kScimFailureLimits. `base_url` is the environment URL without trailing slash: what the
  // answers' absolute URLs start with, never the Host header. `recorder` is told of every request to a SCIM path; null:
  // nobody is.
  ScimEndpoint(DirectoryAuthenticator& authenticator, UserProvisioning& users, GroupProvisioning& groups,
               FailureLimiter& failures, Offload& offload, std::string base_url, ScimPages pages = {},
               RequestRecorder* recorder = nullptr);

  // Authenticates before it looks at anything else: a missing or wrong token and an unknown directory get one and the
  // same 401, a disabled directory 403, both as SCIM errors like every refusal. Tokens count in the Authorization
  // header only.
  task<net::Response> handle(const net::Request& request);

 private:
  net::Response refuse(const net::Request& request, const ScimTarget& target, const Error& error);
  // Notes in `seen` what only this knows.
  task<net::Response> answer(const net::Request& request, const ScimTarget& target, SeenScimRequest& seen);

  DirectoryAuthenticator& authenticator_;
  UsersEndpoint users_;
  GroupsEndpoint groups_;
  FailureLimiter& failures_;
  Offload& offload_;
  std::string base_url_;
  ScimPages pages_;
  RequestRecorder* recorder_;
};

}  // namespace doorward::edge
