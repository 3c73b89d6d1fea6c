// The keys that sign tokens. One is current and signs; "next" is published before it is used, because relying parties
// fetch the key set once; "retired" stays published until the last token it signed has expired.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "crypto/rsa_key.h"
#include "domain/key.h"
#include "ports/ids.h"
#include "ports/secret_box.h"
#include "protocol/jose/jws.h"

namespace doorward {

// No token lives longer than this after it was signed.
inline constexpr std::chrono::hours kLongestTokenLife{7 * 24};

// A new RSA-2048 key in state current, sealed; generating it takes up to some hundred milliseconds.
SigningKey make_signing_key(const EnvironmentId& environment, Ids& ids, SecretBox& box, Timestamp now);

// Immutable; safe from any thread.
class SigningKeys {
 public:
  // kSecretUnreadable when a key does not open, is damaged, names another algorithm than RS256, or none is current (of
  // several current ones the youngest signs).
  static Result<SigningKeys> load(const std::vector<SigningKey>& keys, const SecretBox& box);

  const std::string& current_key_id() const { return entries_[current_].verification.key_id; }

  // A whole token of type `type` with these claims. 0.7 ms of CPU: run it on the offload pool.
  std::string sign(std::string_view type, std::string_view claims) const;

  // The key that may verify a token now, or nullptr. The key lives as long as this object.
  const jose::VerificationKey* find(std::string_view key_id, Timestamp now) const;

  // The JWK set of the keys that may verify, next ones included (RFC 7517 section 5).
  std::string key_set(Timestamp now) const;

 private:
  struct Entry {
    jose::VerificationKey verification;
    crypto::RsaPrivateKey private_key;
    Timestamp useful_until;  // far future unless retired
  };
  SigningKeys(std::vector<Entry> entries, std::size_t current) : entries_(std::move(entries)), current_(current) {}

  std::vector<Entry> entries_;
  std::size_t current_;
};

}  // namespace doorward
