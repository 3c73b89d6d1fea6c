#include "app/simulator/simulator_key.h"

namespace doorward {
namespace {

// PKCS #8 (RFC 5208) of a P-256 key (RFC 5915) up to its 32 bytes, without the public key, which follows from them.
constexpr std::string_view kHead{
    "\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x27"
    "\x30\x25\x02\x01\x01\x04\x20",
    35};

}  // namespace

Secret<std::string> make_simulator_key(const Mac& mac, std::string_view purpose) {
  // One in four billion numbers of 32 bytes is beyond the order of the curve and no key.
  for (int attempt = 0;; ++attempt) {
    Secret<std::string> der(std::string(kHead) + mac.mac(purpose, std::to_string(attempt)));
    if (crypto::EcPrivateKey::from_pkcs8(crypto::Curve::kP256, der)) return der;
  }
}

}  // namespace doorward
