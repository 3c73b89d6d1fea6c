// Private to the .cc files of this folder: elements that are written often.
#pragma once

#include <string_view>
#include <utility>

#include "base/encoding.h"
#include "protocol/saml/xml_element.h"

namespace doorward::saml {

// <name>text</name>
inline XmlElement text_element(std::string_view name, std::string_view text) {
  XmlElement element(name);
  element.text(text);
  return element;
}

// The certificate alone (XML Signature 4.5.4).
inline XmlElement key_info_element(std::string_view certificate_der) {
  XmlElement data("ds:X509Data");
  data.add(text_element("ds:X509Certificate", base64_encode(certificate_der)));
  XmlElement info("ds:KeyInfo");
  info.add(std::move(data));
  return info;
}

}  // namespace doorward::saml
