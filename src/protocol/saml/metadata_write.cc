#include "protocol/saml/metadata_write.h"

#include <cstddef>
#include <string_view>
#include <utility>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "protocol/saml/names.h"
#include "protocol/saml/text_element.h"

namespace doorward::saml {
namespace {

constexpr std::size_t kIdCharacters = 32;

XmlElement encryption_method(std::string_view algorithm) {
  XmlElement method("md:EncryptionMethod");
  method.set("Algorithm", algorithm);
  return method;
}

XmlElement key_descriptor(std::string_view use, std::string_view certificate_der) {
  XmlElement descriptor("md:KeyDescriptor");
  descriptor.set("use", use).add(key_info_element(certificate_der));
  return descriptor;
}

// What is read here, in the order in which a provider should choose: some take the first that they know.
XmlElement encryption_descriptor(std::string_view certificate_der, bool aes_cbc_allowed) {
  XmlElement descriptor = key_descriptor("encryption", certificate_der);
  descriptor.add(encryption_method(kAes256Gcm)).add(encryption_method(kAes128Gcm));
  if (aes_cbc_allowed) descriptor.add(encryption_method(kAes256Cbc)).add(encryption_method(kAes128Cbc));
  descriptor.add(encryption_method(kRsaOaep)).add(encryption_method(kRsaOaepMgf1p));
  return descriptor;
}

XmlElement endpoint(std::string_view name, std::string_view binding, std::string_view location) {
  XmlElement element(name);
  element.set("Binding", binding).set("Location", location);
  return element;
}

// In the order of the schema (SAML metadata 2.4.2, 2.4.4).
XmlElement descriptor_of(const ServiceProviderMetadata& metadata) {
  XmlElement descriptor("md:SPSSODescriptor");
  descriptor.set("AuthnRequestsSigned", metadata.requests_signed ? "true" : "false")
      .set("WantAssertionsSigned", metadata.want_assertions_signed ? "true" : "false")
      .set("protocolSupportEnumeration", kProtocolNs);
  for (const std::string& der : metadata.certificates) descriptor.add(key_descriptor("signing", der));
  for (const std::string& der : metadata.certificates) {
    descriptor.add(encryption_descriptor(der, metadata.aes_cbc_allowed));
  }
  if (!metadata.slo_url.empty()) {
    for (const std::string_view binding : {kHttpRedirectBinding, kHttpPostBinding}) {
      descriptor.add(endpoint("md:SingleLogoutService", binding, metadata.slo_url));
    }
  }
  if (metadata.name_id_format != NameIdFormat::kNil) {
    descriptor.add(text_element("md:NameIDFormat", name_id_format_uri(metadata.name_id_format)));
  }
  std::size_t index = 0;
  for (const std::string& url : metadata.acs_urls) {
    XmlElement service = endpoint("md:AssertionConsumerService", kHttpPostBinding, url);
    service.set("index", std::to_string(index)).set("isDefault", index == 0 ? "true" : "false");
    descriptor.add(std::move(service));
    ++index;
  }
  return descriptor;
}

}  // namespace

std::string write_metadata(const ServiceProviderMetadata& metadata, const MessageSigner* signer) {
  XmlElement entity("md:EntityDescriptor");
  entity.set("entityID", metadata.entity_id).add(descriptor_of(metadata));
  if (signer != nullptr) {
    // The same document has the same ID.
    entity.set("ID", "_" + hex_encode(crypto::sha256(entity.to_xml())).substr(0, kIdCharacters));
    sign_enveloped(entity, *signer);
  }
  return R"(<?xml version="1.0" encoding="UTF-8"?>)"
         "\n" +
         entity.to_xml();
}

}  // namespace doorward::saml
