// Private to the .cc files of crypto/: owners for OpenSSL handles and the one answer to "cannot fail" calls that fail.
#pragma once

#include <openssl/bn.h>
#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

#include "crypto/hash.h"

namespace doorward::crypto {

template <auto Free>
struct FreeBy {
  template <class T>
  void operator()(T* handle) const {
    Free(handle);
  }
};

using OwnedMacContext = std::unique_ptr<EVP_MAC_CTX, FreeBy<EVP_MAC_CTX_free>>;
using OwnedCipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeBy<EVP_CIPHER_CTX_free>>;
using OwnedDigestContext = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>>;
using OwnedKeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeBy<EVP_PKEY_CTX_free>>;
using OwnedNumber = std::unique_ptr<BIGNUM, FreeBy<BN_free>>;

// Throws std::runtime_error with the name of the call: such a failure means no memory or a broken OpenSSL, never bad
// input.
void require(bool ok, const char* call);

// Fetched once; never freed.
const EVP_MD* digest_algorithm(Digest digest);

inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
inline unsigned char* mutable_bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace doorward::crypto
