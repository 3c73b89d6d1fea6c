// Signing out at /oidc/logout.
#include "login_world.h"

namespace doorward::test {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

struct SignOutSuite : LoginSuite {
  json::object tokens = world.login(app);
  std::string id_token = world.text(tokens, "id_token");

  net::Response sign_out(const Fields& fields) { return world.get("/oidc/logout", fields); }
  bool is_over() { return world.session_row(world.session).status != SessionStatus::kActive; }
};

TEST_F(SignOutSuite, P36_EndsTheLoginAndGoesBackToTheApplication) {
  const net::Response response =
      sign_out({{"id_token_hint", id_token}, {"post_logout_redirect_uri", kSignedOut}, {"state", "a b&c"}});
  EXPECT_EQ(response.status, 302) << response.body;
  EXPECT_EQ(world.header_of(response, "location"), std::string(kSignedOut) + "?state=a%20b%26c");
  EXPECT_EQ(world.session_row(world.session).status, SessionStatus::kLoggedOut);
  EXPECT_EQ(world.outcome_of(world.refresh(app, world.text(tokens, "refresh_token"))),
            "400 invalid_grant invalid_grant");
  EXPECT_EQ(world.outcome_of(world.user_info(world.text(tokens, "access_token"))), "401 invalid_token token_revoked");
  EXPECT_EQ(world.history_of_organization().back().cause.at("reason"), "logout");
  EXPECT_EQ(sign_out({{"id_token_hint", id_token}, {"post_logout_redirect_uri", kSignedOut}}).status, 302)
      << "once more is no error";
}

TEST_F(SignOutSuite, P36_EveryLoginIsASessionOfItsOwn) {
  const SessionId first = world.session;
  const json::object second = world.login(app);
  EXPECT_NE(world.session, first);
  sign_out({{"id_token_hint", id_token}});
  EXPECT_EQ(world.session_row(first).status, SessionStatus::kLoggedOut);
  EXPECT_EQ(world.outcome_of(world.user_info(world.text(second, "access_token"))), "200");
}

TEST_F(SignOutSuite, OneSourceAsksSoOftenWithoutNamingAClient) {
  const Fields nameless{{"post_logout_redirect_uri", kSignedOut}};
  for (int i = 0; i < static_cast<int>(SignOut::kNamelessLimits.burst); ++i) ASSERT_EQ(sign_out(nameless).status, 200);
  const net::Response more = sign_out(nameless);
  EXPECT_EQ(more.status, 429);
  EXPECT_EQ(more.reason, "rate_limited");
  EXPECT_EQ(sign_out({{"post_logout_redirect_uri", kSignedOut}, {"client_id", app.row.id.str()}}).status, 200);
  EXPECT_EQ(sign_out({{"post_logout_redirect_uri", kSignedOut}, {"id_token_hint", id_token}}).status, 302);
}

TEST_F(SignOutSuite, P26_APostIsAnsweredBy303) {
  const net::Response response =
      world.post("/oidc/logout", {{"id_token_hint", id_token}, {"post_logout_redirect_uri", kSignedOut}});
  EXPECT_EQ(response.status, 303);
  EXPECT_TRUE(is_over());
}

TEST_F(SignOutSuite, WithoutAnAddressAPageSaysSo) {
  const net::Response response = sign_out({{"id_token_hint", id_token}});
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("You are signed out"));
  EXPECT_EQ(world.header_of(response, "cache-control"), "no-store");
  EXPECT_EQ(world.header_of(response, "x-frame-options"), "DENY");
}

TEST_F(SignOutSuite, P30_AnExpiredHintIsStillOne) {
  clock.advance(std::chrono::days(4));
  EXPECT_EQ(sign_out({{"id_token_hint", id_token}, {"post_logout_redirect_uri", kSignedOut}}).status, 302);
  EXPECT_TRUE(is_over());
}

TEST_F(SignOutSuite, P30_TheAddressMustBeTheClientsOwnToTheLetter) {
  const TestClient other = world.add_client(
      ClientType::kWebApp, [](ApiClient& row) { row.post_logout_redirect_uris = {"https://b.test/"}; });
  for (const char* uri : {"https://evil.test/", "https://app.example.com/bye/", "https://app.example.com/bye?x=1",
                          "https://app.example.com/BYE", "javascript:alert(1)", "https://b.test/", kCallback}) {
    const net::Response response = sign_out({{"id_token_hint", id_token}, {"post_logout_redirect_uri", uri}});
    EXPECT_EQ(response.status, 400) << uri;
    EXPECT_EQ(response.reason, "invalid_post_logout_redirect_uri") << uri;
    EXPECT_EQ(world.header_of(response, "location"), "") << uri;
  }
  EXPECT_FALSE(is_over()) << "a refusal changes nothing";
}

TEST_F(SignOutSuite, P30_AHintOfAnotherClientIsRefused) {
  const TestClient other = world.add_client(ClientType::kWebApp);
  const net::Response response = sign_out({{"id_token_hint", id_token}, {"client_id", other.row.id.str()}});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.reason, "invalid_request");
  EXPECT_FALSE(is_over());
  EXPECT_EQ(sign_out({{"id_token_hint", id_token}, {"client_id", app.row.id.str()}}).status, 200);
}

TEST_F(SignOutSuite, P30_WithoutAHintNothingEndsAndNobodyIsSentAnywhereUnasked) {
  for (const Fields& fields : {Fields{{"post_logout_redirect_uri", kSignedOut}},
                               Fields{{"post_logout_redirect_uri", kSignedOut}, {"client_id", app.row.id.str()}},
                               Fields{{"post_logout_redirect_uri", kSignedOut}, {"id_token_hint", "a.b.c"}}}) {
    const net::Response response = sign_out(fields);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(world.header_of(response, "location"), "");
    EXPECT_THAT(response.body, HasSubstr(std::string("href=\"") + kSignedOut + "\""));
    EXPECT_FALSE(is_over());
  }
  EXPECT_EQ(sign_out({{"post_logout_redirect_uri", "https://evil.test/"}}).reason, "invalid_post_logout_redirect_uri");
  EXPECT_THAT(sign_out({}).body, testing::Not(HasSubstr("href=")));
}

TEST_F(SignOutSuite, TheIdentityProviderIsToldWhereItWantsToBe) {
  world.provider_page = "https://idp.test/logout";
  sign_out({{"id_token_hint", id_token}});
  EXPECT_EQ(world.provider_state, "") << "this connection does not ask for it";

  world.change_connection([](Connection& connection) { connection.oidc.idp_logout_required = true; });
  const std::string next = world.text(world.login(app), "id_token");
  const net::Response response =
      sign_out({{"id_token_hint", next}, {"post_logout_redirect_uri", kSignedOut}, {"state", "s"}});
  EXPECT_EQ(response.status, 302);
  const std::string connection = world.connection().id.str();
  EXPECT_EQ(world.header_of(response, "location"),
            "https://idp.test/logout?hint=provider.id.token&back=" + std::string(kBaseUrl) + "/sso/v1/oidc/" +
                connection + "/logout/callback&connection=" + connection);
  EXPECT_TRUE(is_over()) << "whatever the provider does";

  const SignOut& back = world.server.sign_out();
  EXPECT_EQ(back.return_address(world.connection().id, world.provider_state), std::string(kSignedOut) + "?state=s");
  EXPECT_EQ(back.return_address(ConnectionId("conn_other"), world.provider_state), std::nullopt);
  EXPECT_EQ(back.return_address(world.connection().id, world.provider_state + "A"), std::nullopt);
  EXPECT_EQ(back.return_address(world.connection().id, ""), std::nullopt);
  clock.advance(SignOut::kReturnLife + std::chrono::seconds(2));
  EXPECT_EQ(back.return_address(world.connection().id, world.provider_state), std::nullopt);
}

struct SamlSignOutSuite : SignOutSuite {
  net::Response sign_out_by_saml() {
    world.change_connection([](Connection& connection) {
      connection.type = ConnectionType::kSaml;
      connection.saml.slo_required = true;
    });
    const std::string hint = world.text(world.login(app), "id_token");
    return sign_out({{"id_token_hint", hint}, {"post_logout_redirect_uri", kSignedOut}});
  }
};

TEST_F(SamlSignOutSuite, GoesByTheProvider) {
  world.saml_logout = std::optional<saml::OutgoingMessage>(saml::RedirectTo{"https://idp.test/slo?SAMLRequest=x"});
  const net::Response response = sign_out_by_saml();
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(world.header_of(response, "location"), "https://idp.test/slo?SAMLRequest=x");
  EXPECT_EQ(world.provider_state, "provider.id.token " + std::string(kSignedOut)) << "the hint, and the way back";
  EXPECT_TRUE(is_over());
}

TEST_F(SamlSignOutSuite, OrByAForm) {
  world.saml_logout = std::optional<saml::OutgoingMessage>(saml::PostTo{
      .action = "https://idp.test/slo", .parameter = "SAMLRequest", .message = "PHg+", .relay_state = "rs"});
  const net::Response response = sign_out_by_saml();
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr(R"(action="https://idp.test/slo")"));
  EXPECT_THAT(response.body, HasSubstr(R"(name="SAMLRequest" value="PHg+")"));
  EXPECT_THAT(response.body, HasSubstr(R"(name="RelayState" value="rs")"));
}

TEST_F(SamlSignOutSuite, GoesOnToTheApplicationWhenTheProviderCannotBeTold) {
  world.saml_logout = failure(Reason::kSamlKeyNotFound, "There is no key.");
  EXPECT_EQ(world.header_of(sign_out_by_saml(), "location"), kSignedOut);
  EXPECT_TRUE(is_over());
  world.saml_logout = std::optional<saml::OutgoingMessage>();
  EXPECT_EQ(world.header_of(sign_out_by_saml(), "location"), kSignedOut);
}

TEST_F(SignOutSuite, OtherMethodsAndBrokenFormsAreRefused) {
  EXPECT_EQ(world.send({.method = "DELETE", .path = "/oidc/logout"}).status, 405);
  net::Request broken{.method = "GET", .path = "/oidc/logout", .query = "state=%zz"};
  EXPECT_EQ(world.send(std::move(broken)).status, 400);
  net::Request twice{.method = "GET", .path = "/oidc/logout", .query = "state=1&state=2"};
  EXPECT_EQ(world.send(std::move(twice)).reason, "malformed_request");
}

}  // namespace
}  // namespace doorward::test
