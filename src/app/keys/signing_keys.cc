#include "app/keys/signing_keys.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include "protocol/jose/algorithm.h"
#include "protocol/jose/jwk.h"

namespace doorward {
namespace {

SealedPlace place_of(const SigningKey& key) { return {"signing_keys", key.id.str(), "sealed_private_key"}; }

tl::unexpected<Error> unreadable(std::string why) {
  return tl::unexpected(make_error(Reason::kSecretUnreadable, "A signing key cannot be used.", std::move(why)));
}

Result<jose::PrivateKey> open_key(const SigningKey& key, const SecretBox& box) {
  const auto algorithm = jose::find_algorithm(key.algorithm);
  if (!algorithm || std::ranges::find(kSigningAlgorithms, *algorithm) == kSigningAlgorithms.end()) {
    return unreadable(key.id.str() + ": algorithm");
  }
  DOORWARD_TRY(const Secret<std::string> der, box.open(place_of(key), key.sealed_private_key));
  auto private_key = jose::PrivateKey::from_pkcs8(*algorithm, der);
  if (!private_key) return unreadable(key.id.str() + ": not a key");
  return *std::move(private_key);
}

// All that one row can change in; the rest is the key itself.
bool same_state(const SigningKey& a, const SigningKey& b) {
  return a.id == b.id && a.state == b.state && a.retire_time == b.retire_time && a.create_time == b.create_time &&
         a.sealed_private_key == b.sealed_private_key;
}

}  // namespace

// What the keys were at one moment; immutable.
struct SigningKeys::Snapshot {
  struct Entry {
    const jose::VerificationKey* verification;
    std::shared_ptr<const jose::PrivateKey> private_key;  // null once the key is retired
    Timestamp useful_until;
  };
  std::vector<SigningKey> rows;
  std::vector<Entry> entries;
  std::map<jose::Algorithm, std::size_t> current;
  std::uint64_t generation = 0;
};

struct SigningKeys::State {
  mutable std::mutex mutex;
  std::shared_ptr<const Snapshot> snapshot;
  // Every public key this process ever saw, so that what find() answered stays valid: a few in a year.
  std::map<std::string, jose::VerificationKey, std::less<>> verification_keys;

  // The next snapshot, taking over what `before` has opened already.
  Result<std::shared_ptr<const Snapshot>> open(const std::vector<SigningKey>& keys, const SecretBox& box,
                                               const Snapshot& before);
};

Result<std::shared_ptr<const SigningKeys::Snapshot>> SigningKeys::State::open(const std::vector<SigningKey>& keys,
                                                                              const SecretBox& box,
                                                                              const Snapshot& before) {
  auto next = std::make_shared<Snapshot>();
  next->rows = keys;
  next->generation = before.generation + 1;
  for (const SigningKey& key : keys) {
    const auto known = std::ranges::find(before.rows, key.id, &SigningKey::id);
    std::shared_ptr<const jose::PrivateKey> private_key;
    if (known != before.rows.end() && known->sealed_private_key == key.sealed_private_key) {
      private_key = before.entries[static_cast<std::size_t>(known - before.rows.begin())].private_key;
    }
    auto verification = verification_keys.find(key.id.str());
    if (private_key == nullptr) {
      DOORWARD_TRY(jose::PrivateKey opened, open_key(key, box));
      private_key = std::make_shared<const jose::PrivateKey>(std::move(opened));
      if (verification == verification_keys.end()) {
        verification = verification_keys.emplace(key.id.str(), private_key->verification_key(key.id.str())).first;
      }
    }
    if (key.state == SigningKeyState::kCurrent) {
      const auto [current, first] = next->current.emplace(private_key->algorithm(), next->entries.size());
      if (!first && key.create_time >= keys[current->second].create_time) current->second = next->entries.size();
    }
    if (key.state == SigningKeyState::kRetired) private_key = nullptr;
    next->entries.push_back({&verification->second, std::move(private_key), useful_until(key)});
  }
  if (next->current.empty()) return unreadable("no current key");
  for (const auto& [algorithm, index] : before.current) {
    if (!next->current.contains(algorithm)) {
      return unreadable("no current key for " + std::string(jose::algorithm_name(algorithm)));
    }
  }
  return next;
}

SigningKey make_signing_key(const EnvironmentId& environment, Ids& ids, SecretBox& box, Timestamp now,
                            jose::Algorithm algorithm) {
  SigningKey key;
  key.environment_id = environment;
  key.id = ids.next<SigningKeyId>();
  key.algorithm = jose::algorithm_name(algorithm);
  key.state = SigningKeyState::kCurrent;
  key.create_time = now;
  key.sealed_private_key = box.seal(place_of(key), jose::PrivateKey::generate(algorithm).to_pkcs8());
  return key;
}

SigningKeys::SigningKeys(std::unique_ptr<State> state) : state_(std::move(state)) {}
SigningKeys::SigningKeys(SigningKeys&&) noexcept = default;
SigningKeys::~SigningKeys() = default;

Result<SigningKeys> SigningKeys::load(const std::vector<SigningKey>& keys, const SecretBox& box) {
  auto state = std::make_unique<State>();
  DOORWARD_TRY(state->snapshot, state->open(keys, box, Snapshot()));
  return SigningKeys(std::move(state));
}

Result<bool> SigningKeys::follow(const std::vector<SigningKey>& keys, const SecretBox& box) {
  const auto before = snapshot();
  if (std::ranges::equal(before->rows, keys, same_state)) return false;
  // Only this function and load() write verification_keys, and find() reads no more than the snapshots point at.
  DOORWARD_TRY(auto next, state_->open(keys, box, *before));
  const std::scoped_lock lock(state_->mutex);
  state_->snapshot = std::move(next);
  return true;
}

std::shared_ptr<const SigningKeys::Snapshot> SigningKeys::snapshot() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->snapshot;
}

std::uint64_t SigningKeys::generation() const { return snapshot()->generation; }

std::string SigningKeys::current_key_id(jose::Algorithm algorithm) const {
  const auto keys = snapshot();
  const auto current = keys->current.find(algorithm);
  return current == keys->current.end() ? std::string() : keys->rows[current->second].id.str();
}

std::string SigningKeys::sign(jose::Algorithm algorithm, std::string_view type, std::string_view claims) const {
  const auto keys = snapshot();
  const auto current = keys->current.find(algorithm);
  if (current == keys->current.end()) throw std::logic_error("no signing key for this algorithm");
  const Snapshot::Entry& entry = keys->entries[current->second];
  return entry.private_key->sign_compact(entry.verification->key_id, std::string(type), claims);
}

const jose::VerificationKey* SigningKeys::find(std::string_view key_id, Timestamp now) const {
  const auto keys = snapshot();
  for (const Snapshot::Entry& entry : keys->entries) {
    if (entry.verification->key_id == key_id) return now < entry.useful_until ? entry.verification : nullptr;
  }
  return nullptr;
}

std::string SigningKeys::key_set(Timestamp now) const {
  const auto keys = snapshot();
  std::vector<jose::VerificationKey> useful;
  for (const Snapshot::Entry& entry : keys->entries) {
    if (now < entry.useful_until) useful.push_back(*entry.verification);
  }
  return jose::to_key_set(useful);
}

}  // namespace doorward
