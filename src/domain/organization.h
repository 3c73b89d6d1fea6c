// Organization: a customer of the application. Field limits are declared on the wire (proto/scalekit/v1/organizations).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

enum class RegionCode : std::uint8_t { kUnspecified = 0, kUs = 1, kEu = 2 };

struct OrganizationFeature {
  std::string name;  // sso, dir_sync, domain_verification, session_policy
  bool enabled = false;

  friend bool operator==(const OrganizationFeature&, const OrganizationFeature&) = default;
};

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
  std::vector<OrganizationFeature> features;
  Timestamp create_time;
  Timestamp update_time;
};

}  // namespace doorward
