#include "edge/api/saml_connection_service.h"

#include "edge/api/saml_conversion.h"
#include "rpc/call_context.h"

namespace doorward::api {
namespace {

template <class Request>
OrganizationId organization_of(const Request& request) {
  return OrganizationId(request.organization_id());
}
template <class Request>
ConnectionId connection_of(const Request& request) {
  return ConnectionId(request.connection_id());
}

template <class Response>
Response response_of(const ConnectionView& view) {
  Response response;
  to_proto(view.connection, *response.mutable_settings());
  return response;
}

}  // namespace

task<Result<SamlConnectionService::AddSamlCertificateResponse>> SamlConnectionService::add_saml_certificate(
    const rpc::CallContext& call, const AddSamlCertificateRequest& request) {
  DOORWARD_CO_TRY(const auto view, co_await providers_.add_certificate(call.caller, organization_of(request),
                                                                       connection_of(request), request.certificate()));
  co_return response_of<AddSamlCertificateResponse>(view);
}

task<Result<SamlConnectionService::RemoveSamlCertificateResponse>> SamlConnectionService::remove_saml_certificate(
    const rpc::CallContext& call, const RemoveSamlCertificateRequest& request) {
  DOORWARD_CO_TRY(const auto view,
                  co_await providers_.remove_certificate(call.caller, organization_of(request), connection_of(request),
                                                         request.certificate_id()));
  co_return response_of<RemoveSamlCertificateResponse>(view);
}

task<Result<SamlConnectionService::RefreshSamlMetadataResponse>> SamlConnectionService::refresh_saml_metadata(
    const rpc::CallContext& call, const RefreshSamlMetadataRequest& request) {
  DOORWARD_CO_TRY(const auto view,
                  co_await providers_.refresh(call.caller, organization_of(request), connection_of(request)));
  co_return response_of<RefreshSamlMetadataResponse>(view);
}

task<Result<SamlConnectionService::ConfirmSamlMetadataResponse>> SamlConnectionService::confirm_saml_metadata(
    const rpc::CallContext& call, const ConfirmSamlMetadataRequest& request) {
  DOORWARD_CO_TRY(const auto view, co_await providers_.confirm(call.caller, organization_of(request),
                                                               connection_of(request), request.id()));
  co_return response_of<ConfirmSamlMetadataResponse>(view);
}

task<Result<SamlConnectionService::DeclineSamlMetadataResponse>> SamlConnectionService::decline_saml_metadata(
    const rpc::CallContext& call, const DeclineSamlMetadataRequest& request) {
  DOORWARD_CO_TRY(const auto view, co_await providers_.decline(call.caller, organization_of(request),
                                                               connection_of(request), request.id()));
  co_return response_of<DeclineSamlMetadataResponse>(view);
}

}  // namespace doorward::api
