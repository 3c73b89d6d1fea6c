// Finding the organization that a caller names, or the one error that says it is not there for this caller.
#pragma once

#include <string>
#include <variant>

#include "app/changes/record.h"
#include "base/result.h"
#include "domain/organization.h"
#include "ports/store.h"

namespace doorward {

// The application names an organization by our id or by its own.
struct ExternalId {
  std::string text;
};
using OrganizationKey = std::variant<OrganizationId, ExternalId>;

Result<Organization> find_organization(const ReadTx& tx, const EnvironmentId& environment, const OrganizationKey& key);

// Locked to the end of the transaction.
Result<Organization> lock_organization(WriteTx& tx, const EnvironmentId& environment, const OrganizationKey& key);

// The organization as the subject of a change record.
ChangeSubject subject_of(const Organization& organization);

}  // namespace doorward
