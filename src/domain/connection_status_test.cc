#include "domain/connection_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/connection_snapshot.h"

namespace doorward {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Connection complete() {
  Connection connection;
  connection.oidc.issuer = "https://idp.example";
  connection.oidc.authorize_uri = "https://idp.example/authorize";
  connection.oidc.token_uri = "https://idp.example/token";
  connection.oidc.jwks_uri = "https://idp.example/keys";
  connection.oidc.client_id = "client";
  connection.oidc.sealed_client_secret = "sealed";
  connection.oidc.client_secret_time = from_micros(1);
  return connection;
}

TEST(ConnectionStatus, FollowsFromWhatALoginNeeds) {
  Connection connection;
  EXPECT_EQ(status_of(connection), ConnectionStatus::kDraft);
  connection.oidc.client_id = "client";
  EXPECT_EQ(status_of(connection), ConnectionStatus::kInProgress);
  EXPECT_THAT(missing_settings(connection),
              ElementsAre("issuer", "authorize_uri", "token_uri", "jwks_uri", "client_secret"));
  connection = complete();
  EXPECT_EQ(status_of(connection), ConnectionStatus::kCompleted);
  EXPECT_THAT(missing_settings(connection), IsEmpty());
}

TEST(ConnectionStatus, ASecretIsNeededUnlessAnotherProofIsChosen) {
  Connection connection = complete();
  connection.oidc.sealed_client_secret.clear();
  for (const auto type : {TokenAuthType::kUnspecified, TokenAuthType::kClientSecretPost,
                          TokenAuthType::kClientSecretBasic, TokenAuthType::kClientSecretJwt}) {
    connection.oidc.token_auth_type = type;
    EXPECT_THAT(missing_settings(connection), ElementsAre("client_secret"));
  }
  for (const auto type : {TokenAuthType::kPrivateKeyJwt, TokenAuthType::kNone}) {
    connection.oidc.token_auth_type = type;
    EXPECT_THAT(missing_settings(connection), IsEmpty());
  }
}

TEST(ConnectionStatus, ATestSpeaksForTheSettingsItWasMadeWith) {
  const Connection before = complete();
  Connection after = before;
  after.enabled = true;
  after.ui_button_title = "Acme";
  after.jit_provisioning = false;
  EXPECT_FALSE(login_differs(before, after));
  after.oidc.client_secret_time = from_micros(2);
  EXPECT_TRUE(login_differs(before, after));
  after = before;
  after.attribute_mapping["email"] = "upn";
  EXPECT_TRUE(login_differs(before, after));
}

TEST(ConnectionSnapshot, HoldsNoSecretButWhenItWasSet) {
  Connection connection = complete();
  const auto before = connection_snapshot(connection, {});
  EXPECT_EQ(serialize(before).find("sealed"), std::string::npos);
  EXPECT_EQ(before.at("oidc").at("client_secret_set_at").as_string(), "1970-01-01T00:00:00.000001Z");
  EXPECT_EQ(before.at("connection_type").as_string(), "OIDC");
  connection.oidc.client_secret_time = from_micros(2);
  EXPECT_NE(connection_snapshot(connection, {}), before);
}

}  // namespace
}  // namespace doorward
