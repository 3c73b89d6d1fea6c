// Domains between the wire and the use cases.
#pragma once

#include <optional>
#include <string>

#include "app/domains/domain_checks.h"
#include "app/domains/domains.h"
#include "base/result.h"
#include "domain/organization_domain.h"
#include "doorward/v1/domain_verification.pb.h"
#include "scalekit/v1/domains/domains.pb.h"

namespace doorward::api {

namespace domains_v1 = ::scalekit::v1::domains;

void to_proto(const OrganizationDomain& domain, domains_v1::Domain& out);
void to_proto(const DomainList& list, domains_v1::ListDomainResponse& out);
void to_proto(const OrganizationDomain& domain, ::doorward::v1::DomainVerification& out);
void to_proto(const DomainCheck& check, ::doorward::v1::CheckDomainResponse& out);

// Fails at `field` for a number that is no type.
Result<DomainType> domain_type(domains_v1::DomainType type, const std::string& field);
Result<NewDomain> from_proto(const domains_v1::CreateDomainRequest& request);
Result<ListDomains> from_proto(const domains_v1::ListDomainRequest& request);

// Of a request with the oneof `identities` of an organization. Fails when neither member is set.
template <class Request>
Result<OrganizationKey> owner_key(const Request& request) {
  if (request.has_organization_id()) return OrganizationKey(OrganizationId(request.organization_id()));
  if (request.has_external_id()) return OrganizationKey(ExternalId{request.external_id()});
  return failure(invalid_field("identities", "organization_id or external_id is required", "required"));
}

// The connection that a request names besides the organization.
template <class Request>
std::optional<ConnectionId> connection_of(const Request& request) {
  if (!request.has_connection_id() || request.connection_id().empty()) return std::nullopt;
  return ConnectionId(request.connection_id());
}

}  // namespace doorward::api
