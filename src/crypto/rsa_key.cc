#include "crypto/rsa_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <cstdint>
#include <utility>

#include "crypto/openssl.h"

namespace doorward::crypto {
namespace {

using OwnedParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, FreeBy<OSSL_PARAM_BLD_free>>;
using OwnedParameters = std::unique_ptr<OSSL_PARAM, FreeBy<OSSL_PARAM_free>>;
using OwnedPkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreeBy<PKCS8_PRIV_KEY_INFO_free>>;

constexpr int kExponentMostBits = 64;
constexpr std::uint64_t kExponentLeast = 65537;

std::shared_ptr<EVP_PKEY> share(EVP_PKEY* key) { return {key, FreeBy<EVP_PKEY_free>{}}; }

bool size_accepted(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  return bits >= kRsaLeastBits && bits <= kRsaMostBits;
}

OwnedNumber number_from(std::string_view big_endian) {
  OwnedNumber number(BN_bin2bn(bytes_of(big_endian), static_cast<int>(big_endian.size()), nullptr));
  require(number != nullptr, "BN_bin2bn");
  return number;
}

std::string component(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &raw) == 1, "EVP_PKEY_get_bn_param");
  const OwnedNumber number(raw);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), mutable_bytes(bytes));
  return bytes;
}

std::shared_ptr<EVP_PKEY> public_from(const BIGNUM* modulus, const BIGNUM* exponent) {
  const OwnedParameterBuilder builder(OSSL_PARAM_BLD_new());
  require(builder != nullptr, "OSSL_PARAM_BLD_new");
  require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus) == 1, "OSSL_PARAM_BLD_push_BN");
  require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent) == 1, "OSSL_PARAM_BLD_push_BN");
  const OwnedParameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  require(parameters != nullptr && context != nullptr, "EVP_PKEY_CTX_new_from_name");
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return share(key);
}

}  // namespace

std::optional<RsaPublicKey> RsaPublicKey::from_components(std::string_view modulus, std::string_view exponent) {
  // Checked before any arithmetic, so that a huge number costs nothing.
  if (modulus.size() > static_cast<std::size_t>(kRsaMostBits) / 8 + 1 ||
      exponent.size() > static_cast<std::size_t>(kExponentMostBits) / 8) {
    return std::nullopt;
  }
  const OwnedNumber n = number_from(modulus);
  const OwnedNumber e = number_from(exponent);
  if (!BN_is_odd(n.get()) || !BN_is_odd(e.get()) || BN_get_word(e.get()) < kExponentLeast) return std::nullopt;
  auto key = public_from(n.get(), e.get());
  if (key == nullptr || !size_accepted(key.get())) return std::nullopt;
  return RsaPublicKey(std::move(key));
}

bool RsaPublicKey::verify_rs256(std::string_view message, std::string_view signature) const {
  const OwnedDigestContext context(EVP_MD_CTX_new());
  require(context != nullptr, "EVP_MD_CTX_new");
  // PKCS #1 v1.5 is the default padding of an RSA key; nothing in the message can choose another.
  require(EVP_DigestVerifyInit(context.get(), nullptr, sha256_algorithm(), nullptr, key_.get()) == 1,
          "EVP_DigestVerifyInit");
  const bool genuine =
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
  if (!genuine) ERR_clear_error();
  return genuine;
}

std::string RsaPublicKey::modulus() const { return component(key_.get(), OSSL_PKEY_PARAM_RSA_N); }
std::string RsaPublicKey::exponent() const { return component(key_.get(), OSSL_PKEY_PARAM_RSA_E); }

RsaPrivateKey RsaPrivateKey::generate() {
  EVP_PKEY* key = EVP_RSA_gen(static_cast<unsigned int>(kRsaOwnBits));
  require(key != nullptr, "EVP_RSA_gen");
  return RsaPrivateKey(share(key));
}

std::optional<RsaPrivateKey> RsaPrivateKey::from_pkcs8(const Secret<std::string>& der) {
  const std::string& bytes = der.reveal();
  const unsigned char* position = bytes_of(bytes);
  const OwnedPkcs8 info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(bytes.size())));
  if (info == nullptr || position != bytes_of(bytes) + bytes.size()) {
    ERR_clear_error();
    return std::nullopt;
  }
  auto key = share(EVP_PKCS82PKEY(info.get()));
  if (key == nullptr || EVP_PKEY_is_a(key.get(), "RSA") != 1 || !size_accepted(key.get())) {
    ERR_clear_error();
    return std::nullopt;
  }
  return RsaPrivateKey(std::move(key));
}

Secret<std::string> RsaPrivateKey::to_pkcs8() const {
  const OwnedPkcs8 info(EVP_PKEY2PKCS8(key_.get()));
  require(info != nullptr, "EVP_PKEY2PKCS8");
  unsigned char* raw = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &raw);
  require(size > 0, "i2d_PKCS8_PRIV_KEY_INFO");
  std::string der(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
  OPENSSL_clear_free(raw, static_cast<std::size_t>(size));
  return Secret<std::string>(std::move(der));
}

std::string RsaPrivateKey::sign_rs256(std::string_view message) const {
  const OwnedDigestContext context(EVP_MD_CTX_new());
  require(context != nullptr, "EVP_MD_CTX_new");
  require(EVP_DigestSignInit(context.get(), nullptr, sha256_algorithm(), nullptr, key_.get()) == 1,
          "EVP_DigestSignInit");
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  require(EVP_DigestSign(context.get(), mutable_bytes(signature), &size, bytes_of(message), message.size()) == 1,
          "EVP_DigestSign");
  signature.resize(size);
  return signature;
}

RsaPublicKey RsaPrivateKey::public_key() const {
  const OwnedNumber n = number_from(component(key_.get(), OSSL_PKEY_PARAM_RSA_N));
  const OwnedNumber e = number_from(component(key_.get(), OSSL_PKEY_PARAM_RSA_E));
  auto key = public_from(n.get(), e.get());
  require(key != nullptr, "EVP_PKEY_fromdata");
  return RsaPublicKey(std::move(key));
}

}  // namespace doorward::crypto
