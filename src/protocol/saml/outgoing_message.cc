#include "protocol/saml/outgoing_message.h"

#include <utility>

#include "base/encoding.h"

namespace doorward::saml {

OutgoingMessage send_message(XmlElement message, MessageKind kind, std::string_view endpoint, SamlBinding binding,
                             std::string_view relay_state, const MessageSigner* signer) {
  if (binding != SamlBinding::kHttpPost) {
    // The message itself stays unsigned: the query is (SAML bindings 3.4.4.1).
    std::string url = redirect_url(endpoint, kind, message.to_xml(), relay_state, signer);
    if (url.size() <= kMostSentUrlBytes) return RedirectTo{std::move(url)};
  }
  if (signer != nullptr) sign_enveloped(message, *signer);
  return PostTo{.action = std::string(endpoint),
                .parameter = std::string(parameter_name(kind)),
                .message = base64_encode(message.to_xml()),
                .relay_state = std::string(relay_state)};
}

}  // namespace doorward::saml
