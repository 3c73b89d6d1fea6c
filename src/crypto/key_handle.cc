#include "crypto/key_handle.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <utility>

namespace doorward::crypto {
namespace {

using OwnedParameters = std::unique_ptr<OSSL_PARAM, FreeBy<OSSL_PARAM_free>>;
using OwnedSignature = std::unique_ptr<ECDSA_SIG, FreeBy<ECDSA_SIG_free>>;
using OwnedPkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreeBy<PKCS8_PRIV_KEY_INFO_free>>;

}  // namespace

KeyHandle share(EVP_PKEY* key) { return {key, FreeBy<EVP_PKEY_free>{}}; }

OwnedNumber number_from(std::string_view big_endian) {
  OwnedNumber number(BN_bin2bn(bytes_of(big_endian), static_cast<int>(big_endian.size()), nullptr));
  require(number != nullptr, "BN_bin2bn");
  return number;
}

std::string component(const EVP_PKEY* key, const char* name, std::size_t size) {
  BIGNUM* raw = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &raw) == 1, "EVP_PKEY_get_bn_param");
  const OwnedNumber number(raw);
  std::string bytes(size == 0 ? static_cast<std::size_t>(BN_num_bytes(number.get())) : size, '\0');
  require(BN_bn2binpad(number.get(), mutable_bytes(bytes), static_cast<int>(bytes.size())) >= 0, "BN_bn2binpad");
  return bytes;
}

KeyHandle public_key_from(const char* type, const OwnedParameterBuilder& parameters) {
  const OwnedParameters values(OSSL_PARAM_BLD_to_param(parameters.get()));
  const OwnedKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  require(values != nullptr && context != nullptr, "EVP_PKEY_CTX_new_from_name");
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, values.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return share(key);
}

KeyHandle private_key_from_pkcs8(const char* type, const Secret<std::string>& der) {
  const std::string& bytes = der.reveal();
  const unsigned char* position = bytes_of(bytes);
  const OwnedPkcs8 info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(bytes.size())));
  if (info == nullptr || position != bytes_of(bytes) + bytes.size()) {
    ERR_clear_error();
    return nullptr;
  }
  auto key = share(EVP_PKCS82PKEY(info.get()));
  if (key == nullptr || EVP_PKEY_is_a(key.get(), type) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return key;
}

Secret<std::string> pkcs8_of(EVP_PKEY* key) {
  const OwnedPkcs8 info(EVP_PKEY2PKCS8(key));
  require(info != nullptr, "EVP_PKEY2PKCS8");
  unsigned char* raw = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &raw);
  require(size > 0, "i2d_PKCS8_PRIV_KEY_INFO");
  std::string der(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
  OPENSSL_clear_free(raw, static_cast<std::size_t>(size));
  return Secret<std::string>(std::move(der));
}

std::string sign(EVP_PKEY* key, Digest digest, std::string_view message) {
  const OwnedDigestContext context(EVP_MD_CTX_new());
  require(context != nullptr, "EVP_MD_CTX_new");
  require(EVP_DigestSignInit(context.get(), nullptr, digest_algorithm(digest), nullptr, key) == 1,
          "EVP_DigestSignInit");
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
  std::size_t size = signature.size();
  require(EVP_DigestSign(context.get(), mutable_bytes(signature), &size, bytes_of(message), message.size()) == 1,
          "EVP_DigestSign");
  signature.resize(size);
  return signature;
}

bool verify(EVP_PKEY* key, Digest digest, std::string_view message, std::string_view signature) {
  const OwnedDigestContext context(EVP_MD_CTX_new());
  require(context != nullptr, "EVP_MD_CTX_new");
  // PKCS #1 v1.5 is the default padding of an RSA key; nothing in the message can choose another.
  require(EVP_DigestVerifyInit(context.get(), nullptr, digest_algorithm(digest), nullptr, key) == 1,
          "EVP_DigestVerifyInit");
  const bool genuine =
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
  if (!genuine) ERR_clear_error();
  return genuine;
}

bool is_valid_point(EVP_PKEY* key) {
  const OwnedKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  require(context != nullptr, "EVP_PKEY_CTX_new_from_pkey");
  const bool valid = EVP_PKEY_public_check(context.get()) == 1;
  if (!valid) ERR_clear_error();
  return valid;
}

std::string ecdsa_to_der(std::string_view signature) {
  const std::size_t half = signature.size() / 2;
  OwnedNumber r = number_from(signature.substr(0, half));
  OwnedNumber s = number_from(signature.substr(half));
  const OwnedSignature pair(ECDSA_SIG_new());
  require(pair != nullptr && ECDSA_SIG_set0(pair.get(), r.release(), s.release()) == 1, "ECDSA_SIG_set0");
  unsigned char* raw = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &raw);
  require(size > 0, "i2d_ECDSA_SIG");
  std::string der(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
  OPENSSL_free(raw);
  return der;
}

}  // namespace doorward::crypto
