// Authenticated encryption: AES-GCM (NIST SP 800-38D), 96-bit nonces, 128-bit tags. Doorward seals with 256-bit keys;
// what others sealed may have shorter ones.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace doorward::crypto {

inline constexpr std::size_t kAeadKeyBytes = 32;
inline constexpr std::size_t kAeadNonceBytes = 12;
inline constexpr std::size_t kAeadTagBytes = 16;

// The plaintext of AES-GCM with a key of 16, 24 or 32 bytes; nullopt when key, nonce, associated data or any bit of
// `sealed` (ciphertext and tag) is not what was sealed, or key or nonce have another length.
std::optional<std::string> open_aes_gcm(const Secret<std::string>& key, std::string_view nonce, std::string_view sealed,
                                        std::string_view associated_data = {});

// One key. Immutable, so one object serves all threads.
//
// A nonce must never seal twice under one key. Doorward draws it at random, which SP 800-38D section 8.3 allows for
// up to 2^32 messages of one key.
class Aes256Gcm {
 public:
  // Throws std::invalid_argument when `key` is not kAeadKeyBytes long.
  explicit Aes256Gcm(Secret<std::string> key);

  // Ciphertext followed by the tag. `associated_data` is authenticated, not stored. Throws std::invalid_argument when
  // the nonce is not kAeadNonceBytes long.
  std::string seal(std::string_view nonce, std::string_view plaintext, std::string_view associated_data) const;

  // The plaintext, or nullopt when key, nonce, associated data or any bit of `sealed` is not what was sealed.
  std::optional<std::string> open(std::string_view nonce, std::string_view sealed,
                                  std::string_view associated_data) const;

 private:
  Secret<std::string> key_;
};

}  // namespace doorward::crypto
