#include "edge/api/connection_service.h"

#include <google/protobuf/empty.pb.h>

#include <vector>

#include "edge/api/connection_conversion.h"
#include "edge/api/conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {
namespace {

template <class Request>
OrganizationId organization_of(const Request& request) {
  return OrganizationId(request.organization_id());
}

// The two lists in pages differ in what they ask for.
template <class Response>
Response page_response(const ConnectionList& list) {
  Response response;
  for (const ConnectionView& view : list.connections) to_proto(view, *response.add_connections());
  response.set_total_size(wire_count(list.total_size));
  response.set_next_page_token(list.next_page_token);
  response.set_prev_page_token(list.prev_page_token);
  return response;
}

}  // namespace

task<Result<ConnectionService::CreateConnectionResponse>> ConnectionService::create_connection(
    const rpc::CallContext& call, const CreateConnectionRequest& request) {
  DOORWARD_CO_TRY(const auto view, co_await connections_.create(call.caller, organization_of(request),
                                                                from_proto(request.connection())));
  CreateConnectionResponse response;
  to_proto(view, base_url_, *response.mutable_connection());
  co_return response;
}

task<Result<ConnectionService::AssignDomainsToConnectionResponse>> ConnectionService::assign_domains_to_connection(
    const rpc::CallContext& call, const AssignDomainsToConnectionRequest& request) {
  std::vector<DomainId> domains;
  for (const std::string& id : request.domain_ids()) domains.emplace_back(id);
  DOORWARD_CO_TRY(const auto view,
                  co_await connections_.assign_domains(call.caller, organization_of(request),
                                                       ConnectionId(request.connection_id()), std::move(domains)));
  AssignDomainsToConnectionResponse response;
  to_proto(view, base_url_, *response.mutable_connection());
  co_return response;
}

task<Result<ConnectionService::GetConnectionResponse>> ConnectionService::get_connection(
    const rpc::CallContext& call, const GetConnectionRequest& request) {
  DOORWARD_CO_TRY(const auto view,
                  co_await connections_.get(call.caller, organization_of(request), ConnectionId(request.id())));
  GetConnectionResponse response;
  to_proto(view, base_url_, *response.mutable_connection());
  co_return response;
}

task<Result<ConnectionService::ListConnectionsResponse>> ConnectionService::list_connections(
    const rpc::CallContext& call, const ListConnectionsRequest& request) {
  DOORWARD_CO_TRY(auto query, from_proto(request));
  DOORWARD_CO_TRY(const auto views, co_await connections_.list(call.caller, std::move(query)));
  ListConnectionsResponse response;
  for (const ConnectionView& view : views) to_proto(view, *response.add_connections());
  co_return response;
}

task<Result<ConnectionService::ListOrganizationConnectionsResponse>> ConnectionService::list_organization_connections(
    const rpc::CallContext& call, const ListOrganizationConnectionsRequest& request) {
  DOORWARD_CO_TRY(const auto list, co_await connections_.search(call.caller, from_proto(request)));
  co_return page_response<ListOrganizationConnectionsResponse>(list);
}

task<Result<ConnectionService::SearchOrganizationConnectionsResponse>>
ConnectionService::search_organization_connections(const rpc::CallContext& call,
                                                   const SearchOrganizationConnectionsRequest& request) {
  DOORWARD_CO_TRY(auto query, from_proto(request));
  DOORWARD_CO_TRY(const auto list, co_await connections_.search(call.caller, std::move(query)));
  co_return page_response<SearchOrganizationConnectionsResponse>(list);
}

task<Result<ConnectionService::UpdateConnectionResponse>> ConnectionService::update_connection(
    const rpc::CallContext& call, const UpdateConnectionRequest& request) {
  DOORWARD_CO_TRY(auto patch, from_proto(request.connection(), ConnectionId(request.id()), base_url_));
  DOORWARD_CO_TRY(const auto view, co_await connections_.update(call.caller, organization_of(request),
                                                                ConnectionId(request.id()), std::move(patch)));
  UpdateConnectionResponse response;
  to_proto(view, base_url_, *response.mutable_connection());
  co_return response;
}

task<Result<google::protobuf::Empty>> ConnectionService::delete_connection(const rpc::CallContext& call,
                                                                           const DeleteConnectionRequest& request) {
  DOORWARD_CO_CHECK(co_await connections_.remove(call.caller, organization_of(request), ConnectionId(request.id())));
  co_return google::protobuf::Empty();
}

task<Result<ConnectionService::ToggleConnectionResponse>> ConnectionService::enable_connection(
    const rpc::CallContext& call, const ToggleConnectionRequest& request) {
  return toggle(call, request, true);
}

task<Result<ConnectionService::ToggleConnectionResponse>> ConnectionService::disable_connection(
    const rpc::CallContext& call, const ToggleConnectionRequest& request) {
  return toggle(call, request, false);
}

task<Result<ConnectionService::ToggleConnectionResponse>> ConnectionService::toggle(
    const rpc::CallContext& call, const ToggleConnectionRequest& request, bool enabled) {
  DOORWARD_CO_TRY(const auto connection, co_await connections_.set_enabled(call.caller, organization_of(request),
                                                                           ConnectionId(request.id()), enabled));
  ToggleConnectionResponse response;
  response.set_enabled(connection.enabled);
  co_return response;
}

task<Result<ConnectionService::GetConnectionTestResultResponse>> ConnectionService::get_connection_test_result(
    const rpc::CallContext& call, const GetConnectionTestResultRequest& request) {
  DOORWARD_CO_TRY(const auto test, co_await connections_.test_result(call.caller, ConnectionId(request.connection_id()),
                                                                     ConnectionTestId(request.test_request_id())));
  co_return to_proto(test);
}

}  // namespace doorward::api
