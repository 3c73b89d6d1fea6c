#include "app/sign_in/signed_in_user.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

Connection connection_of(const char* organization, bool trusts_email) {
  Connection connection;
  connection.organization_id = OrganizationId(organization);
  connection.trust_email = trusts_email;
  return connection;
}

OrganizationDomain domain_of(const char* organization) {
  OrganizationDomain domain;
  domain.organization_id = OrganizationId(organization);
  return domain;
}

TEST(EmailVerified, L02_TrustReachesAsFarAsTheOrganizationsOwnDomains) {
  EXPECT_TRUE(is_email_verified(false, connection_of("org_1", true), domain_of("org_1")));
  EXPECT_FALSE(is_email_verified(false, connection_of("org_1", false), domain_of("org_1")));
  EXPECT_FALSE(is_email_verified(false, connection_of("org_1", true), std::nullopt));
  EXPECT_FALSE(is_email_verified(false, connection_of("org_1", true), domain_of("org_2")));
}

TEST(EmailVerified, L05_NobodySpeaksForTheDomainOfAnotherOrganization) {
  EXPECT_FALSE(is_email_verified(true, connection_of("org_1", true), domain_of("org_2")));
  EXPECT_FALSE(is_email_verified(true, connection_of("org_1", false), domain_of("org_2")));
  EXPECT_TRUE(is_email_verified(true, connection_of("org_1", false), domain_of("org_1")));
}

TEST(EmailVerified, L03_NorForAddressesThatNobodyAnswersFor) {
  EXPECT_FALSE(is_email_verified(true, connection_of("org_1", false), std::nullopt));
  EXPECT_FALSE(is_email_verified(true, connection_of("org_1", true), std::nullopt));
}

}  // namespace
}  // namespace doorward
