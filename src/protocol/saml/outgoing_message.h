// How a message leaves: as a redirect or as a form that the browser posts (SAML bindings 3.4 and 3.5).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "domain/saml_settings.h"
#include "protocol/saml/redirect_binding.h"
#include "protocol/saml/signature_write.h"
#include "protocol/saml/xml_element.h"

namespace doorward::saml {

struct RedirectTo {
  std::string url;
};

// Hidden fields of a form; whoever shows them escapes them.
struct PostTo {
  std::string action;
  std::string parameter;  // SAMLRequest or SAMLResponse
  std::string message;    // base64
  std::string relay_state;
};

// Of a redirect: what servers and proxies take without being told to (RFC 9110 section 4.1 asks for 8,000).
inline constexpr std::size_t kMostSentUrlBytes = 8000;

using OutgoingMessage = std::variant<RedirectTo, PostTo>;

// By redirect for kHttpRedirect and kUnspecified, else by form. `signer` null: unsigned; otherwise the query is signed,
// or the message itself. One whose URL would be longer than kMostSentUrlBytes goes by form all the same.
OutgoingMessage send_message(XmlElement message, MessageKind kind, std::string_view endpoint, SamlBinding binding,
                             std::string_view relay_state, const MessageSigner* signer);

}  // namespace doorward::saml
