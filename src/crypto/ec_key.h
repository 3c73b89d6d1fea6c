// Elliptic-curve keys for ES256 and ES384: ECDSA on P-256 with SHA-256 and on P-384 with SHA-384 (RFC 7518 section
// 3.4). A signature is r and s side by side, each as long as a coordinate; DER is refused. A key is parsed once and
// held; copies share it; every operation is const and may run on many threads at a time. A P-256 signature costs some
// 20 us of CPU, a check some 60; P-384 about ten times that.
#pragma once

#include <cstddef>
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

enum class Curve : std::uint8_t { kP256, kP384 };

// Of a coordinate, and of each half of a signature.
constexpr std::size_t coordinate_bytes(Curve curve) { return curve == Curve::kP256 ? 32 : 48; }
constexpr Digest digest_of(Curve curve) { return curve == Curve::kP256 ? Digest::kSha256 : Digest::kSha384; }

class EcPublicKey {
 public:
  // From the point's coordinates, big-endian. nullopt when one is not exactly coordinate_bytes() long (RFC 7518 section
  // 6.2.1.2) or the point is not on the curve.
  static std::optional<EcPublicKey> from_coordinates(Curve curve, std::string_view x, std::string_view y);

  Curve curve() const { return curve_; }

  // False also for a signature of another length, and for r or s that is zero or not below the order of the curve.
  bool verify(std::string_view message, std::string_view signature) const;

  std::string x() const;
  std::string y() const;

 private:
  friend class EcPrivateKey;
  EcPublicKey(Curve curve, std::shared_ptr<evp_pkey_st> key) : curve_(curve), key_(std::move(key)) {}
  Curve curve_;
  std::shared_ptr<evp_pkey_st> key_;
};

class EcPrivateKey {
 public:
  static EcPrivateKey generate(Curve curve);

  // DER of PKCS #8 PrivateKeyInfo, unencrypted. nullopt when it is not exactly one key on this curve.
  static std::optional<EcPrivateKey> from_pkcs8(Curve curve, const Secret<std::string>& der);
  Secret<std::string> to_pkcs8() const;

  std::string sign(std::string_view message) const;
  EcPublicKey public_key() const;

 private:
  EcPrivateKey(Curve curve, std::shared_ptr<evp_pkey_st> key) : curve_(curve), key_(std::move(key)) {}
  Curve curve_;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace doorward::crypto
