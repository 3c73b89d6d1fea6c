// Home-realm discovery.
#include "app/domains/routing.h"
#include "domains/suite.h"

namespace doorward {
namespace {

TEST_P(DomainSuite, L07_PeopleAreLedByTheDomainOfTheirAddress) {
  ASSERT_OK(create(acme_, "acme.com"));
  ASSERT_OK(create(globex_, "m\xC3\xBCnchen.example"));
  const auto route = [&](const std::string& text) {
    const auto found =
        must_read([&](const ReadTx& tx) { return route_by_domain(tx.domains(), environment_.id, text); });
    return found ? found->organization_id : OrganizationId();
  };
  for (const char* text : {"jane@acme.com", "JANE@ACME.COM", "jane@acme.com.", "acme.com", "Acme.Com.",
                           "jane@evil.com@acme.com", "\"jane@evil.com\"@acme.com"}) {
    EXPECT_EQ(route(text), acme_.id) << text;
  }
  for (const char* text :
       {"jane@m\xC3\xBCnchen.example", "jane@M\xC3\x9CNCHEN.example", "jane@xn--mnchen-3ya.example"}) {
    EXPECT_EQ(route(text), globex_.id) << text;
  }
  for (const char* text :
       {"", "jane", "@", "jane@", "jane@eu.acme.com", "jane@com", "jane@acme.com.evil.com", "jane@acme.com@evil.com",
        "jane@xacme.com", "Jane <jane@acme.com>", "jane@acme.com,", "jane@munchen.example", "jane@unknown.example"}) {
    EXPECT_EQ(route(text), OrganizationId()) << text;
  }
}

TEST_P(DomainSuite, OnlyVerifiedDomainsLeadAnywhere) {
  const OrganizationDomain claimed = claim(acme_, "acme.com").value();
  ASSERT_OK(create(acme_, "acme.io", DomainType::kAllowedEmailDomain));
  const auto leads = [&](const std::string& text, const EnvironmentId& environment) {
    return must_read([&](const ReadTx& tx) { return route_by_domain(tx.domains(), environment, text); }).has_value();
  };
  EXPECT_FALSE(leads("jane@acme.com", environment_.id));
  EXPECT_FALSE(leads("jane@acme.io", environment_.id));
  publish(claimed);
  ASSERT_OK(check(claimed));
  EXPECT_TRUE(leads("jane@acme.com", environment_.id));
  EXPECT_FALSE(leads("jane@acme.com", environment().id));
}

TEST_P(DomainSuite, AnOrganizationAdmitsAddressesAtDomainsThatItAllowsOrHasVerified) {
  ASSERT_OK(create(acme_, "acme.com"));
  ASSERT_OK(claim(acme_, "claimed.com"));
  ASSERT_OK(create(acme_, "allowed.com", DomainType::kAllowedEmailDomain));
  const auto admits = [&](const Organization& organization, const std::string& address) {
    return must_read(
        [&](const ReadTx& tx) { return admits_address(tx.domains(), environment_.id, organization.id, address); });
  };
  EXPECT_TRUE(admits(acme_, "jane@acme.com"));
  EXPECT_TRUE(admits(acme_, "jane@Allowed.com"));
  for (const char* address :
       {"jane@claimed.com", "jane@eu.acme.com", "jane@allowed.com.evil.com", "allowed.com", "jane", ""}) {
    EXPECT_FALSE(admits(acme_, address)) << address;
  }
  EXPECT_FALSE(admits(globex_, "jane@allowed.com"));
}

}  // namespace
}  // namespace doorward
