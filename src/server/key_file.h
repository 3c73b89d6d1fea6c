// Where the key-encryption key is kept.
#pragma once

#include <string>

#include "app/keys/key_encryption_key.h"
#include "base/result.h"
#include "ports/random.h"

namespace doorward::server {

// In the data folder.
inline constexpr const char* kDevelopmentKeyFile = "key-encryption-key";

// Reads the key from `file`. kKeyEncryptionKeyInvalid with a sentence when it is missing, too large, not a key, or open
// to others than its owner and, for reading, its group.
Result<KeyEncryptionKey> read_key_encryption_key(const std::string& file);

// Reads the key from `file` or, where there is none, makes one and writes it there (mode 0600, whole or not at all).
// For development: whoever copies the folder then has the key with the data.
Result<KeyEncryptionKey> read_or_make_key_encryption_key(const std::string& file, Random& random);

// Makes a key and writes it to `file`, which must not exist; mode 0600.
Result<void> make_key_encryption_key(const std::string& file, Random& random);

}  // namespace doorward::server
