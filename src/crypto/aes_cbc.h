// AES in CBC mode (NIST SP 800-38A), decryption only: some identity providers encrypt assertions so. It authenticates
// nothing; whatever comes out is a stranger's until a signature in it fits. Safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace doorward::crypto {

inline constexpr std::size_t kAesBlockBytes = 16;

// All blocks, padding included. nullopt for a key of other than 16, 24 or 32 bytes, an initialization vector that is no
// block, and a ciphertext that is not one block or more.
std::optional<std::string> decrypt_aes_cbc(const Secret<std::string>& key, std::string_view iv,
                                           std::string_view ciphertext);

}  // namespace doorward::crypto
