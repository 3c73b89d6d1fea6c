// The text of a sealed value: `v1.<key id>.<nonce>.<ciphertext and tag>`, the last two in base64url. The key id lets
// several keys live side by side; the place (table, row, column) and the key id are authenticated, so a value copied to
// another row or relabelled does not open.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "crypto/aead.h"
#include "ports/random.h"
#include "ports/secret_box.h"

namespace doorward::envelope {

// The key id of an envelope, to choose the key by. nullopt when the text is no envelope.
std::optional<std::string_view> key_id(std::string_view sealed);

// Names a place and a key, and no other two.
std::string associated_data(const SealedPlace& place, std::string_view key_id);

// `key_id` must not hold a '.'.
std::string seal(const crypto::Aes256Gcm& cipher, std::string_view key_id, const SealedPlace& place,
                 const Secret<std::string>& value, Random& random);

// kSecretUnreadable when anything is not as it was sealed.
Result<Secret<std::string>> open(const crypto::Aes256Gcm& cipher, const SealedPlace& place, std::string_view sealed);

}  // namespace doorward::envelope
