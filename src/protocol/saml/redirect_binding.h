// The HTTP-Redirect binding (SAML bindings 3.4): a deflated message in a query, signed over the query's own octets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/saml/signature_check.h"
#include "protocol/saml/signature_write.h"

namespace doorward::saml {

inline constexpr std::size_t kMostRedirectQueryBytes = std::size_t{16} * 1024;
inline constexpr std::size_t kMostInflatedBytes = std::size_t{256} * 1024;
inline constexpr std::size_t kMostRelayStateBytes = 80;  // of what we send (SAML bindings 3.4.3)
// What a provider sends may be somebody else's and longer; beyond this it is refused.
inline constexpr std::size_t kMostReceivedRelayStateBytes = 1024;

enum class MessageKind : std::uint8_t { kRequest, kResponse };
// "SAMLRequest" or "SAMLResponse".
std::string_view parameter_name(MessageKind kind);

// `endpoint` with the message in its query, after what it has of its own. `relay_state` empty: none. `signer` null:
// unsigned.
std::string redirect_url(std::string_view endpoint, MessageKind kind, std::string_view xml,
                         std::string_view relay_state, const MessageSigner* signer);

struct RedirectMessage {
  MessageKind kind = MessageKind::kRequest;
  std::string xml;
  std::string relay_state;
  bool is_signed = false;  // it carries Signature and SigAlg; not yet whether they are right
};

// `query`: as received, without '?'. kTooLarge (also while it inflates), kDuplicateParam (any of the binding's
// parameters twice, or request and response), kMalformedRequest (a broken escape, no message, an encoding other than
// DEFLATE), kBadBase64, kNotWellformed (it does not inflate, or bytes follow).
Result<RedirectMessage> read_redirect(std::string_view query);

// The id of the pinned certificate under which the signature over the octets as received holds (S-98). kUnsigned: there
// is none; kAlgForbidden: SigAlg is outside the closed list (or SHA-1 where that is off); kDuplicateParam;
// kCertificateExpired: of all that are pinned; kRedirectSignature: anything else.
Result<std::string> check_redirect_signature(std::string_view query, const SignatureTrust& trust);

}  // namespace doorward::saml
