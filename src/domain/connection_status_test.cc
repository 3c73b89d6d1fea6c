#include "domain/connection_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

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

Connection complete_saml() {
  Connection connection;
  connection.type = ConnectionType::kSaml;
  connection.saml.provider = {.entity_id = "https://idp.example",
                              .sso_url = "https://idp.example/sso",
                              .certificates = {{.id = "0123456789abcdef", .der = "DER", .subject = "CN=idp"}}};
  return connection;
}

TEST(ConnectionStatus, ASamlConnectionNeedsWhoWhereAndWhichKey) {
  Connection connection;
  connection.type = ConnectionType::kSaml;
  EXPECT_EQ(status_of(connection), ConnectionStatus::kDraft);
  EXPECT_THAT(missing_settings(connection), ElementsAre("idp_entity_id", "idp_sso_url", "idp_certificate"));
  connection.oidc = complete().oidc;
  EXPECT_EQ(status_of(connection), ConnectionStatus::kDraft) << "settings of another protocol count for nothing";
  connection.saml.provider.sso_url = "https://idp.example/sso";
  EXPECT_EQ(status_of(connection), ConnectionStatus::kInProgress);
  connection = complete_saml();
  EXPECT_EQ(status_of(connection), ConnectionStatus::kCompleted);
  EXPECT_THAT(missing_settings(connection), IsEmpty());
}

TEST(ConnectionStatus, ATestOfASamlConnectionSpeaksForItsKeysAndChecks) {
  const Connection before = complete_saml();
  Connection after = before;
  after.saml.provider.slo_url = "https://idp.example/slo";
  after.saml.default_redirect_uri = "https://app.example";
  after.saml.provider.certificates[0].warn_time = from_micros(1);
  after.saml.metadata_fetch_time = from_micros(1);
  after.saml.pending_description = before.saml.provider;
  EXPECT_FALSE(login_differs(before, after));
  after.saml.provider.certificates[0].id = "fedcba9876543210";
  EXPECT_TRUE(login_differs(before, after));
  after = before;
  after.saml.allow_sha1 = true;
  EXPECT_TRUE(login_differs(before, after));
}

TEST(ConnectionSnapshot, ShowsTheSettingsOfItsProtocolWithEverySwitch) {
  Connection connection = complete_saml();
  const auto before = connection_snapshot(connection, {});
  EXPECT_FALSE(before.contains("oidc"));
  EXPECT_EQ(before.at("saml").at("idp_certificates").at(0).at("id").as_string(), "0123456789abcdef");
  for (bool SamlSettings::* flag :
       {&SamlSettings::allow_sha1, &SamlSettings::allow_cbc, &SamlSettings::allow_comments, &SamlSettings::allow_advice,
        &SamlSettings::allow_expired_certificates, &SamlSettings::assertion_encrypted}) {
    Connection weaker = connection;
    weaker.saml.*flag = true;
    EXPECT_NE(connection_snapshot(weaker, {}), before);
  }
  connection.saml.metadata_fetch_time = from_micros(1);
  connection.saml.metadata_error = "target_unreachable";
  EXPECT_EQ(connection_snapshot(connection, {}), before) << "what is no change leaves no record";
  connection.saml.pending_description = connection.saml.provider;
  EXPECT_NE(connection_snapshot(connection, {}), before);
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
