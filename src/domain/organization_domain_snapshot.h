#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "domain/organization_domain.h"

namespace doorward {

// The domain as change records and events show it: what the public interface says of it, without the schedule of its
// checks. The TXT record's value is no secret: its owner publishes it.
boost::json::object organization_domain_snapshot(const OrganizationDomain& domain);

std::string_view domain_type_name(DomainType type);                    // "ORGANIZATION_DOMAIN"
std::string_view verification_status_name(VerificationStatus status);  // "PENDING"
std::string_view verification_method_name(VerificationMethod method);  // "DNS"

}  // namespace doorward
