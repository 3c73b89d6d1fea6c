#include "app/simulator/saml_metadata.h"

#include <utility>

#include "base/encoding.h"
#include "protocol/saml/names.h"
#include "protocol/saml/xml_element.h"

namespace doorward {
namespace {

using saml::XmlElement;

XmlElement text_element(std::string_view name, std::string_view text) {
  XmlElement element(name);
  element.text(text);
  return element;
}

XmlElement key_descriptor(std::string_view certificate_der) {
  XmlElement data("ds:X509Data");
  data.add(text_element("ds:X509Certificate", base64_encode(certificate_der)));
  XmlElement info("ds:KeyInfo");
  info.add(std::move(data));
  XmlElement descriptor("md:KeyDescriptor");
  descriptor.set("use", "signing").add(std::move(info));
  return descriptor;
}

XmlElement endpoint(std::string_view name, std::string_view binding, const std::string& location) {
  XmlElement element(name);
  element.set("Binding", binding).set("Location", location);
  return element;
}

}  // namespace

std::string saml_simulator_metadata(const std::string& entity_id, std::string_view certificate_der) {
  XmlElement role("md:IDPSSODescriptor");
  role.set("protocolSupportEnumeration", saml::kProtocolNs)
      .set("WantAuthnRequestsSigned", "false")
      .add(key_descriptor(certificate_der))
      .add(endpoint("md:SingleLogoutService", saml::kHttpRedirectBinding, entity_id + "/slo"));
  for (const std::string_view format : {saml::kNameIdPersistent, saml::kNameIdEmail, saml::kNameIdTransient}) {
    role.add(text_element("md:NameIDFormat", format));
  }
  role.add(endpoint("md:SingleSignOnService", saml::kHttpRedirectBinding, entity_id + "/sso"))
      .add(endpoint("md:SingleSignOnService", saml::kHttpPostBinding, entity_id + "/sso"));
  XmlElement entity("md:EntityDescriptor");
  entity.set("entityID", entity_id).add(std::move(role));
  return R"(<?xml version="1.0" encoding="UTF-8"?>)"
         "\n" +
         entity.to_xml();
}

}  // namespace doorward
