// For the unit tests of messages: signers with their certificates, and what a refusal was for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "crypto/ec_key.h"
#include "crypto/rsa_key.h"
#include "protocol/saml/certificate_text.h"
#include "protocol/saml/signature_write.h"

namespace doorward::saml::test {

inline Timestamp at(std::string_view text) { return *parse_rfc3339(text); }
inline const Timestamp kNow = at("2026-11-30T12:00:00Z");

struct Party {
  MessageSigner signer;
  PinnedCertificate pinned;
};

inline Party make_party(const Secret<std::string>& key, std::string_view name,
                        Timestamp not_after = at("2036-11-30T00:00:00Z")) {
  const std::string der =
      crypto::self_signed_certificate(key, {.common_name = std::string(name),
                                            .serial = std::string(crypto::kCertificateSerialBytes, '\x11'),
                                            .not_before = at("2020-01-01T00:00:00Z"),
                                            .not_after = not_after});
  return {.signer = *MessageSigner::from_pkcs8(key, der), .pinned = *read_certificate_der(der, kNow)};
}

inline Party make_party(std::string_view name) {
  return make_party(crypto::EcPrivateKey::generate(crypto::Curve::kP256).to_pkcs8(), name);
}

// One of each kind, made when it is first asked for.
inline const Party& provider() {
  static const Party party = make_party("idp.test");
  return party;
}
inline const Party& stranger() {
  static const Party party = make_party("stranger.test");
  return party;
}
inline const Party& rsa_provider() {
  static const Party party = make_party(crypto::RsaPrivateKey::generate().to_pkcs8(), "rsa.idp.test");
  return party;
}

template <class T>
std::string reason_of(const Result<T>& result) {
  return result ? "none" : std::string(reason_name(result.error().reason));
}
template <class T>
std::string sentence_of(const Result<T>& result) {
  return result ? "none" : result.error().message;
}

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t place = text.find(from);
  if (place == std::string::npos) throw std::logic_error("not in the text: " + std::string(from));
  return text.replace(place, from.size(), to);
}

}  // namespace doorward::saml::test
