#include "crypto/ec_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <utility>

#include "crypto/key_handle.h"

namespace doorward::crypto {
namespace {

using OwnedSignature = std::unique_ptr<ECDSA_SIG, FreeBy<ECDSA_SIG_free>>;

constexpr const char* kType = "EC";

const char* group_name(Curve curve) { return curve == Curve::kP256 ? "prime256v1" : "secp384r1"; }

bool is_on(const EVP_PKEY* key, Curve curve) {
  constexpr std::size_t kLongestName = 80;
  char name[kLongestName] = {};
  std::size_t size = 0;
  return EVP_PKEY_get_group_name(key, name, sizeof(name), &size) == 1 &&
         std::string_view(name, size) == group_name(curve);
}

KeyHandle public_from(Curve curve, std::string_view x, std::string_view y) {
  constexpr char kUncompressed = '\x04';
  std::string point(1, kUncompressed);
  point.append(x).append(y);
  const OwnedParameterBuilder builder(OSSL_PARAM_BLD_new());
  require(builder != nullptr, "OSSL_PARAM_BLD_new");
  require(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group_name(curve), 0) == 1,
          "OSSL_PARAM_BLD_push_utf8_string");
  require(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1,
          "OSSL_PARAM_BLD_push_octet_string");
  return public_key_from(kType, builder);
}

std::string from_der(std::string_view der, std::size_t coordinate) {
  const unsigned char* position = bytes_of(der);
  const OwnedSignature pair(d2i_ECDSA_SIG(nullptr, &position, static_cast<long>(der.size())));
  require(pair != nullptr, "d2i_ECDSA_SIG");
  std::string signature(2 * coordinate, '\0');
  const int length = static_cast<int>(coordinate);
  require(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), mutable_bytes(signature), length) == length &&
              BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), mutable_bytes(signature) + coordinate, length) == length,
          "BN_bn2binpad");
  return signature;
}

}  // namespace

std::optional<EcPublicKey> EcPublicKey::from_coordinates(Curve curve, std::string_view x, std::string_view y) {
  if (x.size() != coordinate_bytes(curve) || y.size() != coordinate_bytes(curve)) return std::nullopt;
  auto key = public_from(curve, x, y);
  if (key == nullptr || !is_valid_point(key.get())) return std::nullopt;
  return EcPublicKey(curve, std::move(key));
}

bool EcPublicKey::verify(std::string_view message, std::string_view signature) const {
  if (signature.size() != 2 * coordinate_bytes(curve_)) return false;
  return crypto::verify(key_.get(), digest_of(curve_), message, ecdsa_to_der(signature));
}

std::string EcPublicKey::x() const { return component(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, coordinate_bytes(curve_)); }
std::string EcPublicKey::y() const { return component(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, coordinate_bytes(curve_)); }

EcPrivateKey EcPrivateKey::generate(Curve curve) {
  EVP_PKEY* key = EVP_EC_gen(group_name(curve));
  require(key != nullptr, "EVP_EC_gen");
  return EcPrivateKey(curve, share(key));
}

std::optional<EcPrivateKey> EcPrivateKey::from_pkcs8(Curve curve, const Secret<std::string>& der) {
  auto key = private_key_from_pkcs8(kType, der);
  if (key == nullptr || !is_on(key.get(), curve)) return std::nullopt;
  return EcPrivateKey(curve, std::move(key));
}

Secret<std::string> EcPrivateKey::to_pkcs8() const { return pkcs8_of(key_.get()); }

std::string EcPrivateKey::sign(std::string_view message) const {
  return from_der(crypto::sign(key_.get(), digest_of(curve_), message), coordinate_bytes(curve_));
}

EcPublicKey EcPrivateKey::public_key() const {
  const std::size_t size = coordinate_bytes(curve_);
  auto key = public_from(curve_, component(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, size),
                         component(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, size));
  require(key != nullptr, "EVP_PKEY_fromdata");
  return EcPublicKey(curve_, std::move(key));
}

}  // namespace doorward::crypto
