#include "edge/api/auth_request_service.h"

#include <utility>

#include "edge/api/auth_request_conversion.h"
#include "edge/api/conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {
namespace {

template <class Response>
void set_page(const AuthRequestList& list, Response& response) {
  response.set_next_page_token(list.next_page_token);
  response.set_prev_page_token(list.prev_page_token);
  response.set_total_size(wire_count(list.total_size));
}

}  // namespace

task<Result<AuthRequestService::ListAuthRequestsResponse>> AuthRequestService::list_auth_requests(
    const rpc::CallContext& call, const ListAuthRequestsRequest& request) {
  DOORWARD_CO_TRY(auto filter, from_proto(request));
  DOORWARD_CO_TRY(const auto list,
                  co_await requests_.list(call.caller, std::move(filter), request.page_size(), request.page_token()));
  ListAuthRequestsResponse response;
  for (const AuthRequest& one : list.requests) to_proto(one, *response.add_auth_requests());
  set_page(list, response);
  co_return response;
}

task<Result<AuthRequestService::GetAuthRequestResponse>> AuthRequestService::get_auth_request(
    const rpc::CallContext& call, const GetAuthRequestRequest& request) {
  DOORWARD_CO_TRY(const auto found, co_await requests_.get(call.caller, AuthRequestId(request.id())));
  GetAuthRequestResponse response;
  to_proto(found, *response.mutable_auth_request());
  co_return response;
}

task<Result<AuthRequestService::GetAuthRequestBundleResponse>> AuthRequestService::get_auth_request_bundle(
    const rpc::CallContext& call, const GetAuthRequestBundleRequest& request) {
  DOORWARD_CO_TRY(const auto bundle, co_await requests_.bundle(call.caller, AuthRequestId(request.id())));
  GetAuthRequestBundleResponse response;
  to_proto(bundle, response);
  co_return response;
}

task<Result<AuditLogsService::ListAuthLogResponse>> AuditLogsService::list_auth_requests(
    const rpc::CallContext& call, const ListAuthLogRequest& request) {
  DOORWARD_CO_TRY(auto filter, from_proto(request));
  // No attempt is of a protected resource or a connected account.
  if (!request.resource_id().empty() || !request.connected_account_identifier().empty()) {
    co_return ListAuthLogResponse();
  }
  DOORWARD_CO_TRY(const auto list,
                  co_await requests_.list(call.caller, std::move(filter), request.page_size(), request.page_token()));
  ListAuthLogResponse response;
  for (const AuthRequest& one : list.requests) to_proto(one, list.names, *response.add_authrequests());
  set_page(list, response);
  co_return response;
}

}  // namespace doorward::api
