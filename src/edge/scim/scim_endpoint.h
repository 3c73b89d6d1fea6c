// The SCIM edge: {base}/directory/{dir_id}/scim/v2 (RFC 7644).
#pragma once

#include <optional>
#include <string>

#include "app/directories/directory_authenticator.h"
#include "app/provisioning/group_provisioning.h"
#include "app/provisioning/resource_provisioning.h"
#include "app/provisioning/type_cache.h"
#include "app/provisioning/user_provisioning.h"
#include "app/scim_requests/request_recorder.h"
#include "app/tokens/failure_limiter.h"
#include "base/task.h"
#include "edge/scim/bulk_endpoint.h"
#include "edge/scim/groups_endpoint.h"
#include "edge/scim/resources_endpoint.h"
#include "edge/scim/search_endpoint.h"
#include "edge/scim/users_endpoint.h"
#include "net/http.h"
#include "net/limits.h"
#include "ports/offload.h"

namespace doorward::edge {

// Wrong tokens one source may send in a row, and then each second; beyond that 429. Good tokens are never counted nor
// held back: identity providers share addresses, and one customer's stale token must not lock out another's.
inline constexpr FailureLimiter::Limits kScimFailureLimits{.burst = 100, .refill_per_second = 10};

class ScimEndpoint {
 public:
  // `failures` is made with kScimFailureLimits. `base_url` is the environment URL without trailing slash: what the
  // answers' absolute URLs start with, never the Host header. `recorder` is told of every request that comes here;
  // null: nobody is.
  ScimEndpoint(DirectoryAuthenticator& authenticator, TypeCache& types, UserProvisioning& users,
               GroupProvisioning& groups, ResourceProvisioning& resources, ResourceSearch& search,
               FailureLimiter& failures, Offload& offload, std::string base_url, ScimPages pages = {},
               RequestRecorder* recorder = nullptr, std::size_t body_bytes = net::Limits{}.body_bytes);

  // Authenticates before it looks at anything else: a missing or wrong token and an unknown directory get one and the
  // same 401, a disabled directory 403, both as SCIM errors like every refusal. Tokens count in the Authorization
  // header only.
  task<net::Response> handle(const net::Request& request);

  // What net answers in place of the handler, as a SCIM Error; nullopt when the path is of another edge.
  std::optional<net::Response> refused(const net::Request& request, int status) const;

 private:
  net::Response refuse(const net::Request& request, const ScimTarget& target, const Error& error);
  // Discovery without a token is for strangers, where the directory lets them in.
  task<Result<Caller>> identify(const net::Request& request, const ScimTarget& target);
  // Notes in `seen` what only this knows.
  task<net::Response> answer(const net::Request& request, const ScimTarget& target, SeenScimRequest& seen);
  task<net::Response> route(const ScimCall& call);
  // Resources of every type: what a bulk request may change.
  task<net::Response> change(const ScimCall& call);

  DirectoryAuthenticator& authenticator_;
  TypeCache& types_;
  UsersEndpoint users_;
  GroupsEndpoint groups_;
  ResourcesEndpoint resources_;
  SearchEndpoint search_;
  BulkEndpoint bulk_;
  FailureLimiter& failures_;
  Offload& offload_;
  std::string base_url_;
  ScimPages pages_;
  RequestRecorder* recorder_;
  std::size_t body_bytes_;
};

}  // namespace doorward::edge
