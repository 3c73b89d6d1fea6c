#include "edge/api/domain_verification_service.h"

#include "edge/api/domain_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {

task<Result<DomainVerificationService::ClaimDomainResponse>> DomainVerificationService::claim_domain(
    const rpc::CallContext& call, const ClaimDomainRequest& request) {
  DOORWARD_CO_TRY(const auto domain,
                  co_await domains_.claim(call.caller, OrganizationId(request.organization_id()), request.domain()));
  ClaimDomainResponse response;
  to_proto(domain, *response.mutable_verification());
  co_return response;
}

task<Result<DomainVerificationService::GetDomainVerificationResponse>>
DomainVerificationService::get_domain_verification(const rpc::CallContext& call,
                                                   const GetDomainVerificationRequest& request) {
  DOORWARD_CO_TRY(const auto domain, co_await domains_.get(call.caller, OrganizationId(request.organization_id()),
                                                           DomainId(request.id())));
  GetDomainVerificationResponse response;
  to_proto(domain, *response.mutable_verification());
  co_return response;
}

task<Result<DomainVerificationService::CheckDomainResponse>> DomainVerificationService::check_domain(
    const rpc::CallContext& call, const CheckDomainRequest& request) {
  DOORWARD_CO_TRY(const auto check, co_await checks_.check(call.caller, OrganizationId(request.organization_id()),
                                                           DomainId(request.id())));
  CheckDomainResponse response;
  to_proto(check, response);
  co_return response;
}

task<Result<DomainVerificationService::ChangeDomainTypeResponse>> DomainVerificationService::change_domain_type(
    const rpc::CallContext& call, const ChangeDomainTypeRequest& request) {
  DOORWARD_CO_TRY(const DomainType type, domain_type(request.domain_type(), "domain_type"));
  DOORWARD_CO_TRY(const auto domain,
                  co_await domains_.change_type(call.caller, OrganizationId(request.organization_id()),
                                                DomainId(request.id()), type));
  ChangeDomainTypeResponse response;
  to_proto(domain, *response.mutable_domain());
  co_return response;
}

}  // namespace doorward::api
