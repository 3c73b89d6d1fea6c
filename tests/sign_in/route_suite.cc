#include <string>
#include <vector>

#include "app/sign_in/login_route.h"
#include "store/suite.h"

namespace doorward::store {
namespace {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreSuite);

class LoginRoutes : public StoreSuite {
 protected:
  void SetUp() override {
    StoreSuite::SetUp();
    home_ = environment();
    acme_ = organization(home_);
  }

  doorward::Connection connection(const Organization& of, bool enabled = true,
                                  ConnectionStatus status = ConnectionStatus::kCompleted) {
    clock_.advance(std::chrono::seconds(1));
    const doorward::Connection one{.environment_id = of.environment_id,
                                   .organization_id = of.id,
                                   .id = ids().next<ConnectionId>(),
                                   .status = status,
                                   .enabled = enabled,
                                   .create_time = now(),
                                   .update_time = now()};
    must([&](WriteTx& tx) { return tx.connections().insert(one); });
    return one;
  }

  OrganizationDomain domain(const Organization& of, std::string name,
                            VerificationStatus status = VerificationStatus::kVerified) {
    const OrganizationDomain one{.environment_id = of.environment_id,
                                 .organization_id = of.id,
                                 .id = ids().next<DomainId>(),
                                 .name = std::move(name),
                                 .status = status,
                                 .create_time = now(),
                                 .update_time = now()};
    must([&](WriteTx& tx) { return tx.domains().insert(one); });
    return one;
  }

  // The connection's id, or the reason why there is none.
  std::string routed(const oauth::ConnectionSelectors& given, const ApiClient& client = {}) {
    const auto route = read([&](const ReadTx& tx) { return route_login(tx, home_.id, client, given); });
    return route ? route->connection.id.str() : std::string(reason_name(route.error().reason));
  }

  Environment home_;
  Organization acme_;
};

TEST_P(LoginRoutes, OfSeveralConnectionsTheOldestThatIsCompletedAndEnabled) {
  const auto in_acme = [&] { return routed({.organization_id = acme_.id.str()}); };
  EXPECT_EQ(in_acme(), "no_configured_connections");
  connection(acme_, true, ConnectionStatus::kDraft);
  connection(acme_, false, ConnectionStatus::kCompleted);
  connection(acme_, true, ConnectionStatus::kInProgress);
  EXPECT_EQ(in_acme(), "no_active_connections");
  const auto oldest = connection(acme_);
  connection(acme_);
  EXPECT_EQ(in_acme(), oldest.id.str());
}

TEST_P(LoginRoutes, AConnectionByItsId) {
  const auto active = connection(acme_);
  const auto disabled = connection(acme_, false);
  EXPECT_EQ(routed({.connection_id = active.id.str()}), active.id.str());
  EXPECT_EQ(routed({.connection_id = disabled.id.str()}), "connection_not_active");
  EXPECT_EQ(routed({.connection_id = "conn_1"}), "invalid_connection_id");
}

TEST_P(LoginRoutes, P35_WhatIsInAnotherEnvironmentIsLikeWhatIsNot) {
  const Environment elsewhere = environment();
  const Organization foreign = organization(elsewhere);
  const auto there = connection(foreign);
  domain(foreign, "foreign.test");
  EXPECT_EQ(routed({.connection_id = there.id.str()}), "invalid_connection_id");
  EXPECT_EQ(routed({.organization_id = foreign.id.str()}), "invalid_organization_id");
  EXPECT_EQ(routed({.domain = "foreign.test"}), "domain_not_found");
  EXPECT_EQ(routed({.login_hint = "ann@foreign.test"}), "invalid_user_domain");
}

TEST_P(LoginRoutes, ADomainLeadsToWhoHasVerifiedIt) {
  const auto acmes = connection(acme_);
  domain(acme_, "acme.test");
  domain(acme_, "pending.test", VerificationStatus::kPending);
  for (const char* same : {"acme.test", "ACME.test", "acme.test."}) EXPECT_EQ(routed({.domain = same}), acmes.id.str());
  for (const char* other : {"sub.acme.test", "acme.test.evil.test", "pending.test", "test", "", "acme"}) {
    EXPECT_NE(routed({.domain = other}), acmes.id.str()) << other;
  }
  EXPECT_EQ(routed({.domain = "pending.test"}), "domain_not_found");
}

TEST_P(LoginRoutes, L07_TheDomainOfALoginHintStandsBehindItsLastAt) {
  const auto acmes = connection(acme_);
  domain(acme_, "acme.test");
  for (const char* own : {"ann@acme.test", "Ann@ACME.TEST", "evil.test@acme.test"}) {
    EXPECT_EQ(routed({.login_hint = own}), acmes.id.str()) << own;
  }
  for (const char* other : {"ann@acme.test.evil.test", "ann@acme.test@evil.test", "ann@sub.acme.test", "ann@"}) {
    EXPECT_EQ(routed({.login_hint = other}), "invalid_user_domain") << other;
  }
}

TEST_P(LoginRoutes, TheClientsDefaultServesWhatNothingElseChooses) {
  const auto acmes = connection(acme_);
  ApiClient broker;
  EXPECT_EQ(routed({}, broker), "invalid_connection_selector");
  broker.default_organization_id = acme_.id;
  EXPECT_EQ(routed({}, broker), acmes.id.str());
  const auto younger = connection(acme_);
  broker.default_connection_id = younger.id;
  for (const char* hint : {"", "ann", "ann@nobody.test"})
    EXPECT_EQ(routed({.login_hint = hint}, broker), younger.id.str());
  EXPECT_EQ(routed({.domain = "nobody.test"}, broker), "domain_not_found") << "a domain is no hint";
  EXPECT_EQ(routed({.provider = "google"}, broker), "invalid_connection_selector");
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, LoginRoutes, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
