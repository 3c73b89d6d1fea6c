// Who signed in, in the form that tokens are made of.
#pragma once

#include "app/relying_party/oidc_relying_party.h"
#include "base/result.h"
#include "domain/connection.h"
#include "domain/organization.h"
#include "domain/sign_in.h"
#include "ports/store.h"

namespace doorward {

// Whether an e-mail address counts as verified. What a provider claims holds for its own organization: of an address in
// a domain that another organization has verified it never does (nobody speaks for their neighbours), and of one in a
// domain that this organization has verified it does where the connection's trust_email says so.
bool is_email_verified(bool claimed, const Connection& connection,
                       const std::optional<OrganizationDomain>& verified_domain);

// Reads who has verified the domain of the e-mail address; errors are those of the store.
Result<SignedInUser> signed_in_user(WriteTx& tx, const Connection& connection, const Organization& organization,
                                    const ProviderIdentity& identity, Timestamp now);

}  // namespace doorward
