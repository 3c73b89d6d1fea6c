// POST to /Users, and /Users/{id}. Lists are those of search_endpoint.h.
#pragma once

#include "app/provisioning/user_provisioning.h"
#include "base/task.h"
#include "edge/scim/scim_call.h"
#include "net/http.h"

namespace doorward::edge {

class UsersEndpoint {
 public:
  explicit UsersEndpoint(UserProvisioning& users) : users_(users) {}

  task<net::Response> handle(const ScimCall& call);

 private:
  task<net::Response> create(const ScimCall& call);
  task<net::Response> get(const ScimCall& call);
  task<net::Response> replace(const ScimCall& call);
  task<net::Response> patch(const ScimCall& call);
  task<net::Response> remove(const ScimCall& call);
  // An unknown id is 404 whatever is wrong with the body.
  task<net::Response> refuse_body(const ScimCall& call, const Error& error);

  UserProvisioning& users_;
};

}  // namespace doorward::edge
