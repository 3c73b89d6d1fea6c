#include "crypto/aes_cbc.h"

#include <openssl/evp.h>

#include <climits>

#include "crypto/openssl.h"

namespace doorward::crypto {
namespace {

// nullptr: no AES key is that long.
const EVP_CIPHER* algorithm_of(std::size_t key_bytes) {
  switch (key_bytes) {
    case 16:
      return EVP_aes_128_cbc();
    case 24:
      return EVP_aes_192_cbc();
    case 32:
      return EVP_aes_256_cbc();
    default:
      return nullptr;
  }
}

}  // namespace

std::optional<std::string> decrypt_aes_cbc(const Secret<std::string>& key, std::string_view iv,
                                           std::string_view ciphertext) {
  const EVP_CIPHER* const cipher = algorithm_of(key.reveal().size());
  if (cipher == nullptr || iv.size() != kAesBlockBytes || ciphertext.empty() ||
      ciphertext.size() % kAesBlockBytes != 0 || ciphertext.size() > INT_MAX) {
    return std::nullopt;
  }
  const OwnedCipherContext context(EVP_CIPHER_CTX_new());
  require(context != nullptr, "EVP_CIPHER_CTX_new");
  std::string plaintext(ciphertext.size(), '\0');
  int written = 0;
  require(EVP_DecryptInit_ex2(context.get(), cipher, bytes_of(key.reveal()), bytes_of(iv), nullptr) == 1,
          "EVP_DecryptInit_ex2");
  require(EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1, "EVP_CIPHER_CTX_set_padding");
  require(EVP_DecryptUpdate(context.get(), mutable_bytes(plaintext), &written, bytes_of(ciphertext),
                            static_cast<int>(ciphertext.size())) == 1,
          "EVP_DecryptUpdate");
  return plaintext;
}

}  // namespace doorward::crypto
