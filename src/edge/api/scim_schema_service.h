// doorward.v1.ScimSchemaService: convert, call, convert.
#pragma once

#include "app/directories/scim_schemas.h"
#include "doorward/v1/scim_schemas.doorward.h"

namespace doorward::api {

class ScimSchemaService : public ::doorward::v1::ScimSchemaServiceInterface {
 public:
  using RegisterScimSchemaRequest = ::doorward::v1::RegisterScimSchemaRequest;
  using RegisterScimSchemaResponse = ::doorward::v1::RegisterScimSchemaResponse;
  using ListScimSchemasRequest = ::doorward::v1::ListScimSchemasRequest;
  using ListScimSchemasResponse = ::doorward::v1::ListScimSchemasResponse;
  using GetScimSchemaRequest = ::doorward::v1::GetScimSchemaRequest;
  using GetScimSchemaResponse = ::doorward::v1::GetScimSchemaResponse;
  using DeleteScimSchemaRequest = ::doorward::v1::DeleteScimSchemaRequest;
  using CreateScimResourceTypeRequest = ::doorward::v1::CreateScimResourceTypeRequest;
  using CreateScimResourceTypeResponse = ::doorward::v1::CreateScimResourceTypeResponse;
  using ListScimResourceTypesRequest = ::doorward::v1::ListScimResourceTypesRequest;
  using ListScimResourceTypesResponse = ::doorward::v1::ListScimResourceTypesResponse;
  using GetScimResourceTypeRequest = ::doorward::v1::GetScimResourceTypeRequest;
  using GetScimResourceTypeResponse = ::doorward::v1::GetScimResourceTypeResponse;
  using DeleteScimResourceTypeRequest = ::doorward::v1::DeleteScimResourceTypeRequest;
  using AttachScimExtensionRequest = ::doorward::v1::AttachScimExtensionRequest;
  using AttachScimExtensionResponse = ::doorward::v1::AttachScimExtensionResponse;
  using DetachScimExtensionRequest = ::doorward::v1::DetachScimExtensionRequest;

  // Must outlive this.
  explicit ScimSchemaService(ScimSchemas& schemas) : schemas_(schemas) {}

  task<Result<RegisterScimSchemaResponse>> register_scim_schema(const rpc::CallContext& call,
                                                                const RegisterScimSchemaRequest& request) override;
  task<Result<ListScimSchemasResponse>> list_scim_schemas(const rpc::CallContext& call,
                                                          const ListScimSchemasRequest& request) override;
  task<Result<GetScimSchemaResponse>> get_scim_schema(const rpc::CallContext& call,
                                                      const GetScimSchemaRequest& request) override;
  task<Result<google::protobuf::Empty>> delete_scim_schema(const rpc::CallContext& call,
                                                           const DeleteScimSchemaRequest& request) override;
  task<Result<CreateScimResourceTypeResponse>> create_scim_resource_type(
      const rpc::CallContext& call, const CreateScimResourceTypeRequest& request) override;
  task<Result<ListScimResourceTypesResponse>> list_scim_resource_types(
      const rpc::CallContext& call, const ListScimResourceTypesRequest& request) override;
  task<Result<GetScimResourceTypeResponse>> get_scim_resource_type(const rpc::CallContext& call,
                                                                   const GetScimResourceTypeRequest& request) override;
  task<Result<google::protobuf::Empty>> delete_scim_resource_type(
      const rpc::CallContext& call, const DeleteScimResourceTypeRequest& request) override;
  task<Result<AttachScimExtensionResponse>> attach_scim_extension(const rpc::CallContext& call,
                                                                  const AttachScimExtensionRequest& request) override;
  task<Result<google::protobuf::Empty>> detach_scim_extension(const rpc::CallContext& call,
                                                              const DetachScimExtensionRequest& request) override;

 private:
  ScimSchemas& schemas_;
};

}  // namespace doorward::api
