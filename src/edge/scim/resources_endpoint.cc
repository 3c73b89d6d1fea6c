#include "edge/scim/resources_endpoint.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "app/provisioning/version.h"
#include "edge/scim/render.h"
#include "edge/scim/scim_response.h"
#include "protocol/scim/message.h"
#include "protocol/scim/patch.h"
#include "protocol/scim/resource.h"

namespace doorward::edge {
namespace {

namespace json = boost::json;

ScimResourceId id_of(const ScimCall& call) { return ScimResourceId{call.target.id}; }

Result<json::object> read_document(const ScimCall& call, const scim::ResourceType& type) {
  DOORWARD_TRY(const json::object body, read_body(call));
  return call.request.method == "PUT" ? scim::read_replacement(type, body, call.push.dialect)
                                      : scim::read_resource(type, body, call.push.dialect);
}

Result<scim::PatchRequest> read_patch(const ScimCall& call) {
  DOORWARD_TRY(const json::object body, read_body(call));
  return scim::parse_patch(body, call.push.dialect);
}

ResourceHead head_of(const ScimCall& call, const scim::ResourceType& type, const ScimResource& resource) {
  return {resource_location(call.base, type, resource.id), version_of(resource)};
}

net::Response show(int status, const ScimCall& call, ScimResource resource, const scim::Projection& projection) {
  const ResourceHead head = head_of(call, projection.type(), resource);
  return resource_response(status, json::serialize(render_resource(std::move(resource), call.base, projection)), head);
}

}  // namespace

task<net::Response> ResourcesEndpoint::handle(const ScimCall& call, const scim::ResourceType& type) {
  const std::string& method = call.request.method;
  if (call.target.id.empty()) {
    if (method == "POST") co_return co_await create(call, type);
    co_return method_not_allowed("GET, POST");
  }
  if (method == "GET") co_return co_await get(call, type);
  if (method == "PUT") co_return co_await replace(call, type);
  if (method == "PATCH") co_return co_await patch(call, type);
  if (method == "DELETE") co_return co_await remove(call, type);
  co_return method_not_allowed("GET, PUT, PATCH, DELETE");
}

task<net::Response> ResourcesEndpoint::create(const ScimCall& call, const scim::ResourceType& type) {
  const auto projection = read_projection(call, type);
  if (!projection) co_return scim_error(projection.error());
  auto document = co_await run_off_io(has_large_body(call), call.offload, [&] { return read_document(call, type); });
  if (!document) co_return scim_error(document.error());
  auto resource = co_await resources_.create(call.push, type, *std::move(document));
  co_return resource ? show(201, call, *std::move(resource), *projection) : scim_error(resource.error());
}

task<net::Response> ResourcesEndpoint::get(const ScimCall& call, const scim::ResourceType& type) {
  const auto projection = read_projection(call, type);
  if (!projection) co_return scim_error(projection.error());
  auto resource = co_await resources_.get(call.push, type, id_of(call));
  if (resource && has_already(call.push, version_of(*resource))) {
    co_return not_modified(head_of(call, type, *resource));
  }
  co_return resource ? show(200, call, *std::move(resource), *projection) : scim_error(resource.error());
}

task<net::Response> ResourcesEndpoint::replace(const ScimCall& call, const scim::ResourceType& type) {
  const auto projection = read_projection(call, type);
  if (!projection) co_return scim_error(projection.error());
  auto document = co_await run_off_io(has_large_body(call), call.offload, [&] { return read_document(call, type); });
  if (!document) co_return co_await refuse_body(call, type, document.error());
  auto resource = co_await resources_.replace(call.push, type, id_of(call), *std::move(document));
  co_return resource ? show(200, call, *std::move(resource), *projection) : scim_error(resource.error());
}

task<net::Response> ResourcesEndpoint::patch(const ScimCall& call, const scim::ResourceType& type) {
  const auto projection = read_projection(call, type);
  if (!projection) co_return scim_error(projection.error());
  const auto operations = co_await run_off_io(has_large_body(call), call.offload, [&] { return read_patch(call); });
  if (!operations) co_return co_await refuse_body(call, type, operations.error());
  auto resource = co_await resources_.patch(call.push, type, id_of(call), *operations);
  if (!resource) co_return scim_error(resource.error());
  const PatchReply reply = patch_reply(call, call.push.dialect.behaviour.user_patch_answer);
  if (!reply.with_body) co_return with_version(no_content(reply), version_of(*resource));
  co_return tell_preference(show(200, call, *std::move(resource), *projection), reply);
}

task<net::Response> ResourcesEndpoint::remove(const ScimCall& call, const scim::ResourceType& type) {
  const auto removed = co_await resources_.remove(call.push, type, id_of(call));
  co_return removed ? no_content() : scim_error(removed.error());
}

task<net::Response> ResourcesEndpoint::refuse_body(const ScimCall& call, const scim::ResourceType& type,
                                                   const Error& error) {
  const auto resource = co_await resources_.get(call.push, type, id_of(call));
  co_return scim_error(resource ? error : resource.error());
}

}  // namespace doorward::edge
