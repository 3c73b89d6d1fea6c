// Organizations between the wire and the use cases.
#pragma once

#include <vector>

#include "app/organizations/organizations.h"
#include "base/result.h"
#include "scalekit/v1/organizations/organizations.pb.h"

namespace doorward::api {

namespace organizations_v1 = ::scalekit::v1::organizations;

void to_proto(const Organization& organization, organizations_v1::Organization& out);
void to_proto(const OrganizationList& list, organizations_v1::ListOrganizationsResponse& out);
void to_proto(const OrganizationList& list, organizations_v1::SearchOrganizationsResponse& out);

Result<NewOrganization> from_proto(const organizations_v1::CreateOrganization& input);
ListOrganizations from_proto(const organizations_v1::ListOrganizationsRequest& request);
SearchOrganizations from_proto(const organizations_v1::SearchOrganizationsRequest& request);

// Absent fields keep their value. Metadata, which cannot be absent on the wire, is replaced when it is not empty or
// when update_mask names it. A text that update_mask names and the request leaves out is cleared.
Result<OrganizationPatch> from_proto(const organizations_v1::UpdateOrganizationRequest& request);

// Of a request with the oneof `identities`. Fails when neither member is set.
template <class Request>
Result<OrganizationKey> organization_key(const Request& request) {
  if (request.has_id()) return OrganizationKey(OrganizationId(request.id()));
  if (request.has_external_id()) return OrganizationKey(ExternalId{request.external_id()});
  return failure(invalid_field("identities", "id or external_id is required", "required"));
}

}  // namespace doorward::api
