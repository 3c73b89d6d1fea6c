// Exchanging the key-encryption key: what is sealed under the previous one is sealed anew under the current one.
#pragma once

#include "app/keys/key_encryption_key.h"
#include "base/result.h"
#include "ports/random.h"
#include "ports/store.h"

namespace doorward {

// Inside a transaction of the caller, so that a crash leaves all keys under one of the two. The number of keys that
// were sealed anew; keys under neither are left alone (KeyRing::open() refuses them). kSecretUnreadable: a key that
// names `previous` does not open under it.
Result<std::int64_t> reseal_protected_keys(WriteTx& tx, const EnvironmentId& environment,
                                           const KeyEncryptionKey& previous, const KeyEncryptionKey& current,
                                           Random& random);

}  // namespace doorward
