// The key above all keys: it seals the protected keys of the database and nothing else. 32 bytes that the operator
// keeps apart from the database; whoever has both has every secret, whoever has one has none.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/aead.h"
#include "ports/random.h"

namespace doorward {

class KeyEncryptionKey {
 public:
  // From the content of its file: 32 bytes as standard base64 with padding (44 characters), white space around it
  // ignored. kKeyEncryptionKeyInvalid otherwise, with a sentence for the operator.
  static Result<KeyEncryptionKey> parse(const Secret<std::string>& text);

  static KeyEncryptionKey generate(Random& random);

  // What parse() reads, with a line end.
  Secret<std::string> text() const;

  // Names the key in envelopes without telling anything about it: 16 hexadecimal digits.
  const std::string& id() const { return id_; }
  const crypto::Aes256Gcm& cipher() const { return cipher_; }

 private:
  explicit KeyEncryptionKey(Secret<std::string> bytes);
  Secret<std::string> bytes_;
  std::string id_;
  crypto::Aes256Gcm cipher_;
};

}  // namespace doorward
