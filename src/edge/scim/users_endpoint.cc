#include "edge/scim/users_endpoint.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "app/provisioning/version.h"
#include "edge/scim/render.h"
#include "edge/scim/scim_response.h"
#include "protocol/scim/message.h"
#include "protocol/scim/patch.h"

namespace doorward::edge {
namespace {

namespace json = boost::json;

DirectoryUserId id_of(const ScimCall& call) { return DirectoryUserId{call.target.id}; }

Result<json::object> read_user(const ScimCall& call) {
  DOORWARD_TRY(const json::object body, read_body(call));
  return call.request.method == "PUT" ? scim::read_replacement(call.push.types->user(), body, call.push.dialect)
                                      : scim::read_resource(call.push.types->user(), body, call.push.dialect);
}

Result<scim::PatchRequest> read_patch(const ScimCall& call) {
  DOORWARD_TRY(const json::object body, read_body(call));
  return scim::parse_patch(body, call.push.dialect);
}

ResourceHead head_of(const ScimCall& call, const ProvisionedUser& user) {
  return {user_location(call.base, user.user.id), version_of(user.user, user.groups, call.push.dialect.behaviour)};
}

net::Response show(int status, const ScimCall& call, ProvisionedUser user, const scim::Projection& projection) {
  const ResourceHead head = head_of(call, user);
  return resource_response(status, json::serialize(render_user(std::move(user), call.base, head.version, projection)),
                           head);
}

}  // namespace

task<net::Response> UsersEndpoint::handle(const ScimCall& call) {
  const std::string& method = call.request.method;
  if (call.target.id.empty()) {
    if (method == "POST") co_return co_await create(call);
    co_return method_not_allowed("GET, POST");
  }
  if (method == "GET") co_return co_await get(call);
  if (method == "PUT") co_return co_await replace(call);
  if (method == "PATCH") co_return co_await patch(call);
  if (method == "DELETE") co_return co_await remove(call);
  co_return method_not_allowed("GET, PUT, PATCH, DELETE");
}

task<net::Response> UsersEndpoint::create(const ScimCall& call) {
  const auto projection = read_projection(call, call.push.types->user());
  if (!projection) co_return scim_error(projection.error());
  auto document = co_await run_off_io(has_large_body(call), call.offload, [&] { return read_user(call); });
  if (!document) co_return scim_error(document.error());
  auto user = co_await users_.create(call.push, *std::move(document));
  co_return user ? show(201, call, *std::move(user), *projection) : scim_error(user.error());
}

task<net::Response> UsersEndpoint::get(const ScimCall& call) {
  const auto projection = read_projection(call, call.push.types->user());
  if (!projection) co_return scim_error(projection.error());
  const bool with_groups = projection->shows("groups") || version_shows_groups(call.push.dialect.behaviour);
  auto user = co_await users_.get(call.push, id_of(call), with_groups);
  if (user) {
    if (const ResourceHead head = head_of(call, *user); has_already(call.push, head.version))
      co_return not_modified(head);
  }
  co_return user ? show(200, call, *std::move(user), *projection) : scim_error(user.error());
}

task<net::Response> UsersEndpoint::replace(const ScimCall& call) {
  const auto projection = read_projection(call, call.push.types->user());
  if (!projection) co_return scim_error(projection.error());
  auto document = co_await run_off_io(has_large_body(call), call.offload, [&] { return read_user(call); });
  if (!document) co_return co_await refuse_body(call, document.error());
  auto user = co_await users_.replace(call.push, id_of(call), *std::move(document));
  co_return user ? show(200, call, *std::move(user), *projection) : scim_error(user.error());
}

task<net::Response> UsersEndpoint::patch(const ScimCall& call) {
  const auto projection = read_projection(call, call.push.types->user());
  if (!projection) co_return scim_error(projection.error());
  const auto operations = co_await run_off_io(has_large_body(call), call.offload, [&] { return read_patch(call); });
  if (!operations) co_return co_await refuse_body(call, operations.error());
  auto user = co_await users_.patch(call.push, id_of(call), *operations);
  if (!user) co_return scim_error(user.error());
  const PatchReply reply = patch_reply(call, call.push.dialect.behaviour.user_patch_answer);
  if (!reply.with_body) co_return with_version(no_content(reply), head_of(call, *user).version);
  co_return tell_preference(show(200, call, *std::move(user), *projection), reply);
}

task<net::Response> UsersEndpoint::remove(const ScimCall& call) {
  const auto removed = co_await users_.remove(call.push, id_of(call));
  co_return removed ? no_content() : scim_error(removed.error());
}

task<net::Response> UsersEndpoint::refuse_body(const ScimCall& call, const Error& error) {
  const auto user = co_await users_.get(call.push, id_of(call), false);
  co_return scim_error(user ? error : user.error());
}

}  // namespace doorward::edge
