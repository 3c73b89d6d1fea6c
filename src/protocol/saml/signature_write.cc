#include "protocol/saml/signature_write.h"

#include <cstddef>
#include <stdexcept>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "protocol/saml/names.h"
#include "protocol/saml/text_element.h"

namespace doorward::saml {
namespace {

XmlElement algorithm_element(std::string_view name, std::string_view algorithm) {
  XmlElement element(name);
  element.set("Algorithm", algorithm);
  return element;
}

XmlElement signed_info(std::string_view id, std::string_view octets, std::string_view algorithm) {
  XmlElement transforms("ds:Transforms");
  transforms.add(algorithm_element("ds:Transform", kEnvelopedTransform));
  transforms.add(algorithm_element("ds:Transform", kExclusiveC14n));
  XmlElement reference("ds:Reference");
  reference.set("URI", "#" + std::string(id))
      .add(std::move(transforms))
      .add(algorithm_element("ds:DigestMethod", kDigestSha256))
      .add(text_element("ds:DigestValue", base64_encode(crypto::sha256(octets))));
  XmlElement info("ds:SignedInfo");
  info.add(algorithm_element("ds:CanonicalizationMethod", kExclusiveC14n))
      .add(algorithm_element("ds:SignatureMethod", algorithm))
      .add(std::move(reference));
  return info;
}

}  // namespace

Result<MessageSigner> MessageSigner::from_pkcs8(const Secret<std::string>& private_key, std::string certificate_der) {
  if (auto rsa = crypto::RsaPrivateKey::from_pkcs8(private_key)) {
    return MessageSigner(*std::move(rsa), std::move(certificate_der));
  }
  if (auto ec = crypto::EcPrivateKey::from_pkcs8(crypto::Curve::kP256, private_key)) {
    return MessageSigner(*std::move(ec), std::move(certificate_der));
  }
  return failure(make_error(Reason::kSecretUnreadable, "A key of this server cannot be read.",
                            "a SAML key is neither an RSA key of an accepted size nor one on P-256"));
}

std::string_view MessageSigner::algorithm() const {
  return std::holds_alternative<crypto::RsaPrivateKey>(key_) ? kRsaSha256 : kEcdsaSha256;
}

std::string MessageSigner::sign(std::string_view octets) const {
  if (const auto* rsa = std::get_if<crypto::RsaPrivateKey>(&key_)) return rsa->sign(crypto::Digest::kSha256, octets);
  return std::get<crypto::EcPrivateKey>(key_).sign(octets);
}

void sign_enveloped(XmlElement& element, const MessageSigner& signer) {
  const std::string_view id = element.attribute("ID");
  if (id.empty()) throw std::invalid_argument("an element without ID cannot be signed");
  // The element has no signature yet: its text is what the enveloped transform leaves of it (XML Signature 6.6.4).
  XmlElement info = signed_info(id, element.to_xml(), signer.algorithm());
  const std::string value = base64_encode(signer.sign(info.to_xml()));
  XmlElement signature("ds:Signature");
  signature.add(std::move(info)).add(text_element("ds:SignatureValue", value));
  if (!signer.certificate_der().empty()) signature.add(key_info_element(signer.certificate_der()));
  const XmlElement* first = element.child(0);
  const std::size_t place = first != nullptr && first->name() == "saml:Issuer" ? 1 : 0;
  element.insert(place, std::move(signature));
}

}  // namespace doorward::saml
