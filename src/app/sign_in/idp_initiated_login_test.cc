#include "app/sign_in/idp_initiated_login.h"

#include <gtest/gtest.h>

#include <vector>

namespace doorward {
namespace {

ApiClient client_of(const char* id, const char* initiate_login_uri) {
  ApiClient client;
  client.id = ApiClientId(id);
  client.initiate_login_uri = initiate_login_uri;
  client.redirect_uris = {std::string("https://") + id + ".test/cb"};
  return client;
}

class ApplicationFor : public testing::Test {
 protected:
  std::string chosen(std::string_view target = {}) const {
    const ApiClient* client = application_for(clients, connection, organization, target, EnvironmentKind::kProduction);
    return client == nullptr ? "none" : client->id.str();
  }

  Connection connection{.organization_id = OrganizationId("org_1"), .id = ConnectionId("conn_1")};
  Organization organization{.id = OrganizationId("org_1"), .display_name = "One"};
  std::vector<ApiClient> clients;
};

TEST_F(ApplicationFor, TheOldestThatTakesSuchLogins) {
  EXPECT_EQ(chosen(), "none");
  clients = {client_of("a", ""), client_of("b", "https://b.test/login"), client_of("c", "https://c.test/login")};
  EXPECT_EQ(chosen(), "b");
  clients[1].enabled = false;
  EXPECT_EQ(chosen(), "c");
  clients[2].grant_types = {"client_credentials"};
  EXPECT_EQ(chosen(), "none");
}

TEST_F(ApplicationFor, TheOneThatTheConnectionOrItsOrganizationIsTheDefaultOf) {
  clients = {client_of("a", "https://a.test/login"), client_of("b", "https://b.test/login"),
             client_of("c", "https://c.test/login")};
  clients[0].default_organization_id = OrganizationId("org_2");
  EXPECT_EQ(chosen(), "b");
  clients[2].default_organization_id = OrganizationId("org_1");
  EXPECT_EQ(chosen(), "c");
  clients[1].default_connection_id = ConnectionId("conn_1");
  EXPECT_EQ(chosen(), "b");
}

TEST_F(ApplicationFor, D30_OnlyWithATargetOfItsOwn) {
  clients = {client_of("a", "https://a.test/login"), client_of("b", "https://b.test/login")};
  EXPECT_EQ(chosen("https://b.test/cb"), "b");
  EXPECT_EQ(chosen("https://b.test/login"), "b");
  EXPECT_EQ(chosen("https://b.test/cb/../evil"), "none");
  EXPECT_EQ(chosen("https://evil.test/"), "none");
}

TEST_F(ApplicationFor, OnlyWhoseUrlTheOrganizationFills) {
  clients = {client_of("a", "https://a.test/{{external_id}}/login")};
  EXPECT_EQ(chosen(), "none");
  organization.external_id = "one";
  EXPECT_EQ(chosen(), "a");
}

TEST(RelayState, S92_IsHandedOnWhereItLeadsNowhereElse) {
  for (const std::string& plain :
       {std::string("/reports/5"), std::string("dashboard"), std::string("a.b-c_d~e"), std::string(80, 'a')}) {
    EXPECT_TRUE(is_plain_relay_state(plain)) << plain;
  }
  for (const std::string& other :
       {std::string("https://evil.test"), std::string("//evil.test"), std::string("/a//evil.test"),
        std::string("/\\evil.test"), std::string("javascript:x"), std::string("a b"), std::string("a\r\nb"),
        std::string("<b>"), std::string("\xC3\xA4"), std::string(81, 'a')}) {
    EXPECT_FALSE(is_plain_relay_state(other)) << other;
  }
}

}  // namespace
}  // namespace doorward
