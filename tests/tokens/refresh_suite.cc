// Refresh tokens, userinfo, introspection and revocation.
#include "app/retention/retention.h"
#include "login_world.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

struct RefreshSuite : LoginSuite {
  json::object tokens = world.login(app);
  std::string refresh_token = world.text(tokens, "refresh_token");
  std::string access_token = world.text(tokens, "access_token");
  TestClient other = world.add_client(ClientType::kWebApp);

  net::Response introspect(const TestClient& client, const std::string& token) {
    return world.post("/oauth/introspect", world.proof(client, {{"token", token}}));
  }
  net::Response revoke(const TestClient& client, const std::string& token) {
    return world.post("/oauth/revoke", world.proof(client, {{"token", token}}));
  }
  bool is_active(const std::string& token) { return world.json_of(introspect(app, token)).at("active").as_bool(); }
};

TEST_F(RefreshSuite, S82_NothingOutlivesTheLoginAtTheProvider) {
  const json::object short_lived = world.login(app, {.session_end = clock.now() + std::chrono::seconds(300)});
  const json::object claims = world.payload_of(world.text(short_lived, "access_token"));
  EXPECT_EQ(claims.at("exp").as_int64() - claims.at("iat").as_int64(), 300);
  EXPECT_EQ(short_lived.at("expires_in"), 299);
  clock.advance(std::chrono::seconds(200));
  const net::Response in_time = world.refresh(app, world.text(short_lived, "refresh_token"));
  ASSERT_EQ(in_time.status, 200) << in_time.body;
  EXPECT_EQ(world.json_of(in_time).at("expires_in"), 99);
  clock.advance(std::chrono::seconds(100));
  EXPECT_EQ(world.outcome_of(world.refresh(app, world.text(world.json_of(in_time), "refresh_token"))),
            "400 invalid_grant invalid_grant");
  EXPECT_EQ(world.outcome_of(world.refresh(app, refresh_token)), "200") << "others go on";
}

TEST_F(RefreshSuite, S82_NorIsACodeRedeemedThen) {
  const LoginWorld::Order order{.session_end = clock.now() + std::chrono::seconds(30)};
  const std::string late = world.code(app, order);
  clock.advance(std::chrono::seconds(30));
  EXPECT_EQ(world.outcome_of(world.redeem(app, late)), "400 invalid_grant invalid_grant");
}

TEST_F(RefreshSuite, EveryUseGivesAnotherToken) {
  clock.advance(std::chrono::minutes(10));
  const net::Response response = world.refresh(app, refresh_token);
  ASSERT_EQ(response.status, 200) << response.body;
  const json::object answer = world.json_of(response);
  EXPECT_NE(world.text(answer, "refresh_token"), refresh_token);
  EXPECT_EQ(answer.at("expires_in"), 899);
  const json::object claims = world.payload_of(world.text(answer, "id_token"));
  EXPECT_FALSE(claims.contains("nonce")) << "OpenID Connect Core section 12.2";
  EXPECT_FALSE(claims.contains("c_hash"));
  EXPECT_EQ(claims.at("sid"), json::value(world.session.str()));
  EXPECT_EQ(claims.at("auth_time"), world.payload_of(world.text(tokens, "id_token")).at("auth_time"));
  EXPECT_EQ(world.session_row(world.session).last_active_time, clock.now());
  EXPECT_EQ(world.outcome_of(world.refresh(app, world.text(answer, "refresh_token"))), "200");
}

TEST_F(RefreshSuite, P15_ARotatedTokenRevokesTheWholeFamily) {
  const json::object next = world.json_of(world.refresh(app, refresh_token));
  EXPECT_EQ(world.outcome_of(world.refresh(app, refresh_token)), "400 invalid_grant refresh_reuse");
  EXPECT_EQ(world.outcome_of(world.refresh(app, world.text(next, "refresh_token"))), "400 invalid_grant invalid_grant");
  EXPECT_EQ(world.outcome_of(world.user_info(world.text(next, "access_token"))), "401 invalid_token token_revoked");
  EXPECT_EQ(world.session_row(world.session).status, SessionStatus::kRevoked);
  const ChangeRecord record = world.history_of_organization().back();
  EXPECT_EQ(record.object, ObjectKind::kSession);
  EXPECT_EQ(record.cause.at("reason"), "refresh_reuse") << "the audit";
}

TEST_F(RefreshSuite, P16_ATokenOfAnotherClientChangesNothing) {
  EXPECT_EQ(world.outcome_of(world.refresh(other, refresh_token)), "400 invalid_grant invalid_grant");
  EXPECT_EQ(world.outcome_of(world.refresh(app, refresh_token)), "200");
}

TEST_F(RefreshSuite, P16_ScopesMayBecomeFewerNeverMore) {
  const net::Response fewer = world.refresh(app, refresh_token, {{"scope", "openid email"}});
  ASSERT_EQ(fewer.status, 200) << fewer.body;
  EXPECT_EQ(world.json_of(fewer).at("scope"), "openid email");
  const std::string next = world.text(world.json_of(fewer), "refresh_token");
  EXPECT_EQ(world.outcome_of(world.refresh(app, next, {{"scope", "openid admin"}})), "400 invalid_scope invalid_scope");
  const net::Response all = world.refresh(app, next);
  EXPECT_EQ(world.json_of(all).at("scope"), "openid profile email offline_access") << "the grant stays as it was";
}

TEST_F(RefreshSuite, P16_NothingIsRefreshedAfterTheConnectionIsDisabled) {
  world.change_connection([](Connection& connection) { connection.enabled = false; });
  EXPECT_EQ(world.outcome_of(world.refresh(app, refresh_token)), "400 invalid_grant invalid_grant");
  world.change_connection([](Connection& connection) { connection.enabled = true; });
  EXPECT_EQ(world.outcome_of(world.refresh(app, refresh_token)), "200");
  world.write([&](WriteTx& tx) {
    return tx.sign_in().revoke_grants_of_connection(installation.environment_id, world.connection().id, clock.now(),
                                                    "connection_disabled");
  });
  EXPECT_EQ(world.outcome_of(world.user_info(access_token)), "401 invalid_token token_revoked");
}

TEST_F(RefreshSuite, P16_NothingIsRefreshedAfterTheOrganizationIsDeleted) {
  world.write([&](WriteTx& tx) {
    return tx.organizations().mark_deleted(installation.environment_id, world.organization.id, clock.now());
  });
  EXPECT_EQ(world.outcome_of(world.refresh(app, refresh_token)), "400 invalid_grant invalid_grant");
}

TEST_F(RefreshSuite, ATokenThatNobodyUsesEndsAfterThirtyDays) {
  clock.advance(std::chrono::days(30));
  EXPECT_EQ(world.outcome_of(world.refresh(app, refresh_token)), "400 invalid_grant invalid_grant");
}

TEST_F(RefreshSuite, RetentionForgetsALoginOnceNothingCanComeOfIt) {
  const auto is_kept = [&] {
    return read([&](const ReadTx& tx) { return tx.sign_in().find_grant(installation.environment_id, world.grant); })
        .value()
        .has_value();
  };
  const auto forget = [&] {
    Retention retention(store(), clock, {});
    ASSERT_TRUE(sync_wait(retention.run()));
  };
  clock.advance(std::chrono::days(29));
  const std::string next = world.text(world.json_of(world.refresh(app, refresh_token)), "refresh_token");
  clock.advance(std::chrono::days(29));
  forget();
  EXPECT_TRUE(is_kept());
  EXPECT_EQ(world.outcome_of(world.refresh(app, next)), "200");
  clock.advance(std::chrono::days(31));
  forget();
  EXPECT_FALSE(is_kept());
  EXPECT_FALSE(read([&](const ReadTx& tx) {
                 return tx.sign_in().find_session(installation.environment_id, world.session);
               }).value());
}

TEST_F(RefreshSuite, UserInfoTellsWhatTheScopeLetsAClientKnow) {
  const net::Response response = world.user_info(access_token);
  ASSERT_EQ(response.status, 200) << response.body;
  const json::object person = world.json_of(response);
  EXPECT_EQ(person.at("sub"), world.payload_of(world.text(tokens, "id_token")).at("sub"));
  EXPECT_EQ(person.at("email"), "ann@example.com");
  EXPECT_EQ(person.at("name"), "Ann Lee");
  EXPECT_EQ(world.header_of(response, "cache-control"), "no-store");
  const json::object little =
      world.json_of(world.user_info(world.text(world.login(app, {.scope = "openid"}), "access_token")));
  EXPECT_FALSE(little.contains("email"));
  EXPECT_FALSE(little.contains("name"));
}

TEST_F(RefreshSuite, UserInfoRefusesAsRfc6750Says) {
  const net::Response nothing = world.get("/userinfo", {});
  EXPECT_EQ(world.outcome_of(nothing), "401 missing_credentials");
  EXPECT_EQ(world.header_of(nothing, "www-authenticate"), R"(Bearer realm="Doorward")");
  const net::Response forged = world.user_info("a.b.c");
  EXPECT_EQ(world.outcome_of(forged), "401 invalid_token invalid_token");
  EXPECT_THAT(world.header_of(forged, "www-authenticate"), testing::HasSubstr(R"(error="invalid_token")"));
  const std::string no_openid = world.text(world.login(app, {.scope = "profile"}), "access_token");
  const net::Response narrow = world.user_info(no_openid);
  EXPECT_EQ(world.outcome_of(narrow), "403 insufficient_scope access_denied");
  EXPECT_EQ(world.outcome_of(world.send({.method = "DELETE", .path = "/userinfo"})),
            "405 invalid_request method_not_allowed");
  clock.advance(std::chrono::seconds(906));
  EXPECT_EQ(world.outcome_of(world.user_info(access_token)), "401 invalid_token token_expired");
}

TEST_F(RefreshSuite, P18_AnIdTokenIsNoAccessTokenAndTheReverse) {
  EXPECT_EQ(world.outcome_of(world.user_info(world.text(tokens, "id_token"))), "401 invalid_token wrong_token_class");
  const net::Response page = world.get("/oidc/logout", {{"id_token_hint", access_token}});
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(world.session_row(world.session).status, SessionStatus::kActive) << "no hint at all";
  const auto api = sync_wait(world.api.authenticate({.text = access_token, .source = "192.0.2.1"}));
  EXPECT_EQ(outcome(api), "wrong_token_class");
}

TEST_F(RefreshSuite, P17_ATokenOfAnotherServerOpensNothing) {
  TemporaryFolder elsewhere;
  WatchedCredentialsFile other_file(elsewhere.path());
  auto opened = store::open_store({.url = "sqlite:" + elsewhere.path() + "/doorward.db", .clock = &clock}).value();
  Bootstrap bootstrap({*opened, clock, opened->ids(), random, other_file});
  Installation stranger = sync_wait(bootstrap.start(kek, nullptr, true, {kBaseUrl, "", ""})).value();
  LoginWorld abroad(*opened, clock, opened->ids(), random, offload, stranger);
  EXPECT_EQ(world.outcome_of(abroad.user_info(access_token)), "401 invalid_token invalid_token");
}

TEST_F(RefreshSuite, IntrospectionDescribesTheClientsOwnTokens) {
  const json::object access = world.json_of(introspect(app, access_token));
  EXPECT_EQ(access.at("active"), true);
  EXPECT_EQ(access.at("token_type"), "Bearer");
  EXPECT_EQ(access.at("client_id"), json::value(app.row.id.str()));
  EXPECT_EQ(access.at("scope"), "openid profile email offline_access");
  EXPECT_EQ(access.at("username"), "ann@example.com");
  EXPECT_EQ(access.at("sid"), json::value(world.session.str()));
  EXPECT_EQ(access.at("exp"), to_unix_seconds(clock.now()) + 900);
  const json::object refresh = world.json_of(introspect(app, refresh_token));
  EXPECT_EQ(refresh.at("active"), true);
  EXPECT_EQ(refresh.at("token_type"), "refresh_token");
  const json::object machine =
      world.json_of(world.post("/oauth/token", world.proof(app, {{"grant_type", "client_credentials"}})));
  EXPECT_TRUE(is_active(world.text(machine, "access_token")));
}

TEST_F(RefreshSuite, P19_IntrospectionTellsNothingOfForeignTokens) {
  const json::object machine =
      world.json_of(world.post("/oauth/token", world.proof(app, {{"grant_type", "client_credentials"}})));
  for (const std::string& token : {access_token, refresh_token, world.text(machine, "access_token"),
                                   world.text(tokens, "id_token"), std::string("a.b.c"), std::string("nothing")}) {
    const net::Response response = introspect(other, token);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"active":false})");
  }
  EXPECT_EQ(world.outcome_of(world.post("/oauth/introspect", {{"token", access_token}})),
            "401 invalid_client invalid_client");
  const TestClient spa = world.add_client(ClientType::kSinglePageApp);
  EXPECT_EQ(world.outcome_of(introspect(spa, access_token)), "400 unauthorized_client unauthorized_client");
  EXPECT_EQ(world.outcome_of(world.post("/oauth/introspect", world.proof(app))),
            "400 invalid_request malformed_request");
}

TEST_F(RefreshSuite, P19_RevocationEndsTheLoginOfTheClientsOwnTokenOnly) {
  for (const std::string& token : {access_token, refresh_token, std::string("a.b.c"), std::string("nothing")}) {
    EXPECT_EQ(world.outcome_of(revoke(other, token)), "200");
  }
  EXPECT_TRUE(is_active(access_token));
  EXPECT_EQ(world.outcome_of(world.post("/oauth/revoke", {{"token", refresh_token}})),
            "401 invalid_client invalid_client");
  EXPECT_EQ(world.outcome_of(revoke(app, world.text(tokens, "id_token"))),
            "400 unsupported_token_type unsupported_token_type");
  EXPECT_EQ(world.outcome_of(revoke(app, refresh_token)), "200");
  EXPECT_FALSE(is_active(access_token));
  EXPECT_FALSE(is_active(refresh_token));
  EXPECT_EQ(world.grant_row(world.grant).revoke_reason, "revoked");
  EXPECT_EQ(world.outcome_of(revoke(app, refresh_token)), "200") << "again";
}

TEST_F(RefreshSuite, AnAccessTokenRevokesItsLoginToo) {
  EXPECT_EQ(world.outcome_of(revoke(app, access_token)), "200");
  EXPECT_EQ(world.outcome_of(world.refresh(app, refresh_token)), "400 invalid_grant invalid_grant");
}

TEST_F(RefreshSuite, APublicClientMayRevokeItsOwn) {
  const TestClient spa = world.add_client(ClientType::kSinglePageApp);
  const json::object own = world.login(spa);
  EXPECT_EQ(world.outcome_of(revoke(spa, world.text(own, "refresh_token"))), "200");
  EXPECT_EQ(world.outcome_of(world.user_info(world.text(own, "access_token"))), "401 invalid_token token_revoked");
}

}  // namespace
}  // namespace doorward::test
