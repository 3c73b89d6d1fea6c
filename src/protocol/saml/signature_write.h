// Signatures that Doorward makes: of a message, enveloped, or of a query, detached. RSA with SHA-256, the one that
// every provider takes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/ec_key.h"
#include "crypto/rsa_key.h"
#include "protocol/saml/xml_element.h"

namespace doorward::saml {

// A private key with the certificate that providers know it by. Copies share the key; safe from any thread. A signature
// costs about 0.7 ms of CPU and belongs on the offload pool.
class MessageSigner {
 public:
  // `private_key`: PKCS #8, DER. `certificate_der` is not read, only sent along; empty: nothing is. kSecretUnreadable
  // when it is neither an RSA key of an accepted size nor one on P-256.
  static Result<MessageSigner> from_pkcs8(const Secret<std::string>& private_key, std::string certificate_der);

  // The URI of the algorithm.
  std::string_view algorithm() const;
  // The raw octets, not base64; of ECDSA r and s side by side (RFC 9231 section 2.3.6).
  std::string sign(std::string_view octets) const;
  const std::string& certificate_der() const { return certificate_der_; }

 private:
  using Key = std::variant<crypto::RsaPrivateKey, crypto::EcPrivateKey>;
  MessageSigner(Key key, std::string certificate_der)
      : key_(std::move(key)), certificate_der_(std::move(certificate_der)) {}

  Key key_;
  std::string certificate_der_;
};

// Puts the enveloped signature of `element` where its schema has it: after its saml:Issuer, or first where there is
// none. It must have an attribute ID. Sign an inner element before the outer one; nothing may change in it afterwards.
void sign_enveloped(XmlElement& element, const MessageSigner& signer);

}  // namespace doorward::saml
