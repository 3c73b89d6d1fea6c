#include "edge/api/directory_service.h"

#include <google/protobuf/empty.pb.h>

#include "edge/api/directory_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {
namespace {

// A new secret in the shape of both answers that carry one.
template <class Response>
Response secret_response(const NewDirectorySecret& made) {
  Response response;
  response.set_plain_secret(made.plain.reveal());
  to_proto(made.secret, *response.mutable_secret());
  return response;
}

template <class Request>
OrganizationId organization_of(const Request& request) {
  return OrganizationId(request.organization_id());
}

}  // namespace

task<Result<DirectoryService::CreateDirectoryResponse>> DirectoryService::create_directory(
    const rpc::CallContext& call, const CreateDirectoryRequest& request) {
  DOORWARD_CO_TRY(const auto view,
                  co_await directories_.create(call.caller, organization_of(request), from_proto(request.directory())));
  CreateDirectoryResponse response;
  to_proto(view, base_url_, *response.mutable_directory());
  co_return response;
}

task<Result<DirectoryService::GetDirectoryResponse>> DirectoryService::get_directory(
    const rpc::CallContext& call, const GetDirectoryRequest& request) {
  DOORWARD_CO_TRY(const auto view,
                  co_await directories_.get(call.caller, organization_of(request), DirectoryId(request.id())));
  GetDirectoryResponse response;
  to_proto(view, base_url_, *response.mutable_directory());
  co_return response;
}

task<Result<DirectoryService::ListDirectoriesResponse>> DirectoryService::list_directories(
    const rpc::CallContext& call, const ListDirectoriesRequest& request) {
  DOORWARD_CO_TRY(const auto views, co_await directories_.list(call.caller, organization_of(request)));
  ListDirectoriesResponse response;
  for (const DirectoryView& view : views) to_proto(view, base_url_, *response.add_directories());
  co_return response;
}

task<Result<DirectoryService::UpdateDirectoryResponse>> DirectoryService::update_directory(
    const rpc::CallContext& call, const UpdateDirectoryRequest& request) {
  DOORWARD_CO_TRY(const auto view,
                  co_await directories_.update(call.caller, organization_of(request), DirectoryId(request.id()),
                                               from_proto(request.directory())));
  UpdateDirectoryResponse response;
  to_proto(view, base_url_, *response.mutable_directory());
  co_return response;
}

// A request without the list would else read like one with an empty list, which clears it.
task<Result<DirectoryService::UpdateAttributesResponse>> DirectoryService::update_attributes(
    const rpc::CallContext& call, const UpdateAttributesRequest& request) {
  if (!request.has_attribute_mapping())
    co_return failure(invalid_field("attribute_mapping", "is required", "required"));
  DOORWARD_CO_TRY(const auto mappings, co_await directories_.update_attributes(
                                           call.caller, organization_of(request), DirectoryId(request.id()),
                                           from_proto(request.attribute_mapping())));
  UpdateAttributesResponse response;
  to_proto(mappings, *response.mutable_attribute_mappings());
  co_return response;
}

task<Result<DirectoryService::AssignRolesResponse>> DirectoryService::assign_roles(const rpc::CallContext& call,
                                                                                   const AssignRolesRequest& request) {
  if (!request.has_role_assignments()) co_return failure(invalid_field("role_assignments", "is required", "required"));
  DOORWARD_CO_TRY(const auto assignments,
                  co_await directories_.assign_roles(call.caller, organization_of(request), DirectoryId(request.id()),
                                                     from_proto(request.role_assignments())));
  AssignRolesResponse response;
  to_proto(assignments, *response.mutable_role_assignments());
  co_return response;
}

task<Result<google::protobuf::Empty>> DirectoryService::assign_groups_for_directory(
    const rpc::CallContext& call, const AssignGroupsForDirectoryRequest& request) {
  DOORWARD_CO_CHECK(
      co_await directories_.assign_groups(call.caller, organization_of(request), DirectoryId(request.id())));
  co_return google::protobuf::Empty();
}

task<Result<DirectoryService::ToggleDirectoryResponse>> DirectoryService::enable_directory(
    const rpc::CallContext& call, const ToggleDirectoryRequest& request) {
  return toggle(call, request, true);
}

task<Result<DirectoryService::ToggleDirectoryResponse>> DirectoryService::disable_directory(
    const rpc::CallContext& call, const ToggleDirectoryRequest& request) {
  return toggle(call, request, false);
}

task<Result<DirectoryService::ToggleDirectoryResponse>> DirectoryService::toggle(const rpc::CallContext& call,
                                                                                 const ToggleDirectoryRequest& request,
                                                                                 bool enabled) {
  DOORWARD_CO_TRY(const auto directory, co_await directories_.set_enabled(call.caller, organization_of(request),
                                                                          DirectoryId(request.id()), enabled));
  ToggleDirectoryResponse response;
  response.set_enabled(directory.enabled);
  co_return response;
}

task<Result<google::protobuf::Empty>> DirectoryService::delete_directory(const rpc::CallContext& call,
                                                                         const DeleteDirectoryRequest& request) {
  DOORWARD_CO_CHECK(co_await directories_.remove(call.caller, organization_of(request), DirectoryId(request.id())));
  co_return google::protobuf::Empty();
}

task<Result<DirectoryService::CreateDirectorySecretResponse>> DirectoryService::create_directory_secret(
    const rpc::CallContext& call, const CreateDirectorySecretRequest& request) {
  DOORWARD_CO_TRY(const auto made, co_await directories_.create_secret(call.caller, organization_of(request),
                                                                       DirectoryId(request.directory_id())));
  co_return secret_response<CreateDirectorySecretResponse>(made);
}

task<Result<DirectoryService::RegenerateDirectorySecretResponse>> DirectoryService::regenerate_directory_secret(
    const rpc::CallContext& call, const RegenerateDirectorySecretRequest& request) {
  DOORWARD_CO_TRY(const auto made, co_await directories_.regenerate_secret(call.caller, organization_of(request),
                                                                           DirectoryId(request.directory_id())));
  co_return secret_response<RegenerateDirectorySecretResponse>(made);
}

task<Result<DirectoryService::ListDirectoryUsersResponse>> DirectoryService::list_directory_users(
    const rpc::CallContext& call, const ListDirectoryUsersRequest& request) {
  DOORWARD_CO_TRY(auto query, from_proto(request));
  DOORWARD_CO_TRY(const auto list,
                  co_await directories_.list_users(call.caller, organization_of(request),
                                                   DirectoryId(request.directory_id()), std::move(query)));
  co_return to_proto(list, request.include_detail());
}

task<Result<DirectoryService::ListDirectoryGroupsResponse>> DirectoryService::list_directory_groups(
    const rpc::CallContext& call, const ListDirectoryGroupsRequest& request) {
  DOORWARD_CO_TRY(auto query, from_proto(request));
  DOORWARD_CO_TRY(const auto list,
                  co_await directories_.list_groups(call.caller, organization_of(request),
                                                    DirectoryId(request.directory_id()), std::move(query)));
  co_return to_proto(list, request.include_detail());
}

task<Result<DirectoryService::ListDirectoryGroupsResponse>> DirectoryService::list_directory_groups_summary(
    const rpc::CallContext& call, const ListDirectoryGroupsSummaryRequest& request) {
  DOORWARD_CO_TRY(const auto list, co_await directories_.summarize_groups(call.caller, organization_of(request),
                                                                          DirectoryId(request.directory_id())));
  co_return to_proto(list, false);
}

}  // namespace doorward::api
