#include "app/keys/key_ring.h"

#include <fmt/format.h>

#include <utility>

#include "app/keys/envelope.h"
#include "crypto/aead.h"
#include "crypto/hash.h"

namespace doorward {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kData = "data";
constexpr std::string_view kLookup = "lookup";
constexpr std::string_view kMac = "mac";

tl::unexpected<Error> unreadable(std::string why) {
  return tl::unexpected(make_error(Reason::kSecretUnreadable, "A stored key cannot be used.", std::move(why)));
}

// So the nonces of one key are as many as the seals of one place, and not those of the whole database.
crypto::Aes256Gcm cipher_of_place(const Secret<std::string>& data_key, std::string_view key_id,
                                  const SealedPlace& place) {
  return crypto::Aes256Gcm(
      Secret<std::string>(crypto::hmac_sha256(data_key.reveal(), envelope::associated_data(place, key_id))));
}

}  // namespace

SealedPlace sealed_place(const ProtectedKey& key) { return {"protected_keys", key.id, "sealed_key"}; }

std::vector<ProtectedKey> make_protected_keys(const KeyEncryptionKey& kek, const EnvironmentId& environment, Ids& ids,
                                              Random& random, Timestamp now) {
  std::vector<ProtectedKey> keys;
  for (const std::string_view purpose : {kData, kLookup, kMac}) {
    ProtectedKey key;
    key.environment_id = environment;
    key.id = ids.next<ProtectedKeyId>().str();
    key.purpose = purpose;
    key.create_time = now;
    key.sealed_key =
        envelope::seal(kek.cipher(), kek.id(), sealed_place(key), Secret<std::string>(random.bytes(kKeyBytes)), random);
    keys.push_back(std::move(key));
  }
  return keys;
}

Result<std::unique_ptr<KeyRing>> KeyRing::open(const KeyEncryptionKey& kek, const std::vector<ProtectedKey>& keys,
                                               Random& random) {
  std::unique_ptr<KeyRing> ring(new KeyRing(random));
  for (const ProtectedKey& key : keys) {
    if (envelope::key_id(key.sealed_key).value_or(kek.id()) != kek.id()) {
      return failure(Reason::kKeyEncryptionKeyInvalid,
                     "The database was sealed under another key-encryption key than the one given.");
    }
    DOORWARD_TRY(Secret<std::string> bytes, envelope::open(kek.cipher(), sealed_place(key), key.sealed_key));
    DOORWARD_CHECK(ring->add(key, std::move(bytes)));
  }
  if (ring->data_keys_.empty()) return unreadable("no data key");
  if (ring->lookup_key_.reveal().empty()) return unreadable("no lookup key");
  if (ring->mac_root_.reveal().empty()) return unreadable("no mac key");
  return ring;
}

Result<void> KeyRing::add(const ProtectedKey& key, Secret<std::string> bytes) {
  if (bytes.reveal().size() != kKeyBytes) return unreadable(fmt::format("{}: not {} bytes", key.id, kKeyBytes));
  if (key.purpose == kData) {
    data_keys_.emplace(key.id, std::move(bytes));
    sealing_key_id_ = key.id;
    return {};
  }
  if (key.purpose != kLookup && key.purpose != kMac) return unreadable(key.id + ": unknown purpose");
  Secret<std::string>& place = key.purpose == kLookup ? lookup_key_ : mac_root_;
  if (!place.reveal().empty()) return unreadable(key.id + ": second key of its purpose");
  place = std::move(bytes);
  return {};
}

std::string KeyRing::seal(const SealedPlace& place, const Secret<std::string>& value) {
  const auto cipher = cipher_of_place(data_keys_.find(sealing_key_id_)->second, sealing_key_id_, place);
  return envelope::seal(cipher, sealing_key_id_, place, value, random_);
}

Result<Secret<std::string>> KeyRing::open(const SealedPlace& place, std::string_view sealed) const {
  const auto id = envelope::key_id(sealed);
  const auto key = id ? data_keys_.find(*id) : data_keys_.end();
  if (key == data_keys_.end()) {
    return unreadable(fmt::format("{}.{} of row {}: unknown key", place.table, place.column, place.row_id));
  }
  return envelope::open(cipher_of_place(key->second, key->first, place), place, sealed);
}

std::string KeyRing::lookup_hash(std::string_view secret) const {
  return crypto::hmac_sha256(lookup_key_.reveal(), secret);
}

// A key derived for each purpose: a tag made for one purpose is meaningless for another whatever the bytes are.
std::string KeyRing::mac(std::string_view purpose, std::string_view bytes) const {
  return crypto::hmac_sha256(crypto::hmac_sha256(mac_root_.reveal(), purpose), bytes);
}

}  // namespace doorward
