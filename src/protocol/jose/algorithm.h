// The closed table of signature algorithms (RFC 7518 section 3.1; RFC 8725 section 3.1: never let the token choose).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace doorward::jose {

// A further algorithm is a row here, a key type in jwk.h and a case in jws.cc; compilers point at the places.
enum class Algorithm : std::uint8_t { kRs256 };

struct AlgorithmRow {
  Algorithm algorithm;
  std::string_view name;      // "alg"
  std::string_view key_type;  // "kty" of the keys it works with
};

inline constexpr auto kAlgorithms = std::to_array<AlgorithmRow>({{Algorithm::kRs256, "RS256", "RSA"}});

constexpr std::string_view algorithm_name(Algorithm algorithm) {
  return kAlgorithms[static_cast<std::size_t>(algorithm)].name;
}

// Exact, case-sensitive. nullopt for everything else, "none" included.
constexpr std::optional<Algorithm> find_algorithm(std::string_view name) {
  for (const AlgorithmRow& row : kAlgorithms) {
    if (row.name == name) return row.algorithm;
  }
  return std::nullopt;
}

}  // namespace doorward::jose
