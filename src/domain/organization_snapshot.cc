#include "domain/organization_snapshot.h"

#include <boost/json/array.hpp>

namespace doorward {

std::string_view region_code_name(RegionCode code) {
  switch (code) {
    case RegionCode::kUs:
      return "US";
    case RegionCode::kEu:
      return "EU";
    case RegionCode::kUnspecified:
      break;
  }
  return "REGION_CODE_UNSPECIFIED";
}

namespace {

// Only what the organization has of its own: a policy that follows the application's changes with no organization.
boost::json::object session_policy_snapshot(const SessionPolicy& policy) {
  boost::json::object snapshot{{"policy_source", "CUSTOM"}};
  if (policy.absolute_timeout) snapshot["absolute_session_timeout"] = policy.absolute_timeout->count();
  if (policy.idle_timeout_enabled) snapshot["idle_session_timeout_enabled"] = *policy.idle_timeout_enabled;
  if (policy.idle_timeout) snapshot["idle_session_timeout"] = policy.idle_timeout->count();
  return snapshot;
}

}  // namespace

boost::json::object organization_snapshot(const Organization& organization) {
  boost::json::object metadata;
  for (const auto& [key, value] : organization.metadata) metadata[key] = value;
  boost::json::array features;
  for (const auto& feature : organization.features) {
    features.push_back(boost::json::object{{"name", feature.name}, {"enabled", feature.enabled}});
  }

  boost::json::object snapshot;
  snapshot["id"] = organization.id.str();
  snapshot["display_name"] = organization.display_name;
  if (organization.external_id) snapshot["external_id"] = *organization.external_id;
  snapshot["region_code"] = region_code_name(organization.region_code);
  if (organization.slug) snapshot["slug"] = *organization.slug;
  if (organization.logo_url) snapshot["logo_url"] = *organization.logo_url;
  snapshot["create_time"] = to_rfc3339(organization.create_time);
  snapshot["update_time"] = to_rfc3339(organization.update_time);
  snapshot["metadata"] = std::move(metadata);
  snapshot["settings"] = boost::json::object{{"features", std::move(features)}};
  if (organization.session_policy.source == SessionPolicySource::kCustom) {
    snapshot["session_policy"] = session_policy_snapshot(organization.session_policy);
  }
  if (organization.max_allowed_users) snapshot["max_allowed_users"] = *organization.max_allowed_users;
  return snapshot;
}

}  // namespace doorward
