// POST to /{endpoint}, and /{endpoint}/{id}, of the types that an administrator defined. Lists are those of
// search_endpoint.h.
#pragma once

#include "app/provisioning/resource_provisioning.h"
#include "base/task.h"
#include "edge/scim/scim_call.h"
#include "net/http.h"

namespace doorward::edge {

class ResourcesEndpoint {
 public:
  explicit ResourcesEndpoint(ResourceProvisioning& resources) : resources_(resources) {}

  // `type` is one of call.push.types.
  task<net::Response> handle(const ScimCall& call, const scim::ResourceType& type);

 private:
  task<net::Response> create(const ScimCall& call, const scim::ResourceType& type);
  task<net::Response> get(const ScimCall& call, const scim::ResourceType& type);
  task<net::Response> replace(const ScimCall& call, const scim::ResourceType& type);
  task<net::Response> patch(const ScimCall& call, const scim::ResourceType& type);
  task<net::Response> remove(const ScimCall& call, const scim::ResourceType& type);
  // An unknown id is 404 whatever is wrong with the body.
  task<net::Response> refuse_body(const ScimCall& call, const scim::ResourceType& type, const Error& error);

  ResourceProvisioning& resources_;
};

}  // namespace doorward::edge
