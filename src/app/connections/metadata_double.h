// SAML identity providers for tests: their keys, their metadata, and where they publish it. For tests only.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/secret.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "crypto/ec_key.h"
#include "ports/http_client.h"
#include "protocol/saml/names.h"
#include "protocol/saml/signature_write.h"
#include "protocol/saml/xml_element.h"

namespace doorward::test {

struct ProviderKey {
  Secret<std::string> private_key;
  std::string certificate;  // DER
};

// `name` makes the serial number too: certificates of two names differ.
inline ProviderKey provider_key(const std::string& name, Timestamp not_before, Timestamp not_after) {
  ProviderKey key{.private_key = crypto::EcPrivateKey::generate(crypto::Curve::kP256).to_pkcs8(), .certificate = {}};
  std::string serial = name;
  serial.resize(crypto::kCertificateSerialBytes, '0');
  key.certificate = crypto::self_signed_certificate(
      key.private_key, {.common_name = name, .serial = serial, .not_before = not_before, .not_after = not_after});
  return key;
}

struct PublishedProvider {
  std::string entity_id = "https://idp.test/entity";
  std::vector<std::string> certificates;  // DER
  std::string redirect_url = "https://idp.test/sso";
  std::string post_url;     // empty: it has no such binding
  std::string valid_until;  // empty: not said
  bool wants_requests_signed = false;
};

inline saml::XmlElement to_element(const PublishedProvider& provider) {
  saml::XmlElement role("md:IDPSSODescriptor");
  role.set("protocolSupportEnumeration", saml::kProtocolNs);
  if (provider.wants_requests_signed) role.set("WantAuthnRequestsSigned", "true");
  for (const std::string& der : provider.certificates) {
    saml::XmlElement certificate("ds:X509Certificate");
    certificate.text(base64_encode(der));
    saml::XmlElement data("ds:X509Data");
    data.add(std::move(certificate));
    saml::XmlElement info("ds:KeyInfo");
    info.add(std::move(data));
    saml::XmlElement descriptor("md:KeyDescriptor");
    descriptor.set("use", "signing").add(std::move(info));
    role.add(std::move(descriptor));
  }
  const auto add_service = [&role](std::string_view binding, const std::string& location) {
    if (location.empty()) return;
    saml::XmlElement service("md:SingleSignOnService");
    service.set("Binding", binding).set("Location", location);
    role.add(std::move(service));
  };
  add_service(saml::kHttpRedirectBinding, provider.redirect_url);
  add_service(saml::kHttpPostBinding, provider.post_url);
  saml::XmlElement entity("md:EntityDescriptor");
  entity.set("ID", "_metadata").set("entityID", provider.entity_id).set_if("validUntil", provider.valid_until);
  entity.add(std::move(role));
  return entity;
}

inline std::string metadata_of(const PublishedProvider& provider) { return to_element(provider).to_xml(); }

inline std::string signed_metadata_of(const PublishedProvider& provider, const ProviderKey& signer) {
  saml::XmlElement entity = to_element(provider);
  saml::sign_enveloped(entity, *saml::MessageSigner::from_pkcs8(signer.private_key, signer.certificate));
  return entity.to_xml();
}

// Answers by URL; where nothing was published nothing can be reached. Addresses with "forbidden" may not be asked.
class Publisher final : public HttpClient {
 public:
  void publish(const std::string& url, Result<HttpResponse> answer) {
    answers_.insert_or_assign(url, std::move(answer));
  }
  void publish(const std::string& url, const PublishedProvider& provider) {
    publish(url, HttpResponse{.status = 200, .body = metadata_of(provider)});
  }
  int asked() const { return asked_; }

  task<Result<HttpResponse>> send(HttpRequest request) override {
    ++asked_;
    const auto found = answers_.find(request.url);
    if (found == answers_.end()) co_return failure(Reason::kTargetUnreachable, "There is no connection.");
    if (!found->second) co_return failure(found->second.error());
    HttpResponse answer = *found->second;
    answer.body.resize(std::min(answer.body.size(), request.max_response_bytes));
    co_return answer;
  }
  Result<void> check_url(std::string_view url) const override {
    if (!url.contains("forbidden")) return {};
    return failure(Reason::kEgressForbidden, "This address is forbidden.");
  }

 private:
  std::map<std::string, Result<HttpResponse>> answers_;
  int asked_ = 0;
};

}  // namespace doorward::test
