#include "protocol/saml/idp_metadata_write.h"

#include <utility>

#include "protocol/saml/names.h"
#include "protocol/saml/text_element.h"
#include "protocol/saml/xml_element.h"

namespace doorward::saml {
namespace {

XmlElement endpoint(std::string_view name, std::string_view binding, const std::string& location) {
  XmlElement element(name);
  element.set("Binding", binding).set("Location", location);
  return element;
}

}  // namespace

std::string write_idp_metadata(const std::string& entity_id, std::string_view certificate_der) {
  XmlElement key("md:KeyDescriptor");
  key.set("use", "signing").add(key_info_element(certificate_der));
  XmlElement role("md:IDPSSODescriptor");
  role.set("protocolSupportEnumeration", kProtocolNs)
      .set("WantAuthnRequestsSigned", "false")
      .add(std::move(key))
      .add(endpoint("md:SingleLogoutService", kHttpRedirectBinding, entity_id + "/slo"));
  for (const std::string_view format : {kNameIdPersistent, kNameIdEmail, kNameIdTransient}) {
    role.add(text_element("md:NameIDFormat", format));
  }
  role.add(endpoint("md:SingleSignOnService", kHttpRedirectBinding, entity_id + "/sso"))
      .add(endpoint("md:SingleSignOnService", kHttpPostBinding, entity_id + "/sso"));
  XmlElement entity("md:EntityDescriptor");
  entity.set("entityID", entity_id).add(std::move(role));
  return R"(<?xml version="1.0" encoding="UTF-8"?>)"
         "\n" +
         entity.to_xml();
}

}  // namespace doorward::saml
