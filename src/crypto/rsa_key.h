// RSA keys for RS256, RS384 and RS512: RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2, RFC 7518 section 3.3). A key is parsed
// once and held; copies share it; every operation is const and may run on many threads at a time. One 2048-bit
// signature costs about 0.7 ms of CPU and belongs on the offload pool; one check costs about 20 us.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/secret.h"
#include "crypto/hash.h"

struct evp_pkey_st;

namespace doorward::crypto {

// What is accepted from outside: smaller keys are weak, larger ones cost an attacker nothing and us CPU.
inline constexpr int kRsaLeastBits = 2048;
inline constexpr int kRsaMostBits = 4096;
// What Doorward makes for itself.
inline constexpr int kRsaOwnBits = 2048;

// Of RSAES-OAEP (RFC 8017 section 7.1), where SHA-1 is no weakness: nothing rests on its collisions.
enum class OaepDigest : std::uint8_t { kSha1, kSha256, kSha384, kSha512 };

class RsaPublicKey {
 public:
  // From big-endian modulus and exponent. nullopt outside kRsaLeastBits..kRsaMostBits, and for an exponent that is
  // even, below 65537 or over 64 bits.
  static std::optional<RsaPublicKey> from_components(std::string_view modulus, std::string_view exponent);

  // True when `signature` is that of `message` under this digest.
  bool verify(Digest digest, std::string_view message, std::string_view signature) const;

  // Big-endian without leading zero bytes (the values of "n" and "e" in RFC 7518 section 6.3.1, before encoding).
  std::string modulus() const;
  std::string exponent() const;

 private:
  friend class RsaPrivateKey;
  explicit RsaPublicKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  std::shared_ptr<evp_pkey_st> key_;
};

class RsaPrivateKey {
 public:
  // A new key of kRsaOwnBits, exponent 65537. Takes tens to hundreds of milliseconds.
  static RsaPrivateKey generate();

  // DER of PKCS #8 PrivateKeyInfo (RFC 5208), unencrypted. nullopt when it is not exactly one RSA key of an accepted
  // size.
  static std::optional<RsaPrivateKey> from_pkcs8(const Secret<std::string>& der);
  Secret<std::string> to_pkcs8() const;

  std::string sign(Digest digest, std::string_view message) const;

  // RSAES-OAEP with an empty label; `mgf1`: the digest of its mask. nullopt for whatever was not encrypted to this key
  // in this way, without telling what was wrong. About 0.7 ms of CPU.
  std::optional<Secret<std::string>> decrypt_oaep(OaepDigest digest, OaepDigest mgf1,
                                                  std::string_view ciphertext) const;

  RsaPublicKey public_key() const;

 private:
  explicit RsaPrivateKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace doorward::crypto
