// The closed table of signature algorithms (RFC 7518 section 3.1; RFC 8725 section 3.1: never let the token choose).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "crypto/hash.h"

namespace doorward::jose {

// A further algorithm is a row here and, for a new type of keys, a case in verification_key.cc; compilers point at the
// places.
enum class Algorithm : std::uint8_t { kRs256, kRs384, kRs512, kEs256, kEs384 };

enum class KeyType : std::uint8_t { kRsa, kEc };

struct AlgorithmRow {
  Algorithm algorithm;
  std::string_view name;  // "alg"
  KeyType key_type;
  crypto::Digest digest;   // also of at_hash and c_hash (OpenID Connect Core section 3.1.3.6)
  std::string_view curve;  // "crv" of the keys it works with; empty for RSA
};

inline constexpr auto kAlgorithms = std::to_array<AlgorithmRow>({
    {Algorithm::kRs256, "RS256", KeyType::kRsa, crypto::Digest::kSha256, ""},
    {Algorithm::kRs384, "RS384", KeyType::kRsa, crypto::Digest::kSha384, ""},
    {Algorithm::kRs512, "RS512", KeyType::kRsa, crypto::Digest::kSha512, ""},
    {Algorithm::kEs256, "ES256", KeyType::kEc, crypto::Digest::kSha256, "P-256"},
    {Algorithm::kEs384, "ES384", KeyType::kEc, crypto::Digest::kSha384, "P-384"},
});

constexpr const AlgorithmRow& algorithm_row(Algorithm algorithm) {
  return kAlgorithms[static_cast<std::size_t>(algorithm)];
}

constexpr std::string_view algorithm_name(Algorithm algorithm) { return algorithm_row(algorithm).name; }

// Exact, case-sensitive. nullopt for everything else, "none" included.
constexpr std::optional<Algorithm> find_algorithm(std::string_view name) {
  for (const AlgorithmRow& row : kAlgorithms) {
    if (row.name == name) return row.algorithm;
  }
  return std::nullopt;
}

}  // namespace doorward::jose
