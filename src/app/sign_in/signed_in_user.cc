#include "app/sign_in/signed_in_user.h"

#include "app/domains/routing.h"

namespace doorward {

bool is_email_verified(bool claimed, const Connection& connection,
                       const std::optional<OrganizationDomain>& verified_domain) {
  const bool is_own = verified_domain && verified_domain->organization_id == connection.organization_id;
  if (!is_own) return false;
  return claimed || connection.trust_email;
}

Result<SignedInUser> signed_in_user(WriteTx& tx, const Connection& connection, const Organization& organization,
                                    const ProviderIdentity& identity, Timestamp now) {
  DOORWARD_TRY(const auto verified, route_by_domain(tx.domains(), connection.environment_id, identity.profile.email));
  return SignedInUser{.organization_id = organization.id,
                      .organization_external_id = organization.external_id.value_or(std::string()),
                      .connection_id = connection.id,
                      .subject = connection.id.str() + ";" + identity.subject,
                      .email = identity.profile.email,
                      .email_verified = is_email_verified(identity.profile.email_verified, connection, verified),
                      .claims = identity.profile.claims,
                      .provider_subject = identity.logout_subject,
                      .provider_session = identity.session,
                      .sealed_logout_hint = {},
                      .auth_time = identity.auth_time.value_or(now),
                      .session_end = identity.session_end};
}

}  // namespace doorward
