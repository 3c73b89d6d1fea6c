#include "edge/api/domain_conversion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "domain/domain_verification.h"
#include "edge/api/conversion.h"

namespace doorward::api {
namespace {

constexpr std::size_t kShownRecords = 10;
constexpr std::size_t kShownBytes = 255;

// A TXT record holds bytes of anybody's choice: what is no printable ASCII is shown as a question mark.
std::string shown(std::string_view value) {
  std::string text(value.substr(0, kShownBytes));
  std::ranges::replace_if(text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

}  // namespace

void to_proto(const OrganizationDomain& domain, domains_v1::Domain& out) {
  out.set_id(domain.id.str());
  out.set_domain(domain.name);
  out.set_environment_id(domain.environment_id.str());
  out.set_organization_id(domain.organization_id.str());
  out.set_txt_record_key(domain.txt_record_key);
  out.set_txt_record_secret(domain.txt_record_secret);
  out.set_verification_status(static_cast<domains_v1::VerificationStatus>(domain.status));
  out.set_domain_type(static_cast<domains_v1::DomainType>(domain.type));
  out.set_verification_method(static_cast<domains_v1::VerificationMethod>(domain.method));
  to_proto(domain.create_time, *out.mutable_create_time());
  to_proto(domain.update_time, *out.mutable_update_time());
}

void to_proto(const DomainList& list, domains_v1::ListDomainResponse& out) {
  out.set_page_size(list.page_size);
  out.set_page_number(list.page_number);
  for (const OrganizationDomain& domain : list.domains) to_proto(domain, *out.add_domains());
}

void to_proto(const OrganizationDomain& domain, ::doorward::v1::DomainVerification& out) {
  to_proto(domain, *out.mutable_domain());
  if (domain.method == VerificationMethod::kDns) out.set_record_name(txt_record_name(domain));
  out.set_failed_checks(domain.failed_checks);
  if (domain.next_check) to_proto(*domain.next_check, *out.mutable_next_check_time());
  if (domain.verified_time) to_proto(*domain.verified_time, *out.mutable_verified_time());
}

void to_proto(const DomainCheck& check, ::doorward::v1::CheckDomainResponse& out) {
  out.set_verified(check.domain.is_verified());
  if (check.why_not) out.set_reason(std::string(reason_name(*check.why_not)));
  for (const std::string& value : check.found) {
    if (static_cast<std::size_t>(out.found_size()) == kShownRecords) break;
    out.add_found(shown(value));
  }
  to_proto(check.domain, *out.mutable_verification());
}

Result<DomainType> domain_type(domains_v1::DomainType type, const std::string& field) {
  switch (type) {
    case domains_v1::DOMAIN_TYPE_UNSPECIFIED:
      return DomainType::kUnspecified;
    case domains_v1::ALLOWED_EMAIL_DOMAIN:
      return DomainType::kAllowedEmailDomain;
    case domains_v1::ORGANIZATION_DOMAIN:
      return DomainType::kOrganizationDomain;
    default:
      return failure(invalid_field(field, "must be ALLOWED_EMAIL_DOMAIN or ORGANIZATION_DOMAIN", "enum.defined_only"));
  }
}

Result<NewDomain> from_proto(const domains_v1::CreateDomainRequest& request) {
  if (!request.has_domain()) return failure(invalid_field("domain", "is required", "required"));
  NewDomain out{.name = request.domain().domain(), .connection = connection_of(request)};
  DOORWARD_TRY(out.type, domain_type(request.domain().domain_type(), "domain.domain_type"));
  return out;
}

Result<ListDomains> from_proto(const domains_v1::ListDomainRequest& request) {
  ListDomains out{.connection = connection_of(request),
                  .page_size = request.page_size().value(),
                  .page_number = request.page_number().value()};
  DOORWARD_TRY(out.type, domain_type(request.domain_type(), "domain_type"));
  return out;
}

}  // namespace doorward::api
