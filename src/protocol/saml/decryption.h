// Encrypted assertions (SAML core 2.3.4, XML Encryption 1.1), by crypto/ and not by xmlsec1: what is accepted is one
// shape and a closed list of algorithms, and a failure must not tell an attacker what failed.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/result.h"
#include "base/secret.h"

struct _xmlNode;

namespace doorward::saml {

inline constexpr std::size_t kMostEncryptedKeys = 4;
// Of our private keys, 0.7 ms each, for one message: one of ours for each EncryptedKey, four of ours for one, or two
// for two.
inline constexpr std::size_t kMostKeyOperations = 4;

struct DecryptedAssertion {
  std::string xml;
  // By AES-GCM: nobody changed it after it was encrypted. By AES-CBC anybody could have, and whatever is then wrong
  // with `xml` must be answered like a decryption that failed (S-60).
  bool authenticated = false;
  bool padding_fits = true;  // always, of AES-GCM
};

// `encrypted`: a saml:EncryptedAssertion; its key in the KeyInfo of its EncryptedData or beside that. `keys`: PKCS #8,
// DER; each is tried, in order, with every EncryptedKey, until kMostKeyOperations. RSA-OAEP with AES-GCM; AES-CBC with
// `allow_cbc`.
//
// kEncShape before kEncAlgForbidden, both before any key is used; kDecryptFailed for all that may be wrong afterwards.
// Nothing is fetched.
Result<DecryptedAssertion> decrypt_assertion(const _xmlNode& encrypted, std::span<const Secret<std::string>> keys,
                                             bool allow_cbc);

// The one refusal of everything that fails after a key was used.
tl::unexpected<Error> decryption_failed();

}  // namespace doorward::saml
