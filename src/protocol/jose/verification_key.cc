#include "protocol/jose/verification_key.h"

namespace doorward::jose {
namespace {

std::string_view curve_name(crypto::Curve curve) { return curve == crypto::Curve::kP256 ? "P-256" : "P-384"; }

}  // namespace

bool may_verify(const VerificationKey& key, Algorithm algorithm) {
  if (key.algorithm && *key.algorithm != algorithm) return false;
  const AlgorithmRow& row = algorithm_row(algorithm);
  if (const auto* ec = std::get_if<crypto::EcPublicKey>(&key.key)) {
    return row.key_type == KeyType::kEc && row.curve == curve_name(ec->curve());
  }
  return row.key_type == KeyType::kRsa;
}

bool signature_is_genuine(const VerificationKey& key, Algorithm algorithm, std::string_view signing_input,
                          std::string_view signature) {
  if (!may_verify(key, algorithm)) return false;
  if (const auto* ec = std::get_if<crypto::EcPublicKey>(&key.key)) return ec->verify(signing_input, signature);
  return std::get<crypto::RsaPublicKey>(key.key).verify(algorithm_row(algorithm).digest, signing_input, signature);
}

}  // namespace doorward::jose
