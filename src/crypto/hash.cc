#include "crypto/hash.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "crypto/openssl.h"

namespace doorward::crypto {

std::string digest(Digest algorithm, std::string_view bytes) {
  std::string result(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  require(
      EVP_Digest(bytes.data(), bytes.size(), mutable_bytes(result), &size, digest_algorithm(algorithm), nullptr) == 1,
      "EVP_Digest");
  result.resize(size);
  return result;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  // Fetching looks the algorithm up under a lock, so it happens once for the life of the process.
  static EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  require(mac != nullptr, "EVP_MAC_fetch");
  const OwnedMacContext context(EVP_MAC_CTX_new(mac));
  require(context != nullptr, "EVP_MAC_CTX_new");
  char digest_name[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
                                   OSSL_PARAM_construct_end()};
  std::string digest(kSha256Bytes, '\0');
  std::size_t size = 0;
  // A null key pointer means "keep the key of before" to EVP_MAC_init; an empty key must not read as that.
  const auto* key_bytes = key.empty() ? bytes_of(std::string_view("")) : bytes_of(key);
  require(EVP_MAC_init(context.get(), key_bytes, key.size(), parameters) == 1, "EVP_MAC_init");
  require(EVP_MAC_update(context.get(), bytes_of(message), message.size()) == 1, "EVP_MAC_update");
  require(EVP_MAC_final(context.get(), mutable_bytes(digest), &size, digest.size()) == 1, "EVP_MAC_final");
  return digest;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace doorward::crypto
