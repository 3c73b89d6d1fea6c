// A private key with the only algorithm it signs. Immutable and cheap to copy; safe from any thread. The cost of a
// signature is that of crypto/rsa_key.h or crypto/ec_key.h: with RSA it belongs on the offload pool.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/secret.h"
#include "crypto/ec_key.h"
#include "crypto/rsa_key.h"
#include "protocol/jose/algorithm.h"
#include "protocol/jose/verification_key.h"

namespace doorward::jose {

class PrivateKey {
 public:
  // A new key: RSA of 2048 bits (takes up to some hundred milliseconds) or one on the algorithm's curve.
  static PrivateKey generate(Algorithm algorithm);

  // DER of PKCS #8 PrivateKeyInfo, unencrypted. nullopt when it is not exactly one key for this algorithm.
  static std::optional<PrivateKey> from_pkcs8(Algorithm algorithm, const Secret<std::string>& der);
  Secret<std::string> to_pkcs8() const;

  Algorithm algorithm() const { return algorithm_; }
  VerificationKey verification_key(std::string key_id) const;

  // The bare signature (RFC 7518 section 3).
  std::string sign(std::string_view signing_input) const;
  // A whole compact token whose header names algorithm, `key_id` and, unless it is empty, `type`.
  std::string sign_compact(std::string key_id, std::string type, std::string_view payload) const;

 private:
  using Key = std::variant<crypto::RsaPrivateKey, crypto::EcPrivateKey>;
  PrivateKey(Algorithm algorithm, Key key) : algorithm_(algorithm), key_(std::move(key)) {}
  Algorithm algorithm_;
  Key key_;
};

}  // namespace doorward::jose
