// doorward.v1.DomainVerificationService: convert, call, convert.
#pragma once

#include "app/domains/domain_checks.h"
#include "app/domains/domains.h"
#include "doorward/v1/domain_verification.doorward.h"

namespace doorward::api {

class DomainVerificationService : public ::doorward::v1::DomainVerificationServiceInterface {
 public:
  using ClaimDomainRequest = ::doorward::v1::ClaimDomainRequest;
  using ClaimDomainResponse = ::doorward::v1::ClaimDomainResponse;
  using GetDomainVerificationRequest = ::doorward::v1::GetDomainVerificationRequest;
  using GetDomainVerificationResponse = ::doorward::v1::GetDomainVerificationResponse;
  using CheckDomainRequest = ::doorward::v1::CheckDomainRequest;
  using CheckDomainResponse = ::doorward::v1::CheckDomainResponse;
  using ChangeDomainTypeRequest = ::doorward::v1::ChangeDomainTypeRequest;
  using ChangeDomainTypeResponse = ::doorward::v1::ChangeDomainTypeResponse;

  // Both must outlive this.
  DomainVerificationService(Domains& domains, DomainChecks& checks) : domains_(domains), checks_(checks) {}

  task<Result<ClaimDomainResponse>> claim_domain(const rpc::CallContext& call,
                                                 const ClaimDomainRequest& request) override;
  task<Result<GetDomainVerificationResponse>> get_domain_verification(
      const rpc::CallContext& call, const GetDomainVerificationRequest& request) override;
  task<Result<CheckDomainResponse>> check_domain(const rpc::CallContext& call,
                                                 const CheckDomainRequest& request) override;
  task<Result<ChangeDomainTypeResponse>> change_domain_type(const rpc::CallContext& call,
                                                            const ChangeDomainTypeRequest& request) override;

 private:
  Domains& domains_;
  DomainChecks& checks_;
};

}  // namespace doorward::api
