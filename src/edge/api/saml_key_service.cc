#include "edge/api/saml_key_service.h"

#include <optional>

#include "edge/api/conversion.h"
#include "edge/api/saml_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {
namespace {

template <class Request>
Result<std::optional<Timestamp>> decrypt_until_of(const Request& request) {
  if (!request.has_decrypt_until()) return std::nullopt;
  return from_proto(request.decrypt_until(), "decrypt_until");
}

}  // namespace

task<Result<SamlKeyService::ListSamlKeysResponse>> SamlKeyService::list_saml_keys(const rpc::CallContext&,
                                                                                  const ListSamlKeysRequest&) {
  DOORWARD_CO_TRY(const auto keys, co_await keys_.list());
  ListSamlKeysResponse response;
  for (const SamlKey& key : keys) to_proto(key, *response.add_keys());
  co_return response;
}

task<Result<SamlKeyService::RollOverSamlKeyResponse>> SamlKeyService::roll_over_saml_key(
    const rpc::CallContext& call, const RollOverSamlKeyRequest& request) {
  DOORWARD_CO_TRY(const auto decrypt_until, decrypt_until_of(request));
  DOORWARD_CO_TRY(const auto key, co_await keys_.roll_over(call.caller, decrypt_until));
  RollOverSamlKeyResponse response;
  to_proto(key, *response.mutable_key());
  co_return response;
}

task<Result<SamlKeyService::UpdateSamlKeyResponse>> SamlKeyService::update_saml_key(
    const rpc::CallContext& call, const UpdateSamlKeyRequest& request) {
  DOORWARD_CO_TRY(const auto decrypt_until, decrypt_until_of(request));
  const SamlCertificateId id(request.id());
  DOORWARD_CO_TRY(const auto key, co_await keys_.set_decrypt_until(call.caller, id, decrypt_until));
  UpdateSamlKeyResponse response;
  to_proto(key, *response.mutable_key());
  co_return response;
}

task<Result<google::protobuf::Empty>> SamlKeyService::delete_saml_key(const rpc::CallContext& call,
                                                                      const DeleteSamlKeyRequest& request) {
  const SamlCertificateId id(request.id());
  DOORWARD_CO_CHECK(co_await keys_.remove(call.caller, id));
  co_return google::protobuf::Empty();
}

}  // namespace doorward::api
