// Private to the .cc files of this folder: the public keys of pinned certificates, as xmlsec1 takes them. Reading a
// certificate costs about half of a whole check, so those that were seen before are remembered: a bounded number, by
// every byte of the certificate, which alone says what the key is. Safe from any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

struct _xmlSecKey;

namespace doorward::saml {

inline constexpr std::size_t kMostRememberedKeys = 4'096;

struct FreeKey {
  void operator()(_xmlSecKey* key) const;
};
using OwnedKey = std::unique_ptr<_xmlSecKey, FreeKey>;

// A key of the caller's own. nullptr: this is no certificate, or of no key that xmlsec1 knows. Call start_xmlsec()
// before.
OwnedKey key_of_certificate(const std::string& der);

}  // namespace doorward::saml
