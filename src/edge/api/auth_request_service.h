// doorward.v1.AuthRequestService and scalekit.v1.auditlogs.AuditLogsService: convert, call, convert.
#pragma once

#include "app/auth_log/auth_requests.h"
#include "doorward/v1/auth_requests.doorward.h"
#include "scalekit/v1/auditlogs/auditlogs.doorward.h"

namespace doorward::api {

class AuthRequestService : public ::doorward::v1::AuthRequestServiceInterface {
 public:
  using ListAuthRequestsRequest = ::doorward::v1::ListAuthRequestsRequest;
  using ListAuthRequestsResponse = ::doorward::v1::ListAuthRequestsResponse;
  using GetAuthRequestRequest = ::doorward::v1::GetAuthRequestRequest;
  using GetAuthRequestResponse = ::doorward::v1::GetAuthRequestResponse;
  using GetAuthRequestBundleRequest = ::doorward::v1::GetAuthRequestBundleRequest;
  using GetAuthRequestBundleResponse = ::doorward::v1::GetAuthRequestBundleResponse;

  // Must outlive this.
  explicit AuthRequestService(AuthRequests& requests) : requests_(requests) {}

  task<Result<ListAuthRequestsResponse>> list_auth_requests(const rpc::CallContext& call,
                                                            const ListAuthRequestsRequest& request) override;
  task<Result<GetAuthRequestResponse>> get_auth_request(const rpc::CallContext& call,
                                                        const GetAuthRequestRequest& request) override;
  task<Result<GetAuthRequestBundleResponse>> get_auth_request_bundle(
      const rpc::CallContext& call, const GetAuthRequestBundleRequest& request) override;

 private:
  AuthRequests& requests_;
};

class AuditLogsService : public ::scalekit::v1::auditlogs::AuditLogsServiceInterface {
 public:
  using ListAuthLogRequest = ::scalekit::v1::auditlogs::ListAuthLogRequest;
  using ListAuthLogResponse = ::scalekit::v1::auditlogs::ListAuthLogResponse;

  // Must outlive this.
  explicit AuditLogsService(AuthRequests& requests) : requests_(requests) {}

  task<Result<ListAuthLogResponse>> list_auth_requests(const rpc::CallContext& call,
                                                       const ListAuthLogRequest& request) override;

 private:
  AuthRequests& requests_;
};

}  // namespace doorward::api
