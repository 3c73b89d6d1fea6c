// Keys that the database holds sealed: opened only in memory, under the key-encryption key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

enum class SigningKeyState : std::uint8_t {
  kNext = 1,     // published, not used yet
  kCurrent = 2,  // signs
  kRetired = 3,  // published until every token it signed has expired
};

struct SigningKey {
  EnvironmentId environment_id;
  SigningKeyId id;        // also the JOSE kid
  std::string algorithm;  // RS256 or ES256
  SigningKeyState state = SigningKeyState::kCurrent;
  std::string sealed_private_key;  // envelope text
  Timestamp create_time;
  std::optional<Timestamp> activate_time;  // of a next key: when it is to sign, if that was asked for
  std::optional<Timestamp> retire_time;
};

// A symmetric key with a purpose: "data" (seals other secrets), "lookup" (hashes secrets that are only compared), "mac"
// (root of the keys that authenticate what Doorward hands out and takes back, e.g. page tokens).
struct ProtectedKey {
  EnvironmentId environment_id;
  std::string id;
  std::string purpose;
  std::string sealed_key;  // envelope text
  Timestamp create_time;
};

}  // namespace doorward
