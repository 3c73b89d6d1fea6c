#include "domain/saml_addresses.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

TEST(SamlAddresses, AreDerivedFromTheConnection) {
  const SamlAddresses own = saml_addresses("https://us.test", Connection{.id = ConnectionId("conn_1")});
  EXPECT_EQ(own.entity_id, "https://us.test/sso/v1/saml/conn_1");
  EXPECT_EQ(own.acs_url, "https://us.test/sso/v1/saml/conn_1/callback");
  EXPECT_EQ(own.requested_acs_url, own.acs_url);
  EXPECT_EQ(own.acs_urls, std::vector{own.acs_url});
  EXPECT_EQ(own.slo_url, "https://us.test/sso/v1/saml/conn_1/slo");
  EXPECT_EQ(own.slo_urls.front(), own.slo_url);
  EXPECT_EQ(own.metadata_url, "https://us.test/sso/v1/saml/conn_1/metadata");
  EXPECT_EQ(own.test_url, "https://us.test/sso/v1/saml/conn_1/test");
}

TEST(SamlAddresses, OfTheProductOfBeforeGoOn) {
  Connection moved{.id = ConnectionId("conn_1")};
  moved.saml.sp_entity_id = "urn:old:sp";
  moved.saml.acs_aliases = {"https://old.test/acs", "https://old.test/acs2"};
  const SamlAddresses own = saml_addresses("https://us.test", moved);
  EXPECT_EQ(own.entity_id, "urn:old:sp");
  EXPECT_EQ(own.acs_urls, (std::vector<std::string>{"https://us.test/sso/v1/saml/conn_1/callback",
                                                    "https://old.test/acs", "https://old.test/acs2"}));
  EXPECT_EQ(own.requested_acs_url, "https://old.test/acs") << "the one that the provider knows";
}

}  // namespace
}  // namespace doorward
