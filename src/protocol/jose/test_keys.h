// Keys for the unit tests of this folder: "snk_1" belongs to private_key(), "snk_2" to nobody here.
#pragma once

#include "crypto/rsa_key.h"
#include "protocol/jose/jws.h"

namespace doorward::jose::test {

inline const crypto::RsaPrivateKey& private_key() {
  static const crypto::RsaPrivateKey key = crypto::RsaPrivateKey::generate();
  return key;
}

inline FindKey find_key() {
  return [](std::string_view key_id) -> const VerificationKey* {
    static const VerificationKey first{"snk_1", Algorithm::kRs256, private_key().public_key()};
    static const VerificationKey second{"snk_2", Algorithm::kRs256, crypto::RsaPrivateKey::generate().public_key()};
    if (key_id == first.key_id) return &first;
    return key_id == second.key_id ? &second : nullptr;
  };
}

}  // namespace doorward::jose::test
