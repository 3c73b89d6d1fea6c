// Public keys as JSON Web Keys (RFC 7517, RFC 7518 section 6.3.1). Private members are never written, and never read.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/jose/jws.h"

namespace doorward::jose {

inline constexpr std::size_t kMostKeysInSet = 64;
inline constexpr std::size_t kMostKeySetBytes = std::size_t{256} * 1024;

// kty, use "sig", alg, kid, n, e.
boost::json::object to_jwk(const VerificationKey& key);

// {"keys":[...]} as text (RFC 7517 section 5).
std::string to_key_set(std::span<const VerificationKey> keys);

// A signature key of a set. kJwkInvalid: kty, `use`, `key_ops` or `alg` not for verifying with a known algorithm, `kid`
// absent, encoding not strict, or key size or exponent outside the limits of crypto/rsa_key.h. `alg` may be absent: the
// only algorithm of the key type is taken then.
Result<VerificationKey> from_jwk(const boost::json::object& jwk);

// Every usable signature key of a set; others are skipped (RFC 7517 section 5). kJwkInvalid: not a set, over
// kMostKeySetBytes or kMostKeysInSet, or two usable keys with one `kid`, because the token would choose between them.
Result<std::vector<VerificationKey>> from_key_set(std::string_view text);

}  // namespace doorward::jose
