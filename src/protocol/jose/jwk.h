// Public keys as JSON Web Keys (RFC 7517, RFC 7518 section 6). Private members are never written, and never read.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/jose/verification_key.h"

namespace doorward::jose {

// kty, use "sig", alg, kid, and n and e or crv, x and y (RFC 7518 section 6).
boost::json::object to_jwk(const VerificationKey& key);

// {"keys":[...]} as text (RFC 7517 section 5).
std::string to_key_set(std::span<const VerificationKey> keys);

// A signature key of somebody else. kJwkInvalid: kty, `use`, `key_ops`, `alg` or `crv` not for verifying with an
// algorithm of the table, `kid` empty or too long, encoding not strict, or a key that crypto/rsa_key.h or
// crypto/ec_key.h refuses. `kid` may be absent, and so may `alg`.
Result<VerificationKey> from_jwk(const boost::json::object& jwk);

}  // namespace doorward::jose
