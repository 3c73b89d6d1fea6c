// doorward.v1.ScimRequestService: convert, call, convert.
#pragma once

#include "app/scim_requests/scim_requests.h"
#include "doorward/v1/scim_requests.doorward.h"

namespace doorward::api {

class ScimRequestService : public ::doorward::v1::ScimRequestServiceInterface {
 public:
  using ListScimRequestsRequest = ::doorward::v1::ListScimRequestsRequest;
  using ListScimRequestsResponse = ::doorward::v1::ListScimRequestsResponse;
  using GetScimRequestRequest = ::doorward::v1::GetScimRequestRequest;
  using GetScimRequestResponse = ::doorward::v1::GetScimRequestResponse;

  // Must outlive this.
  explicit ScimRequestService(ScimRequests& requests) : requests_(requests) {}

  task<Result<ListScimRequestsResponse>> list_scim_requests(const rpc::CallContext& call,
                                                            const ListScimRequestsRequest& request) override;
  task<Result<GetScimRequestResponse>> get_scim_request(const rpc::CallContext& call,
                                                        const GetScimRequestRequest& request) override;

 private:
  ScimRequests& requests_;
};

}  // namespace doorward::api
