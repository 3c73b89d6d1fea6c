#include "domain/directory_snapshot.h"

#include <boost/json/array.hpp>

namespace doorward {

std::string_view directory_type_name(DirectoryType type) {
  switch (type) {
    case DirectoryType::kScim:
      return "SCIM";
    case DirectoryType::kLdap:
      return "LDAP";
    case DirectoryType::kPoll:
      return "POLL";
    case DirectoryType::kUnspecified:
      break;
  }
  return "";
}

std::string_view directory_provider_name(DirectoryProvider provider) {
  switch (provider) {
    case DirectoryProvider::kOkta:
      return "OKTA";
    case DirectoryProvider::kGoogle:
      return "GOOGLE";
    case DirectoryProvider::kMicrosoftAd:
      return "MICROSOFT_AD";
    case DirectoryProvider::kAuth0:
      return "AUTH0";
    case DirectoryProvider::kOneLogin:
      return "ONELOGIN";
    case DirectoryProvider::kJumpCloud:
      return "JUMPCLOUD";
    case DirectoryProvider::kPingIdentity:
      return "PING_IDENTITY";
    case DirectoryProvider::kUnspecified:
      break;
  }
  return "";
}

boost::json::object directory_snapshot(const Directory& directory, std::span<const RoleAssignment> assignments) {
  boost::json::array mappings;
  for (const AttributeMapping& mapping : directory.attribute_mappings) {
    mappings.push_back({{"key", mapping.key}, {"map_to", mapping.map_to}});
  }
  boost::json::array roles;
  for (const RoleAssignment& assignment : assignments) {
    roles.push_back({{"group_id", assignment.group_id.str()}, {"role_name", assignment.role_name}});
  }
  boost::json::object snapshot;
  snapshot["id"] = directory.id.str();
  snapshot["organization_id"] = directory.organization_id.str();
  snapshot["name"] = directory.name;
  snapshot["directory_type"] = directory_type_name(directory.type);
  snapshot["provider"] = directory_provider_name(directory.provider);
  snapshot["enabled"] = directory.enabled;
  snapshot["attribute_mappings"] = std::move(mappings);
  snapshot["role_assignments"] = std::move(roles);
  if (!directory.scim.pinned_profile.empty()) snapshot["scim_profile"] = directory.scim.pinned_profile;
  if (!directory.scim.overrides.empty()) {
    boost::json::object overrides;
    for (const ScimSettings::Override& override : directory.scim.overrides) overrides[override.name] = override.value;
    snapshot["scim_overrides"] = std::move(overrides);
  }
  snapshot["updated_at"] = to_rfc3339(directory.update_time);
  return snapshot;
}

boost::json::object directory_secret_snapshot(const DirectorySecret& secret) {
  boost::json::object snapshot;
  snapshot["id"] = secret.id.str();
  snapshot["directory_id"] = secret.directory_id.str();
  if (!secret.client_id.empty()) snapshot["oauth_client_id"] = secret.client_id.str();
  snapshot["status"] = secret.status == SecretStatus::kActive ? "ACTIVE" : "INACTIVE";
  snapshot["create_time"] = to_rfc3339(secret.create_time);
  if (secret.expire_time) snapshot["expire_time"] = to_rfc3339(*secret.expire_time);
  return snapshot;
}

boost::json::object directory_oauth_client_snapshot(const DirectoryOauthClient& client) {
  boost::json::object snapshot;
  snapshot["id"] = client.id.str();
  snapshot["directory_id"] = client.directory_id.str();
  snapshot["name"] = client.name;
  snapshot["token_life"] = client.token_life.count();
  snapshot["create_time"] = to_rfc3339(client.create_time);
  return snapshot;
}

}  // namespace doorward
