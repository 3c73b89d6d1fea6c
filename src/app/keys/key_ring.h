// The protected keys of an environment, opened: what seals and hashes everything else. Stands behind the ports
// SecretBox and Mac.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/keys/key_encryption_key.h"
#include "base/result.h"
#include "base/secret.h"
#include "domain/key.h"
#include "ports/ids.h"
#include "ports/mac.h"
#include "ports/random.h"
#include "ports/secret_box.h"

namespace doorward {

// What a protected key is bound to; refers to `key`.
SealedPlace sealed_place(const ProtectedKey& key);

// One fresh key of each purpose, sealed under `kek`; to be stored and given to KeyRing::open().
std::vector<ProtectedKey> make_protected_keys(const KeyEncryptionKey& kek, const EnvironmentId& environment, Ids& ids,
                                              Random& random, Timestamp now);

// Immutable; safe from any thread as far as `random`, which it borrows, is.
class KeyRing final : public SecretBox, public Mac {
 public:
  // `keys` oldest first. Every data key opens, the newest seals; of "lookup" and "mac" there is one each.
  // kKeyEncryptionKeyInvalid: `kek` is not the key that sealed them. kSecretUnreadable: a key is damaged, has an
  // unknown purpose, or a purpose lacks its key.
  static Result<std::unique_ptr<KeyRing>> open(const KeyEncryptionKey& kek, const std::vector<ProtectedKey>& keys,
                                               Random& random);

  std::string seal(const SealedPlace& place, const Secret<std::string>& value) override;
  Result<Secret<std::string>> open(const SealedPlace& place, std::string_view sealed) const override;

  std::string lookup_hash(std::string_view secret) const override;
  std::string mac(std::string_view purpose, std::string_view bytes) const override;

 private:
  explicit KeyRing(Random& random) : random_(random) {}
  Result<void> add(const ProtectedKey& key, Secret<std::string> bytes);

  Random& random_;
  std::map<std::string, Secret<std::string>, std::less<>> data_keys_;
  std::string sealing_key_id_;
  Secret<std::string> lookup_key_;
  Secret<std::string> mac_root_;
};

}  // namespace doorward
