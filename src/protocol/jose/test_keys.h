// Keys for the unit tests of this folder: "snk_1" belongs to private_key(), "snk_2" to nobody here.
#pragma once

#include "protocol/jose/jws.h"
#include "protocol/jose/private_key.h"

namespace doorward::jose::test {

// One for each algorithm, made when it is first asked for.
inline const PrivateKey& private_key(Algorithm algorithm = Algorithm::kRs256) {
  static const PrivateKey rsa = PrivateKey::generate(Algorithm::kRs256);
  static const PrivateKey rs384 = *PrivateKey::from_pkcs8(Algorithm::kRs384, rsa.to_pkcs8());
  static const PrivateKey rs512 = *PrivateKey::from_pkcs8(Algorithm::kRs512, rsa.to_pkcs8());
  static const PrivateKey es256 = PrivateKey::generate(Algorithm::kEs256);
  static const PrivateKey es384 = PrivateKey::generate(Algorithm::kEs384);
  switch (algorithm) {
    case Algorithm::kRs384:
      return rs384;
    case Algorithm::kRs512:
      return rs512;
    case Algorithm::kEs256:
      return es256;
    case Algorithm::kEs384:
      return es384;
    default:
      return rsa;
  }
}

inline FindKey find_key() {
  return [](std::string_view key_id) -> const VerificationKey* {
    static const VerificationKey first = private_key().verification_key("snk_1");
    static const VerificationKey second = PrivateKey::generate(Algorithm::kRs256).verification_key("snk_2");
    if (key_id == first.key_id) return &first;
    return key_id == second.key_id ? &second : nullptr;
  };
}

}  // namespace doorward::jose::test
