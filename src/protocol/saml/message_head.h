// Private to the .cc files of this folder: what every message of SAML begins with (SAML core 3.2.1, 3.2.2).
#pragma once

#include <string_view>

#include "base/time.h"
#include "protocol/saml/names.h"
#include "protocol/saml/text_element.h"

namespace doorward::saml {

// To the second: not every provider reads a fraction.
inline std::string time_text(Timestamp time) { return to_rfc3339(std::chrono::floor<std::chrono::seconds>(time)); }

// `Message`: has id, issue_instant, destination and issuer.
template <class Message>
XmlElement message_head(std::string_view name, const Message& message) {
  XmlElement element(name);
  element.set("ID", message.id)
      .set("Version", kVersion)
      .set("IssueInstant", time_text(message.issue_instant))
      .set_if("Destination", message.destination)
      .add(text_element("saml:Issuer", message.issuer));
  return element;
}

}  // namespace doorward::saml
