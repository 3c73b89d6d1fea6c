// doorward.v1.SamlKeyService: convert, call, convert.
#pragma once

#include <google/protobuf/empty.pb.h>

#include "app/saml_keys/saml_keys.h"
#include "doorward/v1/saml_keys.doorward.h"

namespace doorward::api {

class SamlKeyService : public ::doorward::v1::SamlKeyServiceInterface {
 public:
  using ListSamlKeysRequest = ::doorward::v1::ListSamlKeysRequest;
  using ListSamlKeysResponse = ::doorward::v1::ListSamlKeysResponse;
  using RollOverSamlKeyRequest = ::doorward::v1::RollOverSamlKeyRequest;
  using RollOverSamlKeyResponse = ::doorward::v1::RollOverSamlKeyResponse;
  using UpdateSamlKeyRequest = ::doorward::v1::UpdateSamlKeyRequest;
  using UpdateSamlKeyResponse = ::doorward::v1::UpdateSamlKeyResponse;
  using DeleteSamlKeyRequest = ::doorward::v1::DeleteSamlKeyRequest;

  // `keys` must outlive this.
  explicit SamlKeyService(SamlKeys& keys) : keys_(keys) {}

  task<Result<ListSamlKeysResponse>> list_saml_keys(const rpc::CallContext& call,
                                                    const ListSamlKeysRequest& request) override;
  task<Result<RollOverSamlKeyResponse>> roll_over_saml_key(const rpc::CallContext& call,
                                                           const RollOverSamlKeyRequest& request) override;
  task<Result<UpdateSamlKeyResponse>> update_saml_key(const rpc::CallContext& call,
                                                      const UpdateSamlKeyRequest& request) override;
  task<Result<google::protobuf::Empty>> delete_saml_key(const rpc::CallContext& call,
                                                        const DeleteSamlKeyRequest& request) override;

 private:
  SamlKeys& keys_;
};

}  // namespace doorward::api
