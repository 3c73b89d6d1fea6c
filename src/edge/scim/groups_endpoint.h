// POST to /Groups, and /Groups/{id}. Lists are those of search_endpoint.h.
#pragma once

#include "app/provisioning/group_provisioning.h"
#include "base/task.h"
#include "edge/scim/scim_call.h"
#include "net/http.h"

namespace doorward::edge {

class GroupsEndpoint {
 public:
  explicit GroupsEndpoint(GroupProvisioning& groups) : groups_(groups) {}

  task<net::Response> handle(const ScimCall& call);

 private:
  task<net::Response> create(const ScimCall& call);
  task<net::Response> get(const ScimCall& call);
  task<net::Response> replace(const ScimCall& call);
  // 204 by standard, so that the answer costs nothing however large the group is: see patch_reply.
  task<net::Response> patch(const ScimCall& call);
  task<net::Response> remove(const ScimCall& call);
  // With many members it streams.
  task<net::Response> show(int status, const ScimCall& call, ProvisionedGroup group,
                           const scim::Projection& projection);
  // An unknown id is 404 whatever is wrong with the body.
  task<net::Response> refuse_body(const ScimCall& call, const Error& error);

  GroupProvisioning& groups_;
};

}  // namespace doorward::edge
