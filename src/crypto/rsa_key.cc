#include "crypto/rsa_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <cstdint>
#include <utility>

#include "crypto/key_handle.h"

namespace doorward::crypto {
namespace {

constexpr const char* kType = "RSA";
constexpr int kExponentMostBits = 64;
constexpr std::uint64_t kExponentLeast = 65537;

bool size_accepted(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  return bits >= kRsaLeastBits && bits <= kRsaMostBits;
}

KeyHandle public_from(const BIGNUM* modulus, const BIGNUM* exponent) {
  const OwnedParameterBuilder builder(OSSL_PARAM_BLD_new());
  require(builder != nullptr, "OSSL_PARAM_BLD_new");
  require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus) == 1, "OSSL_PARAM_BLD_push_BN");
  require(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent) == 1, "OSSL_PARAM_BLD_push_BN");
  return public_key_from(kType, builder);
}

const EVP_MD* oaep_digest(OaepDigest digest) {
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  switch (digest) {
    case OaepDigest::kSha256:
      return digest_algorithm(Digest::kSha256);
    case OaepDigest::kSha384:
      return digest_algorithm(Digest::kSha384);
    case OaepDigest::kSha512:
      return digest_algorithm(Digest::kSha512);
    case OaepDigest::kSha1:
      break;
  }
  require(sha1 != nullptr, "EVP_MD_fetch");
  return sha1;
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

bool RsaPublicKey::verify(Digest digest, std::string_view message, std::string_view signature) const {
  return crypto::verify(key_.get(), digest, message, signature);
}

std::string RsaPublicKey::modulus() const { return component(key_.get(), OSSL_PKEY_PARAM_RSA_N); }
std::string RsaPublicKey::exponent() const { return component(key_.get(), OSSL_PKEY_PARAM_RSA_E); }

RsaPrivateKey RsaPrivateKey::generate() {
  EVP_PKEY* key = EVP_RSA_gen(static_cast<unsigned int>(kRsaOwnBits));
  require(key != nullptr, "EVP_RSA_gen");
  return RsaPrivateKey(share(key));
}

std::optional<RsaPrivateKey> RsaPrivateKey::from_pkcs8(const Secret<std::string>& der) {
  auto key = private_key_from_pkcs8(kType, der);
  if (key == nullptr || !size_accepted(key.get())) return std::nullopt;
  return RsaPrivateKey(std::move(key));
}

Secret<std::string> RsaPrivateKey::to_pkcs8() const { return pkcs8_of(key_.get()); }

std::string RsaPrivateKey::sign(Digest digest, std::string_view message) const {
  return crypto::sign(key_.get(), digest, message);
}

std::optional<Secret<std::string>> RsaPrivateKey::decrypt_oaep(OaepDigest digest, OaepDigest mgf1,
                                                               std::string_view ciphertext) const {
  const auto size = static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
  if (ciphertext.size() != size) return std::nullopt;
  const OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
  require(context != nullptr, "EVP_PKEY_CTX_new_from_pkey");
  require(EVP_PKEY_decrypt_init(context.get()) == 1, "EVP_PKEY_decrypt_init");
  require(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) == 1, "EVP_PKEY_CTX_set_rsa_padding");
  require(EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), oaep_digest(digest)) == 1, "EVP_PKEY_CTX_set_rsa_oaep_md");
  require(EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), oaep_digest(mgf1)) == 1, "EVP_PKEY_CTX_set_rsa_mgf1_md");
  std::string plaintext(size, '\0');
  std::size_t written = plaintext.size();
  if (EVP_PKEY_decrypt(context.get(), mutable_bytes(plaintext), &written, bytes_of(ciphertext), ciphertext.size()) !=
      1) {
    ERR_clear_error();
    return std::nullopt;
  }
  plaintext.resize(written);
  return Secret<std::string>(std::move(plaintext));
}

RsaPublicKey RsaPrivateKey::public_key() const {
  const OwnedNumber n = number_from(component(key_.get(), OSSL_PKEY_PARAM_RSA_N));
  const OwnedNumber e = number_from(component(key_.get(), OSSL_PKEY_PARAM_RSA_E));
  auto key = public_from(n.get(), e.get());
  require(key != nullptr, "EVP_PKEY_fromdata");
  return RsaPublicKey(std::move(key));
}

}  // namespace doorward::crypto
