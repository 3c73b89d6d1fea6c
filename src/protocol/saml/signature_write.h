// Signatures that Doorward makes: of a message, enveloped, or of a query, detached. RSA with SHA-256, the one that
// every provider takes.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/rsa_key.h"
#include "protocol/saml/xml_element.h"

namespace doorward::saml {

// A private key with the certificate that providers know it by. Copies share the key; safe from any thread. A signature
// costs about 0.7 ms of CPU and belongs on the offload pool.
class MessageSigner {
 public:
  // `private_key`: PKCS #8, DER. `certificate_der` is not read, only sent along; empty: nothing is. kSecretUnreadable
  // when it is no RSA key of an accepted size.
  static Result<MessageSigner> from_pkcs8(const Secret<std::string>& private_key, std::string certificate_der);

  // RSASSA-PKCS1-v1_5 with SHA-256: the raw octets, not base64.
  std::string sign(std::string_view octets) const;
  const std::string& certificate_der() const { return certificate_der_; }

 private:
  MessageSigner(crypto::RsaPrivateKey key, std::string certificate_der)
      : key_(std::move(key)), certificate_der_(std::move(certificate_der)) {}

  crypto::RsaPrivateKey key_;
  std::string certificate_der_;
};

// Puts the enveloped signature of `element` where its schema has it: after its saml:Issuer, or first where there is
// none. It must have an attribute ID. Sign an inner element before the outer one; nothing may change in it afterwards.
void sign_enveloped(XmlElement& element, const MessageSigner& signer);

}  // namespace doorward::saml
