#include "app/keys/reseal.h"

#include "app/keys/envelope.h"
#include "app/keys/key_ring.h"

namespace doorward {

Result<std::int64_t> reseal_protected_keys(WriteTx& tx, const EnvironmentId& environment,
                                           const KeyEncryptionKey& previous, const KeyEncryptionKey& current,
                                           Random& random) {
  DOORWARD_TRY(auto keys, tx.keys().protected_keys(environment));
  std::int64_t resealed = 0;
  for (ProtectedKey& key : keys) {
    if (envelope::key_id(key.sealed_key) != previous.id() || previous.id() == current.id()) continue;
    DOORWARD_TRY(const auto bytes, envelope::open(previous.cipher(), sealed_place(key), key.sealed_key));
    key.sealed_key = envelope::seal(current.cipher(), current.id(), sealed_place(key), bytes, random);
    DOORWARD_CHECK(tx.keys().update(key));
    ++resealed;
  }
  return resealed;
}

}  // namespace doorward
