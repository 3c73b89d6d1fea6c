// The keys that sign tokens, as the database has them or had them less than a second ago. For each algorithm one key is
// current and signs; "next" is published before it is used, because relying parties fetch the key set once in a while;
// "retired" stays published until the last token it signed has expired. key_rotation.h moves keys from state to state,
// on whatever node; follow() brings what it did into this process.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/key.h"
#include "domain/key_rotation.h"
#include "ports/ids.h"
#include "ports/secret_box.h"
#include "protocol/jose/jws.h"
#include "protocol/jose/private_key.h"

namespace doorward {

// What Doorward signs with: RS256 because published SDKs expect it, ES256 for clients that ask for it.
inline constexpr std::array kSigningAlgorithms{jose::Algorithm::kRs256, jose::Algorithm::kEs256};

// A new key in state current, sealed; generating an RSA key takes up to some hundred milliseconds.
SigningKey make_signing_key(const EnvironmentId& environment, Ids& ids, SecretBox& box, Timestamp now,
                            jose::Algorithm algorithm = jose::Algorithm::kRs256);

// Thread-safe, and cheap to read while it changes: readers hold a lock for as long as it takes to copy a pointer.
class SigningKeys {
 public:
  // kSecretUnreadable when a key does not open, is damaged, names an algorithm outside kSigningAlgorithms, or none is
  // current (of several current ones of an algorithm the youngest signs).
  static Result<SigningKeys> load(const std::vector<SigningKey>& keys, const SecretBox& box);

  SigningKeys(SigningKeys&&) noexcept;
  ~SigningKeys();

  // Takes over what `keys` say from now on; false when that changes nothing, which costs no cryptography. An error is
  // one of load(), or an algorithm lost its current key; then everything stays as it was. One caller at a time.
  Result<bool> follow(const std::vector<SigningKey>& keys, const SecretBox& box);

  // Another number after each change, for whoever remembers what a key has verified. To be read before the key is used.
  std::uint64_t generation() const;

  // "" when there is none.
  std::string current_key_id(jose::Algorithm algorithm = jose::Algorithm::kRs256) const;

  // A whole token of type `type` with these claims, under the current key. 0.7 ms of CPU with RS256: run it on the
  // offload pool. Throws std::logic_error for an algorithm without a current key; after a start (app/bootstrap) every
  // one of kSigningAlgorithms has one.
  std::string sign(jose::Algorithm algorithm, std::string_view type, std::string_view claims) const;

  // The key that may verify a token now, or nullptr. The key lives as long as this object.
  const jose::VerificationKey* find(std::string_view key_id, Timestamp now) const;

  // The JWK set of the keys that may verify, next ones included (RFC 7517 section 5).
  std::string key_set(Timestamp now) const;

 private:
  struct Snapshot;
  struct State;
  explicit SigningKeys(std::unique_ptr<State> state);
  std::shared_ptr<const Snapshot> snapshot() const;

  std::unique_ptr<State> state_;
};

}  // namespace doorward
