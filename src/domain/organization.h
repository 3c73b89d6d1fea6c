// Organization: a customer of the application. Field limits are declared on the wire (proto/scalekit/v1/organizations).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "domain/session_policy.h"

namespace doorward {

enum class RegionCode : std::uint8_t { kUnspecified = 0, kUs = 1, kEu = 2 };

struct OrganizationFeature {
  std::string name;  // one of kOrganizationFeatures
  bool enabled = false;

  friend bool operator==(const OrganizationFeature&, const OrganizationFeature&) = default;
};

// Every feature, in the order in which they are listed.
inline constexpr std::string_view kOrganizationFeatures[] = {"sso", "dir_sync", "domain_verification",
                                                             "session_policy"};

// The name under which a feature is kept: "dir_sync" for its older name "directory_sync", every other name as it is.
// nullopt for a name that is none.
std::optional<std::string_view> organization_feature(std::string_view name);

// Switches a feature, which may not be in the list yet. The list stays in the order of kOrganizationFeatures.
// `name` as organization_feature() gave it.
void set_feature(std::vector<OrganizationFeature>& features, std::string_view name, bool enabled);

// External ids are part of indexes, which PostgreSQL bounds to 2,704 bytes a row.
inline constexpr std::size_t kMaxExternalIdLength = 255;  // code points

// Small string map that keeps the order in which the caller wrote it.
using Metadata = std::vector<std::pair<std::string, std::string>>;

struct Organization {
  EnvironmentId environment_id;
  OrganizationId id;
  std::string display_name;
  RegionCode region_code = RegionCode::kUs;
  std::optional<std::string> external_id;  // unique in the environment among living organizations
  Metadata metadata;
  std::optional<std::string> slug;  // unique like external_id
  std::optional<std::string> logo_url;
  std::vector<OrganizationFeature> features;  // only those that were ever switched
  SessionPolicy session_policy;
  std::optional<std::int32_t> max_allowed_users;  // 0 and nullopt: no cap
  Timestamp create_time;
  Timestamp update_time;
};

}  // namespace doorward
