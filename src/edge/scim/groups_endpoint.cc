#include "edge/scim/groups_endpoint.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "app/provisioning/version.h"
#include "edge/scim/group_stream.h"
#include "edge/scim/render.h"
#include "edge/scim/scim_response.h"
#include "protocol/scim/message.h"
#include "protocol/scim/patch.h"

namespace doorward::edge {
namespace {

namespace json = boost::json;

DirectoryGroupId id_of(const ScimCall& call) { return DirectoryGroupId{call.target.id}; }

Result<GroupInput> read_group(const ScimCall& call) {
  DOORWARD_TRY(const json::object body, read_body(call));
  GroupInput input;
  DOORWARD_TRY(input.document, call.request.method == "PUT"
                                   ? scim::read_replacement(call.push.types->group(), body, call.push.dialect)
                                   : scim::read_resource(call.push.types->group(), body, call.push.dialect));
  DOORWARD_TRY(input.members, scim::take_members(input.document, call.push.dialect));
  return input;
}

Result<scim::PatchRequest> read_patch(const ScimCall& call) {
  DOORWARD_TRY(const json::object body, read_body(call));
  return scim::parse_patch(body, call.push.dialect);
}

ResourceHead head_of(const ScimCall& call, const ProvisionedGroup& group) {
  return {group_location(call.base, group.group.id), version_of(group.group)};
}

std::size_t weight_of(const ProvisionedGroup& group) { return 1 + group.members.size() / 10; }

}  // namespace

task<net::Response> GroupsEndpoint::show(int status, const ScimCall& call, ProvisionedGroup group,
                                         const scim::Projection& projection) {
  if (group.more_members) {
    net::Response response = resource_response(status, {}, head_of(call, group));
    Caller by = call.push.by;
    by.caused = nullptr;  // the record of the request is written before the answer ends
    response.stream = stream_group({.groups = groups_,
                                    .offload = call.offload,
                                    .by = std::move(by),
                                    .base = call.base,
                                    .types = call.push.types,
                                    .projection = projection},
                                   std::move(group));
    co_return response;
  }
  const auto body = co_await run_off_io(
      weight_of(group) > kLargeAnswerResources, call.offload,
      [&]() -> Result<std::string> { return json::serialize(render_group(group, call.base, projection)); });
  co_return body ? resource_response(status, *body, head_of(call, group)) : scim_error(body.error());
}

task<net::Response> GroupsEndpoint::handle(const ScimCall& call) {
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

task<net::Response> GroupsEndpoint::create(const ScimCall& call) {
  const auto projection = read_projection(call, call.push.types->group());
  if (!projection) co_return scim_error(projection.error());
  auto input = co_await run_off_io(has_large_body(call), call.offload, [&] { return read_group(call); });
  if (!input) co_return scim_error(input.error());
  auto group = co_await groups_.create(call.push, *std::move(input), projection->shows("members"));
  co_return group ? co_await show(201, call, *std::move(group), *projection) : scim_error(group.error());
}

task<net::Response> GroupsEndpoint::get(const ScimCall& call) {
  const auto projection = read_projection(call, call.push.types->group());
  if (!projection) co_return scim_error(projection.error());
  auto group = co_await groups_.get(call.push, id_of(call), projection->shows("members"));
  if (group) {
    if (const ResourceHead head = head_of(call, *group); has_already(call.push, head.version))
      co_return not_modified(head);
  }
  co_return group ? co_await show(200, call, *std::move(group), *projection) : scim_error(group.error());
}

task<net::Response> GroupsEndpoint::replace(const ScimCall& call) {
  const auto projection = read_projection(call, call.push.types->group());
  if (!projection) co_return scim_error(projection.error());
  auto input = co_await run_off_io(has_large_body(call), call.offload, [&] { return read_group(call); });
  if (!input) co_return co_await refuse_body(call, input.error());
  auto group = co_await groups_.replace(call.push, id_of(call), *std::move(input), projection->shows("members"));
  co_return group ? co_await show(200, call, *std::move(group), *projection) : scim_error(group.error());
}

task<net::Response> GroupsEndpoint::patch(const ScimCall& call) {
  const auto projection = read_projection(call, call.push.types->group());
  if (!projection) co_return scim_error(projection.error());
  const auto operations = co_await run_off_io(has_large_body(call), call.offload, [&] { return read_patch(call); });
  if (!operations) co_return co_await refuse_body(call, operations.error());
  const PatchReply reply = patch_reply(call, call.push.dialect.behaviour.group_patch_answer);
  auto group =
      co_await groups_.patch(call.push, id_of(call), *operations, reply.with_body && projection->shows("members"));
  if (!group) co_return scim_error(group.error());
  if (!reply.with_body) co_return with_version(no_content(reply), version_of(group->group));
  co_return tell_preference(co_await show(200, call, *std::move(group), *projection), reply);
}

task<net::Response> GroupsEndpoint::remove(const ScimCall& call) {
  const auto removed = co_await groups_.remove(call.push, id_of(call));
  co_return removed ? no_content() : scim_error(removed.error());
}

task<net::Response> GroupsEndpoint::refuse_body(const ScimCall& call, const Error& error) {
  const auto group = co_await groups_.get(call.push, id_of(call), false);
  co_return scim_error(group ? error : group.error());
}

}  // namespace doorward::edge
