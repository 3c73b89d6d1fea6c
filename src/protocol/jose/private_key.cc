#include "protocol/jose/private_key.h"

#include "protocol/jose/jws.h"

namespace doorward::jose {
namespace {

crypto::Curve curve_of(Algorithm algorithm) {
  return algorithm == Algorithm::kEs256 ? crypto::Curve::kP256 : crypto::Curve::kP384;
}

}  // namespace

PrivateKey PrivateKey::generate(Algorithm algorithm) {
  if (algorithm_row(algorithm).key_type == KeyType::kRsa) return {algorithm, crypto::RsaPrivateKey::generate()};
  return {algorithm, crypto::EcPrivateKey::generate(curve_of(algorithm))};
}

std::optional<PrivateKey> PrivateKey::from_pkcs8(Algorithm algorithm, const Secret<std::string>& der) {
  if (algorithm_row(algorithm).key_type == KeyType::kRsa) {
    auto key = crypto::RsaPrivateKey::from_pkcs8(der);
    if (!key) return std::nullopt;
    return PrivateKey(algorithm, *std::move(key));
  }
  auto key = crypto::EcPrivateKey::from_pkcs8(curve_of(algorithm), der);
  if (!key) return std::nullopt;
  return PrivateKey(algorithm, *std::move(key));
}

Secret<std::string> PrivateKey::to_pkcs8() const {
  return std::visit([](const auto& key) { return key.to_pkcs8(); }, key_);
}

VerificationKey PrivateKey::verification_key(std::string key_id) const {
  return {std::move(key_id), algorithm_, std::visit([](const auto& key) { return PublicKey(key.public_key()); }, key_)};
}

std::string PrivateKey::sign(std::string_view signing_input) const {
  if (const auto* ec = std::get_if<crypto::EcPrivateKey>(&key_)) return ec->sign(signing_input);
  return std::get<crypto::RsaPrivateKey>(key_).sign(algorithm_row(algorithm_).digest, signing_input);
}

std::string PrivateKey::sign_compact(std::string key_id, std::string type, std::string_view payload) const {
  std::string input =
      signing_input({.algorithm = algorithm_, .key_id = std::move(key_id), .type = std::move(type)}, payload);
  const std::string signature = sign(input);
  return append_signature(std::move(input), signature);
}

}  // namespace doorward::jose
