#include "domain/organization_domain_snapshot.h"

namespace doorward {

std::string_view domain_type_name(DomainType type) {
  switch (type) {
    case DomainType::kAllowedEmailDomain:
      return "ALLOWED_EMAIL_DOMAIN";
    case DomainType::kOrganizationDomain:
      return "ORGANIZATION_DOMAIN";
    case DomainType::kUnspecified:
      break;
  }
  return "DOMAIN_TYPE_UNSPECIFIED";
}

std::string_view verification_status_name(VerificationStatus status) {
  switch (status) {
    case VerificationStatus::kPending:
      return "PENDING";
    case VerificationStatus::kVerified:
      return "VERIFIED";
    case VerificationStatus::kFailed:
      return "FAILED";
    case VerificationStatus::kAutoVerified:
      return "AUTO_VERIFIED";
    case VerificationStatus::kUnspecified:
      break;
  }
  return "VERIFICATION_STATUS_UNSPECIFIED";
}

std::string_view verification_method_name(VerificationMethod method) {
  switch (method) {
    case VerificationMethod::kAdmin:
      return "ADMIN";
    case VerificationMethod::kDns:
      return "DNS";
    case VerificationMethod::kNotApplicable:
      return "NOT_APPLICABLE";
    case VerificationMethod::kUnspecified:
      break;
  }
  return "VERIFICATION_METHOD_UNSPECIFIED";
}

boost::json::object organization_domain_snapshot(const OrganizationDomain& domain) {
  return {{"id", domain.id.str()},
          {"domain", domain.name},
          {"domain_type", domain_type_name(domain.type)},
          {"organization_id", domain.organization_id.str()},
          {"environment_id", domain.environment_id.str()},
          {"txt_record_key", domain.txt_record_key},
          {"txt_record_secret", domain.txt_record_secret},
          {"verification_status", verification_status_name(domain.status)},
          {"verification_method", verification_method_name(domain.method)},
          {"created_at", to_rfc3339(domain.create_time)},
          {"updated_at", to_rfc3339(domain.update_time)}};
}

}  // namespace doorward
