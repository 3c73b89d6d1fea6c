#include "edge/api/organization_conversion.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "edge/api/conversion.h"
#include "edge/api/update_mask.h"

namespace doorward::api {
namespace {

// A wire map has no order; by key, the same input always gives the same organization.
Metadata metadata_of(const google::protobuf::Map<std::string, std::string>& map) {
  Metadata metadata(map.begin(), map.end());
  std::ranges::sort(metadata);
  return metadata;
}

// The portal shows the logo to people: nothing but a web address may stand there.
Result<void> check_logo_url(std::string_view url) {
  if (url.empty() || url.starts_with("https://")) return {};
  return failure(invalid_field("organization.logo_url", "must begin with \"https://\"", "string.prefix"));
}

// PostgreSQL refuses rows of an index that are longer than this allows.
Result<void> check_external_id(std::string_view external_id) {
  const auto length = std::ranges::count_if(external_id, [](char c) { return (c & 0xC0) != 0x80; });
  if (static_cast<std::size_t>(length) <= kMaxExternalIdLength) return {};
  return failure(invalid_field("organization.external_id",
                               fmt::format("must have at most {} characters", kMaxExternalIdLength), "string.max_len"));
}

// Lists and searches answer with the same members.
template <class Response>
void fill_page(const OrganizationList& list, Response& out) {
  out.set_next_page_token(list.next_page_token);
  out.set_prev_page_token(list.prev_page_token);
  out.set_total_size(wire_count(list.total_size));
  for (const Organization& organization : list.organizations) to_proto(organization, *out.add_organizations());
}

}  // namespace

void to_proto(const Organization& organization, organizations_v1::Organization& out) {
  out.set_id(organization.id.str());
  to_proto(organization.create_time, *out.mutable_create_time());
  to_proto(organization.update_time, *out.mutable_update_time());
  out.set_display_name(organization.display_name);
  out.set_region_code(static_cast<::scalekit::v1::commons::RegionCode>(organization.region_code));
  if (organization.external_id) out.set_external_id(*organization.external_id);
  for (const auto& [key, value] : organization.metadata) (*out.mutable_metadata())[key] = value;
  out.mutable_settings();
  for (const OrganizationFeature& feature : organization.features) {
    auto& sent = *out.mutable_settings()->add_features();
    sent.set_name(feature.name);
    sent.set_enabled(feature.enabled);
  }
  if (organization.slug) out.set_slug(*organization.slug);
  if (organization.logo_url) out.set_logo_url(*organization.logo_url);
}

void to_proto(const OrganizationList& list, organizations_v1::ListOrganizationsResponse& out) { fill_page(list, out); }

void to_proto(const OrganizationList& list, organizations_v1::SearchOrganizationsResponse& out) {
  fill_page(list, out);
}

Result<NewOrganization> from_proto(const organizations_v1::CreateOrganization& input) {
  DOORWARD_CHECK(check_logo_url(input.logo_url()));
  DOORWARD_CHECK(check_external_id(input.external_id()));
  NewOrganization out;
  out.display_name = input.display_name();
  switch (input.region_code()) {
    case ::scalekit::v1::commons::REGION_CODE_UNSPECIFIED:
      out.region_code = RegionCode::kUnspecified;
      break;
    case ::scalekit::v1::commons::US:
      out.region_code = RegionCode::kUs;
      break;
    case ::scalekit::v1::commons::EU:
      out.region_code = RegionCode::kEu;
      break;
    default:
      return failure(invalid_field("organization.region_code", "must be US or EU", "enum.defined_only"));
  }
  if (input.has_external_id()) out.external_id = input.external_id();
  out.metadata = metadata_of(input.metadata());
  if (input.has_slug()) out.slug = input.slug();
  if (input.has_logo_url()) out.logo_url = input.logo_url();
  return out;
}

ListOrganizations from_proto(const organizations_v1::ListOrganizationsRequest& request) {
  ListOrganizations out{.page_size = request.page_size(), .page_token = request.page_token()};
  if (request.has_external_id()) out.external_id = request.external_id();
  return out;
}

SearchOrganizations from_proto(const organizations_v1::SearchOrganizationsRequest& request) {
  return {.text = request.query(), .page_size = request.page_size(), .page_token = request.page_token()};
}

Result<OrganizationPatch> from_proto(const organizations_v1::UpdateOrganizationRequest& request) {
  const auto& input = request.organization();
  DOORWARD_TRY(const auto mask, UpdateMask::make(request.update_mask(), "organization",
                                                 {"display_name", "external_id", "metadata", "slug", "logo_url"}));
  DOORWARD_CHECK(check_logo_url(input.logo_url()));
  DOORWARD_CHECK(check_external_id(input.external_id()));
  const auto text = [&](std::string_view field, bool present, const std::string& value) -> std::optional<std::string> {
    if (present && mask.takes(field)) return value;
    if (mask.names(field)) return std::string();
    return std::nullopt;
  };
  OrganizationPatch out;
  // A display name is never cleared: it has no empty value.
  if (input.has_display_name() && mask.takes("display_name")) out.display_name = input.display_name();
  out.external_id = text("external_id", input.has_external_id(), input.external_id());
  out.slug = text("slug", input.has_slug(), input.slug());
  out.logo_url = text("logo_url", input.has_logo_url(), input.logo_url());
  if (mask.names("metadata") || (mask.takes("metadata") && !input.metadata().empty())) {
    out.metadata = metadata_of(input.metadata());
  }
  return out;
}

}  // namespace doorward::api
