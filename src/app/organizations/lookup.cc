#include "app/organizations/lookup.h"

#include <utility>

namespace doorward {
namespace {

Result<Organization> found(Result<std::optional<Organization>> row) {
  if (!row) return tl::unexpected(std::move(row).error());
  if (!*row) return failure(Reason::kOrganizationNotFound, "organization not found");
  return std::move(**row);
}

}  // namespace

Result<Organization> find_organization(const ReadTx& tx, const EnvironmentId& environment, const OrganizationKey& key) {
  if (const auto* id = std::get_if<OrganizationId>(&key)) return found(tx.organizations().find(environment, *id));
  return found(tx.organizations().find_by_external_id(environment, std::get<ExternalId>(key).text));
}

Result<Organization> lock_organization(WriteTx& tx, const EnvironmentId& environment, const OrganizationKey& key) {
  if (const auto* id = std::get_if<OrganizationId>(&key)) return found(tx.organizations().lock(environment, *id));
  DOORWARD_TRY(const Organization seen,
               found(tx.organizations().find_by_external_id(environment, std::get<ExternalId>(key).text)));
  return found(tx.organizations().lock(environment, seen.id));
}

ChangeSubject subject_of(const Organization& organization) {
  return {.object = ObjectKind::kOrganization,
          .object_id = organization.id.str(),
          .display_name = organization.display_name,
          .organization_id = organization.id};
}

}  // namespace doorward
