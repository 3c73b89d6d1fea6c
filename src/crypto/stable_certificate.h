// A certificate whose bytes are the same each time it is made, for a key that is made anew at each start and on each
// node. ECDSA as OpenSSL 3.0 does it never signs twice alike, so the certificate is not self-signed: an Ed25519 key
// (RFC 8032), whose signatures are, issues it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace doorward::crypto {

struct StableCertificate {
  std::string_view subject;  // common names, ASCII, at most 64 bytes (X.520)
  std::string_view issuer;
  Timestamp not_before;  // whole seconds count
  Timestamp not_after;
};

inline constexpr std::size_t kIssuerSeedBytes = 32;

// X.509, DER, for the public half of this key on P-256 or P-384. `issuer_seed`: of kIssuerSeedBytes. Throws
// std::invalid_argument when the key or the seed is none.
std::string make_stable_certificate(const Secret<std::string>& key_pkcs8, const Secret<std::string>& issuer_seed,
                                    const StableCertificate& certificate);

}  // namespace doorward::crypto
