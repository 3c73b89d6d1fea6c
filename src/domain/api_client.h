// An application that calls the API with client credentials (RFC 6749 section 4.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/id.h"
#include "base/time.h"
#include "domain/directory.h"

namespace doorward {

struct ApiClient {
  EnvironmentId environment_id;
  ApiClientId id;
  std::string name;
  bool enabled = true;
  Timestamp create_time;
  Timestamp update_time;
};

struct ClientSecret {
  EnvironmentId environment_id;
  ApiClientId client_id;
  ClientSecretId id;
  std::string lookup_hash;  // 32 bytes, HMAC-SHA-256 under the environment's lookup key
  std::string secret_suffix;
  SecretStatus status = SecretStatus::kActive;
  Timestamp create_time;
  std::optional<Timestamp> expire_time;
};

}  // namespace doorward
