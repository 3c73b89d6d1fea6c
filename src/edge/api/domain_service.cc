#include "edge/api/domain_service.h"

#include <google/protobuf/empty.pb.h>

#include <utility>

#include "edge/api/domain_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {

task<Result<DomainService::CreateDomainResponse>> DomainService::create_domain(const rpc::CallContext& call,
                                                                               const CreateDomainRequest& request) {
  DOORWARD_CO_TRY(auto key, owner_key(request));
  DOORWARD_CO_TRY(auto input, from_proto(request));
  DOORWARD_CO_TRY(const auto domain, co_await domains_.create(call.caller, std::move(key), std::move(input)));
  CreateDomainResponse response;
  to_proto(domain, *response.mutable_domain());
  co_return response;
}

task<Result<DomainService::UpdateDomainResponse>> DomainService::update_domain(const rpc::CallContext& call,
                                                                               const UpdateDomainRequest& request) {
  DOORWARD_CO_TRY(auto key, owner_key(request));
  DOORWARD_CO_TRY(const auto domain,
                  co_await domains_.get(call.caller, std::move(key), DomainId(request.id()), connection_of(request)));
  UpdateDomainResponse response;
  to_proto(domain, *response.mutable_domain());
  co_return response;
}

task<Result<DomainService::VerifyDomainResponse>> DomainService::verify_domain(const rpc::CallContext& call,
                                                                               const VerifyDomainRequest& request) {
  DOORWARD_CO_TRY(auto key, owner_key(request));
  DOORWARD_CO_TRY(const auto check, co_await checks_.check(call.caller, std::move(key), DomainId(request.id())));
  VerifyDomainResponse response;
  response.set_verified(check.domain.is_verified());
  co_return response;
}

task<Result<DomainService::GetDomainResponse>> DomainService::get_domain(const rpc::CallContext& call,
                                                                         const GetDomainRequest& request) {
  DOORWARD_CO_TRY(auto key, owner_key(request));
  DOORWARD_CO_TRY(const auto domain, co_await domains_.get(call.caller, std::move(key), DomainId(request.id())));
  GetDomainResponse response;
  to_proto(domain, *response.mutable_domain());
  co_return response;
}

task<Result<google::protobuf::Empty>> DomainService::delete_domain(const rpc::CallContext& call,
                                                                   const DeleteDomainRequest& request) {
  DOORWARD_CO_TRY(auto key, owner_key(request));
  DOORWARD_CO_CHECK(
      co_await domains_.remove(call.caller, std::move(key), DomainId(request.id()), connection_of(request)));
  co_return google::protobuf::Empty();
}

task<Result<DomainService::ListDomainResponse>> DomainService::list_domains(const rpc::CallContext& call,
                                                                            const ListDomainRequest& request) {
  DOORWARD_CO_TRY(auto key, owner_key(request));
  DOORWARD_CO_TRY(auto query, from_proto(request));
  DOORWARD_CO_TRY(const auto list, co_await domains_.list(call.caller, std::move(key), std::move(query)));
  ListDomainResponse response;
  to_proto(list, response);
  co_return response;
}

}  // namespace doorward::api
