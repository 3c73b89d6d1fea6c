// A public key and what it may verify.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "crypto/ec_key.h"
#include "crypto/rsa_key.h"
#include "protocol/jose/algorithm.h"

namespace doorward::jose {

using PublicKey = std::variant<crypto::RsaPublicKey, crypto::EcPublicKey>;

struct VerificationKey {
  std::string key_id;  // empty: a key of a foreign set that names none
  // The only algorithm it may verify. Absent in foreign sets that leave "alg" out: then any of the key's type that the
  // caller accepts (RSA keys only; the curve of an EC key decides).
  std::optional<Algorithm> algorithm;
  PublicKey key;
};

// Whether the key is of the algorithm's type and curve, and not kept for another algorithm.
bool may_verify(const VerificationKey& key, Algorithm algorithm);

// False also where may_verify() is.
bool signature_is_genuine(const VerificationKey& key, Algorithm algorithm, std::string_view signing_input,
                          std::string_view signature);

}  // namespace doorward::jose
