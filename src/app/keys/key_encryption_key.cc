#include "app/keys/key_encryption_key.h"

#include <utility>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace doorward {
namespace {

constexpr std::size_t kIdBytes = 8;

std::string_view without_white_space(std::string_view text) {
  constexpr std::string_view kWhite = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kWhite);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhite) - begin + 1);
}

}  // namespace

KeyEncryptionKey::KeyEncryptionKey(Secret<std::string> bytes)
    : bytes_(std::move(bytes)),
      id_(hex_encode(crypto::hmac_sha256(bytes_.reveal(), "doorward key-encryption key id").substr(0, kIdBytes))),
      cipher_(bytes_) {}

Result<KeyEncryptionKey> KeyEncryptionKey::parse(const Secret<std::string>& text) {
  auto bytes = base64_decode(without_white_space(text.reveal()));
  if (!bytes || bytes->size() != crypto::kAeadKeyBytes) {
    return failure(Reason::kKeyEncryptionKeyInvalid,
                   "The key-encryption key must be 32 bytes in base64, as `openssl rand -base64 32` prints them.");
  }
  return KeyEncryptionKey(Secret<std::string>(*std::move(bytes)));
}

KeyEncryptionKey KeyEncryptionKey::generate(Random& random) {
  return KeyEncryptionKey(Secret<std::string>(random.bytes(crypto::kAeadKeyBytes)));
}

Secret<std::string> KeyEncryptionKey::text() const {
  return Secret<std::string>(base64_encode(bytes_.reveal()) + '\n');
}

}  // namespace doorward
