// Private to the .cc files of this folder: elements that are written often.
#pragma once

#include <string_view>

#include "protocol/saml/xml_element.h"

namespace doorward::saml {

// <name>text</name>
inline XmlElement text_element(std::string_view name, std::string_view text) {
  XmlElement element(name);
  element.text(text);
  return element;
}

}  // namespace doorward::saml
