// Private to the .cc files of crypto/: what RSA and EC keys have in common once OpenSSL holds them.
#pragma once

#include <openssl/param_build.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "crypto/openssl.h"

namespace doorward::crypto {

using KeyHandle = std::shared_ptr<EVP_PKEY>;
using OwnedParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, FreeBy<OSSL_PARAM_BLD_free>>;

KeyHandle share(EVP_PKEY* key);

OwnedNumber number_from(std::string_view big_endian);

// A number of the key, big-endian, with zeros in front up to `size` bytes; with none when `size` is 0.
std::string component(const EVP_PKEY* key, const char* name, std::size_t size = 0);

// A public key of `type` ("RSA", "EC") from what was pushed; nullptr when OpenSSL refuses the values.
KeyHandle public_key_from(const char* type, const OwnedParameterBuilder& parameters);

// DER of PKCS #8 PrivateKeyInfo (RFC 5208) that holds exactly one key of `type`; nullptr for anything else.
KeyHandle private_key_from_pkcs8(const char* type, const Secret<std::string>& der);
Secret<std::string> pkcs8_of(EVP_PKEY* key);

// The signature in OpenSSL's form for the key: PKCS #1 v1.5 for RSA, DER for EC.
std::string sign(EVP_PKEY* key, Digest digest, std::string_view message);
bool verify(EVP_PKEY* key, Digest digest, std::string_view message, std::string_view signature);

// Of an EC key: the point is on its curve, and not the one at infinity.
bool is_valid_point(EVP_PKEY* key);

// r and s side by side, each in the full length of a coordinate (RFC 7518 section 3.4), in the DER that OpenSSL speaks.
std::string ecdsa_to_der(std::string_view signature);

}  // namespace doorward::crypto
