// Who signed in, in the form that tokens are made of.
#pragma once

#include "app/relying_party/oidc_relying_party.h"
#include "base/result.h"
#include "domain/connection.h"
#include "domain/organization.h"
#include "domain/sign_in.h"
#include "ports/store.h"

namespace doorward {

// Whether an e-mail address counts as verified: where its domain is one that the organization itself has verified, and
// the provider says so or the connection's trust_email takes it as said. Of every other address a provider may claim
// what it likes: applications that link accounts by verified addresses must not believe it.
bool is_email_verified(bool claimed, const Connection& connection,
                       const std::optional<OrganizationDomain>& verified_domain);

// Reads who has verified the domain of the e-mail address; errors are those of the store.
Result<SignedInUser> signed_in_user(WriteTx& tx, const Connection& connection, const Organization& organization,
                                    const ProviderIdentity& identity, Timestamp now);

}  // namespace doorward
