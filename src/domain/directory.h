// Directory: one connection to a customer's identity provider that provisions users and groups.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "domain/attribute_mapping.h"

namespace doorward {

// Numbers as on the wire (scalekit.v1.directories).
enum class DirectoryType : std::uint8_t { kUnspecified = 0, kScim = 1, kLdap = 2, kPoll = 3 };
enum class DirectoryProvider : std::uint8_t {
  kUnspecified = 0,
  kOkta = 1,
  kGoogle = 2,
  kMicrosoftAd = 3,
  kAuth0 = 4,
  kOneLogin = 5,
  kJumpCloud = 6,
  kPingIdentity = 7,
};
enum class DirectoryStatus : std::uint8_t { kDraft = 1, kInProgress = 2, kCompleted = 3 };
enum class SecretStatus : std::uint8_t { kActive = 0, kInactive = 1 };

struct DirectoryStats {
  std::int64_t total_users = 0;
  std::int64_t total_groups = 0;
  std::optional<Timestamp> user_updated_at;
  std::optional<Timestamp> group_updated_at;
};

// How the directory's SCIM endpoint behaves, by the names of protocol/scim (behaviour.h, switches.h, recognize.h).
struct ScimSettings {
  struct Override {
    std::string name;   // of a switch
    std::string value;  // one of its words

    friend bool operator==(const Override&, const Override&) = default;
  };
  // Whose client a request was, found out once and kept for those that do not show it.
  struct Recognition {
    std::string profile;
    std::string by;  // what told
    Timestamp at;

    friend bool operator==(const Recognition&, const Recognition&) = default;
  };

  std::string pinned_profile;  // empty: chosen for each request
  std::vector<Override> overrides;
  std::optional<Recognition> recognition;
};

struct Directory {
  EnvironmentId environment_id;
  OrganizationId organization_id;
  DirectoryId id;
  std::string name;
  DirectoryType type = DirectoryType::kScim;
  DirectoryProvider provider = DirectoryProvider::kUnspecified;
  bool enabled = true;
  DirectoryStatus status = DirectoryStatus::kDraft;
  Timestamp create_time;
  Timestamp update_time;
  std::optional<Timestamp> last_synced_at;
  DirectoryStats stats;                              // kept by the store as rows come and go
  std::vector<AttributeMapping> attribute_mappings;  // empty: the standard rules alone
  bool has_role_assignments = false;                 // kept by the store: whether it is worth asking for them
  std::int64_t schema_version = 0;   // kept by the store: rises with each change of its SCIM schemas; 0: never
  bool has_waiting_members = false;  // kept by the store: whether a group ever named somebody who was not there yet
  std::int64_t credentials_generation = 0;  // kept by the store: rises whenever a secret of the directory is ended
  ScimSettings scim;
};

// An OAuth client of an identity provider that buys short-lived tokens instead of holding a bearer secret.
struct DirectoryOauthClient {
  EnvironmentId environment_id;
  OrganizationId organization_id;
  DirectoryId directory_id;
  DirectoryOauthClientId id;
  std::string name;  // for people
  std::chrono::seconds token_life{};
  Timestamp create_time;
};

// A secret of an identity provider: a bearer token itself, or what an OAuth client buys tokens with. Only the keyed
// hash is kept.
struct DirectorySecret {
  EnvironmentId environment_id;
  OrganizationId organization_id;
  DirectoryId directory_id;
  DirectoryOauthClientId client_id;  // empty: the secret is a bearer token
  DirectorySecretId id;
  std::string lookup_hash;    // 32 bytes, HMAC-SHA-256 under the environment's lookup key
  std::string secret_suffix;  // last characters, to recognise it by
  SecretStatus status = SecretStatus::kActive;
  Timestamp create_time;
  std::optional<Timestamp> expire_time;
  std::optional<Timestamp> last_used_time;

  bool is_live(Timestamp now) const { return status == SecretStatus::kActive && (!expire_time || *expire_time > now); }
};

}  // namespace doorward
