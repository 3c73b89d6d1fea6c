// scalekit.v1.domains.DomainService: convert, call, convert.
#pragma once

#include "app/domains/domain_checks.h"
#include "app/domains/domains.h"
#include "scalekit/v1/domains/domains.doorward.h"

namespace doorward::api {

class DomainService : public ::scalekit::v1::domains::DomainServiceInterface {
 public:
  using CreateDomainRequest = ::scalekit::v1::domains::CreateDomainRequest;
  using CreateDomainResponse = ::scalekit::v1::domains::CreateDomainResponse;
  using UpdateDomainRequest = ::scalekit::v1::domains::UpdateDomainRequest;
  using UpdateDomainResponse = ::scalekit::v1::domains::UpdateDomainResponse;
  using VerifyDomainRequest = ::scalekit::v1::domains::VerifyDomainRequest;
  using VerifyDomainResponse = ::scalekit::v1::domains::VerifyDomainResponse;
  using GetDomainRequest = ::scalekit::v1::domains::GetDomainRequest;
  using GetDomainResponse = ::scalekit::v1::domains::GetDomainResponse;
  using DeleteDomainRequest = ::scalekit::v1::domains::DeleteDomainRequest;
  using ListDomainRequest = ::scalekit::v1::domains::ListDomainRequest;
  using ListDomainResponse = ::scalekit::v1::domains::ListDomainResponse;

  // Both must outlive this.
  DomainService(Domains& domains, DomainChecks& checks) : domains_(domains), checks_(checks) {}

  task<Result<CreateDomainResponse>> create_domain(const rpc::CallContext& call,
                                                   const CreateDomainRequest& request) override;
  // The request has no field that could change anything.
  task<Result<UpdateDomainResponse>> update_domain(const rpc::CallContext& call,
                                                   const UpdateDomainRequest& request) override;
  task<Result<VerifyDomainResponse>> verify_domain(const rpc::CallContext& call,
                                                   const VerifyDomainRequest& request) override;
  task<Result<GetDomainResponse>> get_domain(const rpc::CallContext& call, const GetDomainRequest& request) override;
  task<Result<google::protobuf::Empty>> delete_domain(const rpc::CallContext& call,
                                                      const DeleteDomainRequest& request) override;
  task<Result<ListDomainResponse>> list_domains(const rpc::CallContext& call,
                                                const ListDomainRequest& request) override;

 private:
  Domains& domains_;
  DomainChecks& checks_;
};

}  // namespace doorward::api
