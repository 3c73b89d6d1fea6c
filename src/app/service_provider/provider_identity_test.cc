#include <gtest/gtest.h>

#include "app/service_provider/saml_service_provider.h"
#include "protocol/saml/names.h"
#include "protocol/saml/test_assertion.h"

namespace doorward {
namespace {

saml::SamlAssertion assertion_of(std::string_view format) {
  saml::SamlAssertion made = saml::test::BlankAssertion::make();
  made.id = "_a1";
  made.issuer = "https://idp.test";
  made.name_id = {.value = "n-1", .format = std::string(format)};
  made.session_index = "s1";
  made.attributes = {{.name = "email", .values = {"ann@corp.test"}}};
  return made;
}

std::string outcome(const Connection& connection, const saml::SamlAssertion& assertion) {
  const auto identity = identity_of(connection, assertion, {});
  return identity ? identity->subject : std::string(reason_name(identity.error().reason));
}

TEST(ProviderIdentity, IsTheNameIdOfTheProvider) {
  const auto identity =
      identity_of(Connection{.type = ConnectionType::kSaml}, assertion_of(saml::kNameIdPersistent), {});
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->issuer, "https://idp.test");
  EXPECT_EQ(identity->subject, "n-1");
  EXPECT_EQ(identity->logout_subject, "n-1");
  EXPECT_EQ(identity->session, "s1");
  EXPECT_EQ(identity->profile.email, "ann@corp.test");
  EXPECT_EQ(SamlLogoutName::from_text(identity->logout_hint)->name_id.value, "n-1");
}

TEST(ProviderIdentity, S84_ATransientNameIdIsNobodysKey) {
  Connection connection{.type = ConnectionType::kSaml};
  saml::SamlAssertion transient = assertion_of(saml::kNameIdTransient);
  EXPECT_EQ(outcome(connection, transient), "nameid_invalid") << "not the e-mail address either";
  transient.attributes.push_back({.name = "urn:oasis:names:tc:SAML:attribute:pairwise-id", .values = {"p@idp.test"}});
  EXPECT_EQ(outcome(connection, transient), "p@idp.test");
  EXPECT_EQ(identity_of(connection, transient, {})->logout_subject, "n-1") << "by which the provider logs out";
  transient.attributes.push_back({.name = "urn:x", .friendly_name = "employeeNumber", .values = {"42"}});
  connection.attribute_mapping["sub"] = "employeeNumber";
  EXPECT_EQ(outcome(connection, transient), "42");
  transient.attributes.back().values = {"42", "43"};
  EXPECT_EQ(outcome(connection, transient), "nameid_invalid") << "one of two is a guess";
}

TEST(ProviderIdentity, NeedsAnAddress) {
  saml::SamlAssertion assertion = assertion_of(saml::kNameIdPersistent);
  assertion.attributes.clear();
  EXPECT_EQ(outcome(Connection{.type = ConnectionType::kSaml}, assertion), "mandatory_attribute_missing");
}

}  // namespace
}  // namespace doorward
