#include "crypto/aead.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <climits>
#include <stdexcept>
#include <utility>

#include "crypto/openssl.h"

namespace doorward::crypto {
namespace {

const EVP_CIPHER* fetch(const char* name) {
  const EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, name, nullptr);
  require(cipher != nullptr, "EVP_CIPHER_fetch");
  return cipher;
}

const EVP_CIPHER* algorithm() {
  static const EVP_CIPHER* const cipher = fetch("AES-256-GCM");
  return cipher;
}

// nullptr: no AES key is that long.
const EVP_CIPHER* algorithm_of(std::size_t key_bytes) {
  static const EVP_CIPHER* const aes128 = fetch("AES-128-GCM");
  static const EVP_CIPHER* const aes192 = fetch("AES-192-GCM");
  switch (key_bytes) {
    case 16:
      return aes128;
    case 24:
      return aes192;
    case kAeadKeyBytes:
      return algorithm();
    default:
      return nullptr;
  }
}

// EVP counts in int.
int length_of(std::string_view bytes) {
  if (bytes.size() > INT_MAX - kAeadTagBytes) throw std::length_error("too long for AES-256-GCM");
  return static_cast<int>(bytes.size());
}

}  // namespace

Aes256Gcm::Aes256Gcm(Secret<std::string> key) : key_(std::move(key)) {
  if (key_.reveal().size() != kAeadKeyBytes) throw std::invalid_argument("an AES-256 key has 32 bytes");
}

std::string Aes256Gcm::seal(std::string_view nonce, std::string_view plaintext,
                            std::string_view associated_data) const {
  if (nonce.size() != kAeadNonceBytes) throw std::invalid_argument("an AES-GCM nonce has 12 bytes");
  const int plain_length = length_of(plaintext);
  const OwnedCipherContext context(EVP_CIPHER_CTX_new());
  require(context != nullptr, "EVP_CIPHER_CTX_new");
  std::string sealed(plaintext.size() + kAeadTagBytes, '\0');
  int written = 0;
  require(EVP_EncryptInit_ex2(context.get(), algorithm(), bytes_of(key_.reveal()), bytes_of(nonce), nullptr) == 1,
          "EVP_EncryptInit_ex2");
  require(
      EVP_EncryptUpdate(context.get(), nullptr, &written, bytes_of(associated_data), length_of(associated_data)) == 1,
      "EVP_EncryptUpdate");
  require(EVP_EncryptUpdate(context.get(), mutable_bytes(sealed), &written, bytes_of(plaintext), plain_length) == 1,
          "EVP_EncryptUpdate");
  require(EVP_EncryptFinal_ex(context.get(), mutable_bytes(sealed) + written, &written) == 1, "EVP_EncryptFinal_ex");
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kAeadTagBytes),
                              mutable_bytes(sealed) + plaintext.size()) == 1,
          "EVP_CTRL_AEAD_GET_TAG");
  return sealed;
}

std::optional<std::string> open_aes_gcm(const Secret<std::string>& key, std::string_view nonce, std::string_view sealed,
                                        std::string_view associated_data) {
  const EVP_CIPHER* const cipher = algorithm_of(key.reveal().size());
  if (cipher == nullptr || nonce.size() != kAeadNonceBytes || sealed.size() < kAeadTagBytes) return std::nullopt;
  const std::string_view ciphertext = sealed.substr(0, sealed.size() - kAeadTagBytes);
  std::string tag(sealed.substr(ciphertext.size()));
  const OwnedCipherContext context(EVP_CIPHER_CTX_new());
  require(context != nullptr, "EVP_CIPHER_CTX_new");
  std::string plaintext(ciphertext.size(), '\0');
  int written = 0;
  require(EVP_DecryptInit_ex2(context.get(), cipher, bytes_of(key.reveal()), bytes_of(nonce), nullptr) == 1,
          "EVP_DecryptInit_ex2");
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kAeadTagBytes), tag.data()) == 1,
          "EVP_CTRL_AEAD_SET_TAG");
  require(
      EVP_DecryptUpdate(context.get(), nullptr, &written, bytes_of(associated_data), length_of(associated_data)) == 1,
      "EVP_DecryptUpdate");
  require(EVP_DecryptUpdate(context.get(), mutable_bytes(plaintext), &written, bytes_of(ciphertext),
                            length_of(ciphertext)) == 1,
          "EVP_DecryptUpdate");
  if (EVP_DecryptFinal_ex(context.get(), mutable_bytes(plaintext) + written, &written) != 1) {
    ERR_clear_error();
    return std::nullopt;
  }
  return plaintext;
}

std::optional<std::string> Aes256Gcm::open(std::string_view nonce, std::string_view sealed,
                                           std::string_view associated_data) const {
  return open_aes_gcm(key_, nonce, sealed, associated_data);
}

}  // namespace doorward::crypto
