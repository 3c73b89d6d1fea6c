#include "edge/api/scim_schema_service.h"

#include <google/protobuf/empty.pb.h>

#include "doorward/v1/scim_schemas.pb.h"
#include "edge/api/conversion.h"
#include "protocol/scim/discovery.h"
#include "rpc/call_context.h"

namespace doorward::api {
namespace {

template <class Request>
ScimSchemas::Place place_of(const Request& request) {
  return {.organization = OrganizationId(request.organization_id()), .directory = DirectoryId(request.directory_id())};
}

scim::ExtensionUse from_proto(const ::doorward::v1::ScimExtension& extension) {
  return {.schema = extension.schema(), .required = extension.required()};
}

scim::TypeDefinition from_proto(const ::doorward::v1::ScimResourceType& type) {
  scim::TypeDefinition definition{.name = type.name(),
                                  .endpoint = type.endpoint(),
                                  .description = type.description(),
                                  .schema = type.schema(),
                                  .extensions = {}};
  for (const auto& extension : type.schema_extensions()) definition.extensions.push_back(from_proto(extension));
  return definition;
}

void to_proto(const scim::ResourceType& type, ::doorward::v1::ScimResourceType& out) {
  out.set_name(type.name);
  out.set_endpoint(type.endpoint);
  out.set_description(type.description);
  out.set_schema(type.schema.id);
  for (const scim::SchemaExtension& extension : type.extensions) {
    auto& use = *out.add_schema_extensions();
    use.set_schema(extension.schema.id);
    use.set_required(extension.required);
  }
}

}  // namespace

task<Result<ScimSchemaService::RegisterScimSchemaResponse>> ScimSchemaService::register_scim_schema(
    const rpc::CallContext& call, const RegisterScimSchemaRequest& request) {
  DOORWARD_CO_TRY(const auto schema,
                  co_await schemas_.register_schema(call.caller, place_of(request), from_proto(request.schema())));
  RegisterScimSchemaResponse response;
  to_proto(scim::schema_definition(schema), *response.mutable_schema());
  co_return response;
}

task<Result<ScimSchemaService::ListScimSchemasResponse>> ScimSchemaService::list_scim_schemas(
    const rpc::CallContext& call, const ListScimSchemasRequest& request) {
  DOORWARD_CO_TRY(const auto schemas, co_await schemas_.list_schemas(call.caller, place_of(request)));
  ListScimSchemasResponse response;
  for (const scim::Schema& schema : schemas) to_proto(scim::schema_definition(schema), *response.add_schemas());
  co_return response;
}

task<Result<ScimSchemaService::GetScimSchemaResponse>> ScimSchemaService::get_scim_schema(
    const rpc::CallContext& call, const GetScimSchemaRequest& request) {
  DOORWARD_CO_TRY(const auto schema, co_await schemas_.get_schema(call.caller, place_of(request), request.id()));
  GetScimSchemaResponse response;
  to_proto(scim::schema_definition(schema), *response.mutable_schema());
  co_return response;
}

task<Result<google::protobuf::Empty>> ScimSchemaService::delete_scim_schema(const rpc::CallContext& call,
                                                                            const DeleteScimSchemaRequest& request) {
  DOORWARD_CO_CHECK(co_await schemas_.remove_schema(call.caller, place_of(request), request.id()));
  co_return google::protobuf::Empty();
}

task<Result<ScimSchemaService::CreateScimResourceTypeResponse>> ScimSchemaService::create_scim_resource_type(
    const rpc::CallContext& call, const CreateScimResourceTypeRequest& request) {
  DOORWARD_CO_TRY(const auto type,
                  co_await schemas_.create_type(call.caller, place_of(request), from_proto(request.resource_type())));
  CreateScimResourceTypeResponse response;
  to_proto(type, *response.mutable_resource_type());
  co_return response;
}

task<Result<ScimSchemaService::ListScimResourceTypesResponse>> ScimSchemaService::list_scim_resource_types(
    const rpc::CallContext& call, const ListScimResourceTypesRequest& request) {
  DOORWARD_CO_TRY(const auto types, co_await schemas_.list_types(call.caller, place_of(request)));
  ListScimResourceTypesResponse response;
  for (const scim::ResourceType& type : types) to_proto(type, *response.add_resource_types());
  co_return response;
}

task<Result<ScimSchemaService::GetScimResourceTypeResponse>> ScimSchemaService::get_scim_resource_type(
    const rpc::CallContext& call, const GetScimResourceTypeRequest& request) {
  DOORWARD_CO_TRY(const auto type, co_await schemas_.get_type(call.caller, place_of(request), request.name()));
  GetScimResourceTypeResponse response;
  to_proto(type, *response.mutable_resource_type());
  co_return response;
}

task<Result<google::protobuf::Empty>> ScimSchemaService::delete_scim_resource_type(
    const rpc::CallContext& call, const DeleteScimResourceTypeRequest& request) {
  DOORWARD_CO_CHECK(co_await schemas_.remove_type(call.caller, place_of(request), request.name()));
  co_return google::protobuf::Empty();
}

task<Result<ScimSchemaService::AttachScimExtensionResponse>> ScimSchemaService::attach_scim_extension(
    const rpc::CallContext& call, const AttachScimExtensionRequest& request) {
  DOORWARD_CO_TRY(const auto type, co_await schemas_.attach_extension(call.caller, place_of(request), request.name(),
                                                                      from_proto(request.extension())));
  AttachScimExtensionResponse response;
  to_proto(type, *response.mutable_resource_type());
  co_return response;
}

task<Result<google::protobuf::Empty>> ScimSchemaService::detach_scim_extension(
    const rpc::CallContext& call, const DetachScimExtensionRequest& request) {
  DOORWARD_CO_CHECK(
      co_await schemas_.detach_extension(call.caller, place_of(request), request.name(), request.schema()));
  co_return google::protobuf::Empty();
}

}  // namespace doorward::api
