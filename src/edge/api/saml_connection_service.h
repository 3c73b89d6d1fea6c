// doorward.v1.SamlConnectionService: convert, call, convert.
#pragma once

#include "app/connections/saml_providers.h"
#include "doorward/v1/saml_connections.doorward.h"

namespace doorward::api {

class SamlConnectionService : public ::doorward::v1::SamlConnectionServiceInterface {
 public:
  using AddSamlCertificateRequest = ::doorward::v1::AddSamlCertificateRequest;
  using AddSamlCertificateResponse = ::doorward::v1::AddSamlCertificateResponse;
  using RemoveSamlCertificateRequest = ::doorward::v1::RemoveSamlCertificateRequest;
  using RemoveSamlCertificateResponse = ::doorward::v1::RemoveSamlCertificateResponse;
  using RefreshSamlMetadataRequest = ::doorward::v1::RefreshSamlMetadataRequest;
  using RefreshSamlMetadataResponse = ::doorward::v1::RefreshSamlMetadataResponse;
  using ConfirmSamlMetadataRequest = ::doorward::v1::ConfirmSamlMetadataRequest;
  using ConfirmSamlMetadataResponse = ::doorward::v1::ConfirmSamlMetadataResponse;
  using DeclineSamlMetadataRequest = ::doorward::v1::DeclineSamlMetadataRequest;
  using DeclineSamlMetadataResponse = ::doorward::v1::DeclineSamlMetadataResponse;

  // `providers` must outlive this.
  explicit SamlConnectionService(SamlProviders& providers) : providers_(providers) {}

  task<Result<AddSamlCertificateResponse>> add_saml_certificate(const rpc::CallContext& call,
                                                                const AddSamlCertificateRequest& request) override;
  task<Result<RemoveSamlCertificateResponse>> remove_saml_certificate(
      const rpc::CallContext& call, const RemoveSamlCertificateRequest& request) override;
  task<Result<RefreshSamlMetadataResponse>> refresh_saml_metadata(const rpc::CallContext& call,
                                                                  const RefreshSamlMetadataRequest& request) override;
  task<Result<ConfirmSamlMetadataResponse>> confirm_saml_metadata(const rpc::CallContext& call,
                                                                  const ConfirmSamlMetadataRequest& request) override;
  task<Result<DeclineSamlMetadataResponse>> decline_saml_metadata(const rpc::CallContext& call,
                                                                  const DeclineSamlMetadataRequest& request) override;

 private:
  SamlProviders& providers_;
};

}  // namespace doorward::api
