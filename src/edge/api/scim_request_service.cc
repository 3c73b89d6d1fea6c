#include "edge/api/scim_request_service.h"

#include <utility>

#include "edge/api/scim_request_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {

task<Result<ScimRequestService::ListScimRequestsResponse>> ScimRequestService::list_scim_requests(
    const rpc::CallContext& call, const ListScimRequestsRequest& request) {
  DOORWARD_CO_TRY(auto filter, from_proto(request));
  DOORWARD_CO_TRY(const auto list, co_await requests_.list(call.caller, OrganizationId(request.organization_id()),
                                                           DirectoryId(request.directory_id()), std::move(filter),
                                                           request.page_size(), request.page_token()));
  ListScimRequestsResponse response;
  for (const ListedScimRequest& one : list.requests) to_proto(one, *response.add_scim_requests());
  response.set_next_page_token(list.next_page_token);
  response.set_prev_page_token(list.prev_page_token);
  co_return response;
}

task<Result<ScimRequestService::GetScimRequestResponse>> ScimRequestService::get_scim_request(
    const rpc::CallContext& call, const GetScimRequestRequest& request) {
  DOORWARD_CO_TRY(const auto view,
                  co_await requests_.get(call.caller, OrganizationId(request.organization_id()),
                                         DirectoryId(request.directory_id()), ScimRequestId(request.id())));
  GetScimRequestResponse response;
  to_proto(view.listed, *response.mutable_scim_request());
  to_proto(view.bodies.request, *response.mutable_request_body());
  to_proto(view.bodies.response, *response.mutable_response_body());
  co_return response;
}

}  // namespace doorward::api
