// Settings of organizations between the wire and the use cases.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "domain/organization.h"
#include "scalekit/v1/organizations/organizations.pb.h"

namespace doorward::api {

namespace organizations_v1 = ::scalekit::v1::organizations;

std::vector<OrganizationFeature> from_proto(const organizations_v1::OrganizationSettings& settings);

// Timeouts in minutes whatever their unit. Fails at the field for an unknown unit or source.
Result<SessionPolicyPatch> from_proto(const organizations_v1::UpdateOrganizationSessionPolicyRequest& request);
void to_proto(const SessionPolicy& policy, organizations_v1::OrganizationSessionPolicySettings& out);
void to_proto(const ApplicationSessionPolicy& policy, organizations_v1::ApplicationSessionPolicySettings& out);

std::optional<std::int32_t> from_proto(const organizations_v1::OrganizationUserManagementSettings& settings);
void to_proto(const std::optional<std::int32_t>& max_allowed_users,
              organizations_v1::OrganizationUserManagementSettings& out);

}  // namespace doorward::api
