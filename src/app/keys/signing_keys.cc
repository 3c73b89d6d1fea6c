#include "app/keys/signing_keys.h"

#include <optional>
#include <utility>

#include "protocol/jose/algorithm.h"
#include "protocol/jose/jwk.h"

namespace doorward {
namespace {

SealedPlace place_of(const SigningKey& key) { return {"signing_keys", key.id.str(), "sealed_private_key"}; }

tl::unexpected<Error> unreadable(std::string why) {
  return tl::unexpected(make_error(Reason::kSecretUnreadable, "A signing key cannot be used.", std::move(why)));
}

}  // namespace

SigningKey make_signing_key(const EnvironmentId& environment, Ids& ids, SecretBox& box, Timestamp now) {
  SigningKey key;
  key.environment_id = environment;
  key.id = ids.next<SigningKeyId>();
  key.algorithm = jose::algorithm_name(jose::Algorithm::kRs256);
  key.state = SigningKeyState::kCurrent;
  key.create_time = now;
  key.sealed_private_key = box.seal(place_of(key), crypto::RsaPrivateKey::generate().to_pkcs8());
  return key;
}

Result<SigningKeys> SigningKeys::load(const std::vector<SigningKey>& keys, const SecretBox& box) {
  std::vector<Entry> entries;
  std::optional<std::size_t> current;
  Timestamp current_made;
  for (const SigningKey& key : keys) {
    const auto algorithm = jose::find_algorithm(key.algorithm);
    if (!algorithm) return unreadable(key.id.str() + ": algorithm");
    DOORWARD_TRY(const Secret<std::string> der, box.open(place_of(key), key.sealed_private_key));
    auto private_key = crypto::RsaPrivateKey::from_pkcs8(der);
    if (!private_key) return unreadable(key.id.str() + ": not a key");
    if (key.state == SigningKeyState::kCurrent && (!current || key.create_time >= current_made)) {
      current = entries.size();
      current_made = key.create_time;
    }
    const bool retired = key.state == SigningKeyState::kRetired;
    entries.push_back({{key.id.str(), *algorithm, private_key->public_key()},
                       *std::move(private_key),
                       retired ? key.retire_time.value_or(key.create_time) + kLongestTokenLife : Timestamp::max()});
  }
  if (!current) return unreadable("no current key");
  return SigningKeys(std::move(entries), *current);
}

std::string SigningKeys::sign(std::string_view type, std::string_view claims) const {
  const Entry& entry = entries_[current_];
  std::string input = jose::signing_input(
      {.algorithm = entry.verification.algorithm, .key_id = entry.verification.key_id, .type = std::string(type)},
      claims);
  const std::string signature = entry.private_key.sign_rs256(input);
  return jose::append_signature(std::move(input), signature);
}

const jose::VerificationKey* SigningKeys::find(std::string_view key_id, Timestamp now) const {
  for (const Entry& entry : entries_) {
    if (entry.verification.key_id == key_id) return now < entry.useful_until ? &entry.verification : nullptr;
  }
  return nullptr;
}

std::string SigningKeys::key_set(Timestamp now) const {
  std::vector<jose::VerificationKey> keys;
  for (const Entry& entry : entries_) {
    if (now < entry.useful_until) keys.push_back(entry.verification);
  }
  return jose::to_key_set(keys);
}

}  // namespace doorward
