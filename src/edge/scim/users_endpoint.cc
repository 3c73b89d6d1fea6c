#include "edge/scim/users_endpoint.h"

#include <boost/json/serialize.hpp>
#include <utility>

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
  return call.request.method == "PUT" ? scim::read_replacement(scim::user_type(), body, call.push.dialect)
                                      : scim::read_resource(scim::user_type(), body, call.push.dialect);
}

Result<scim::PatchRequest> read_patch(const ScimCall& call) {
  DOORWARD_TRY(const json::object body, read_body(call));
  return scim::parse_patch(body, call.push.dialect);
}

net::Response show(int status, const ScimCall& call, ProvisionedUser user, const scim::Projection& projection) {
  return scim_response(status, json::serialize(render_user(std::move(user), call.base, projection)));
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
  const auto projection = read_projection(call, scim::user_type());
  if (!projection) co_return scim_error(projection.error());
  auto document = co_await run_off_io(has_large_body(call), call.offload, [&] { return read_user(call); });
  if (!document) co_return scim_error(document.error());
  auto user = co_await users_.create(call.push, *std::move(document));
  if (!user) co_return scim_error(user.error());
  std::string location = user_location(call.base, user->user.id);
  net::Response response = show(201, call, *std::move(user), *projection);
  response.headers.push_back({"location", std::move(location)});
  co_return response;
}

task<net::Response> UsersEndpoint::get(const ScimCall& call) {
  const auto projection = read_projection(call, scim::user_type());
  if (!projection) co_return scim_error(projection.error());
  auto user = co_await users_.get(call.push, id_of(call), projection->shows("groups"));
  co_return user ? show(200, call, *std::move(user), *projection) : scim_error(user.error());
}

task<net::Response> UsersEndpoint::replace(const ScimCall& call) {
  const auto projection = read_projection(call, scim::user_type());
  if (!projection) co_return scim_error(projection.error());
  auto document = co_await run_off_io(has_large_body(call), call.offload, [&] { return read_user(call); });
  if (!document) co_return co_await refuse_body(call, document.error());
  auto user = co_await users_.replace(call.push, id_of(call), *std::move(document));
  co_return user ? show(200, call, *std::move(user), *projection) : scim_error(user.error());
}

task<net::Response> UsersEndpoint::patch(const ScimCall& call) {
  const auto projection = read_projection(call, scim::user_type());
  if (!projection) co_return scim_error(projection.error());
  const auto operations = co_await run_off_io(has_large_body(call), call.offload, [&] { return read_patch(call); });
  if (!operations) co_return co_await refuse_body(call, operations.error());
  auto user = co_await users_.patch(call.push, id_of(call), *operations);
  if (!user) co_return scim_error(user.error());
  const PatchReply reply = patch_reply(call, call.push.dialect.behaviour.user_patch_answer);
  if (!reply.with_body) co_return no_content(reply);
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
