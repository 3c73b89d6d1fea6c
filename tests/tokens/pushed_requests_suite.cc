// Pushed authorization requests, and requests of browsers from other origins.
#include "login_world.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

struct PushedRequestsSuite : LoginSuite {
  Fields parameters(Fields changes = {}) {
    Fields fields{{"response_type", "code"},
                  {"redirect_uri", kCallback},
                  {"scope", "openid"},
                  {"state", "s"},
                  {"code_challenge", challenge_of(kVerifier)},
                  {"code_challenge_method", "S256"},
                  {"organization_id", "org_1"}};
    for (auto& [name, value] : changes) fields[name] = value;
    return fields;
  }
  net::Response push(const TestClient& client, Fields changes = {}) {
    return world.post("/oauth/par", world.proof(client, parameters(std::move(changes))));
  }
  std::string pushed(const TestClient& client) { return world.text(world.json_of(push(client)), "request_uri"); }
  Result<oauth::Form> take(const std::string& request_uri, const TestClient& client) {
    return sync_wait(world.server.pushed_requests().take(installation.environment_id, request_uri, client.row.id,
                                                         std::chrono::steady_clock::time_point::max()));
  }
};

TEST_F(PushedRequestsSuite, ParametersAreKeptUnderANameThatNobodyGuesses) {
  const net::Response response = push(app);
  ASSERT_EQ(response.status, 201) << response.body;
  const json::object answer = world.json_of(response);
  EXPECT_EQ(answer.at("expires_in"), 60);
  const std::string request_uri = world.text(answer, "request_uri");
  EXPECT_THAT(request_uri, testing::StartsWith("urn:ietf:params:oauth:request_uri:"));
  EXPECT_GE(request_uri.size(), std::string("urn:ietf:params:oauth:request_uri:").size() + 43);
  const auto form = take(request_uri, app);
  ASSERT_TRUE(form) << form.error().message;
  EXPECT_EQ(form->at("client_id"), app.row.id.str());
  EXPECT_EQ(form->at("state"), "s");
  EXPECT_FALSE(form->contains("client_secret"));
}

TEST_F(PushedRequestsSuite, P20_ANameIsGoodOnceForAMinuteAndForItsClient) {
  const TestClient other = world.add_client(ClientType::kWebApp);
  const std::string once = pushed(app);
  EXPECT_EQ(outcome(take(once, other)), "invalid_request_uri");
  EXPECT_EQ(outcome(take(once, app)), "accepted") << "the other one used nothing up";
  EXPECT_EQ(outcome(take(once, app)), "invalid_request_uri");
  const std::string late = pushed(app);
  clock.advance(std::chrono::seconds(60));
  EXPECT_EQ(outcome(take(late, app)), "invalid_request_uri");
  for (const char* foreign : {"https://evil.test/request.jwt", "urn:ietf:params:oauth:request_uri:x", ""}) {
    EXPECT_EQ(outcome(take(foreign, app)), "invalid_request_uri") << foreign;
  }
}

TEST_F(PushedRequestsSuite, P20_WhatIsWrongIsSaidAtOnce) {
  EXPECT_EQ(world.outcome_of(push(app, {{"request_uri", "urn:ietf:params:oauth:request_uri:x"}})),
            "400 invalid_request invalid_request");
  EXPECT_EQ(world.outcome_of(push(app, {{"redirect_uri", "https://evil.test/"}})),
            "400 invalid_request invalid_redirect_uri");
  EXPECT_EQ(world.outcome_of(push(app, {{"redirect_uri", ""}})), "400 invalid_request invalid_request");
  EXPECT_EQ(world.outcome_of(push(app, {{"response_type", "token"}})),
            "400 unsupported_response_type unsupported_response_type");
  EXPECT_EQ(world.outcome_of(push(app, {{"code_challenge_method", "plain"}})), "400 invalid_request invalid_request");
  EXPECT_EQ(world.outcome_of(push(app, {{"request", "e30.e30."}})), "400 request_not_supported request_not_supported")
      << "P-21";
  EXPECT_EQ(world.outcome_of(push(app, {{"scope", "openid nonsense"}})), "400 invalid_scope invalid_scope");
  const TestClient spa = world.add_client(ClientType::kSinglePageApp);
  EXPECT_EQ(world.outcome_of(push(spa, {{"code_challenge", ""}, {"code_challenge_method", ""}})),
            "400 invalid_request invalid_request")
      << "PKCE";
  EXPECT_EQ(world.outcome_of(push(app, {{"prompt", "none"}})), "201") << "the browser brings back the answer to it";
  EXPECT_EQ(world.outcome_of(world.post("/oauth/par", parameters())), "401 invalid_client invalid_client");
  const TestClient machine =
      world.add_client(ClientType::kWebApp, [](ApiClient& row) { row.grant_types = {"client_credentials"}; });
  EXPECT_EQ(world.outcome_of(push(machine)), "400 unauthorized_client unauthorized_client");
}

TEST_F(PushedRequestsSuite, APatternOfTheOrganizationIsJudgedLater) {
  const TestClient tenant = world.add_client(
      ClientType::kWebApp, [](ApiClient& row) { row.redirect_uris = {"https://{{org_slug}}.example.com/cb"}; });
  EXPECT_EQ(world.outcome_of(push(tenant, {{"redirect_uri", "https://acme.example.com/cb"}})), "201");
}

TEST_F(PushedRequestsSuite, OneClientCannotFillTheDatabase) {
  const TestClient spa = world.add_client(ClientType::kSinglePageApp);
  std::string last;
  for (int i = 0; i <= static_cast<int>(PushedRequests::kPushLimits.burst); ++i) last = world.outcome_of(push(spa));
  EXPECT_EQ(last, "429 temporarily_unavailable rate_limited");
  EXPECT_EQ(world.outcome_of(push(app)), "201");
}

struct CrossOriginSuite : LoginSuite {
  TestClient spa = world.add_client(ClientType::kSinglePageApp, [](ApiClient& row) {
    row.redirect_uris = {"https://spa.example.com/callback", "http://localhost:3000/cb"};
  });

  net::Response preflight(const std::string& path, const std::string& origin) {
    return world.send({.method = "OPTIONS",
                       .path = path,
                       .headers = {{"origin", origin}, {"access-control-request-method", "POST"}}});
  }
  std::string allowed(const net::Response& response) {
    return world.header_of(response, "access-control-allow-origin");
  }
};

TEST_F(CrossOriginSuite, P28_ScriptsOfRegisteredOriginsMayCall) {
  for (const char* path : {"/oauth/token", "/oauth/revoke", "/userinfo"}) {
    for (const char* origin : {"https://spa.example.com", "http://localhost:3000"}) {
      const net::Response response = preflight(path, origin);
      EXPECT_EQ(response.status, 204);
      EXPECT_EQ(allowed(response), origin) << path;
      EXPECT_EQ(world.header_of(response, "vary"), "Origin");
      EXPECT_EQ(world.header_of(response, "access-control-allow-credentials"), "");
    }
  }
  const net::Response answer =
      world.post("/oauth/token", world.proof(spa, {{"grant_type", "authorization_code"}, {"code", "x"}}),
                 {{"origin", "https://spa.example.com"}});
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(allowed(answer), "https://spa.example.com") << "errors are for scripts to read too";
}

TEST_F(CrossOriginSuite, P28_OthersMayNot) {
  // https://app.example.com is of a confidential client.
  for (const char* origin :
       {"https://evil.test", "https://spa.example.com.evil.test", "http://spa.example.com",
        "https://spa.example.com:8443", "https://app.example.com", "null", "*", "https://spa.example.com/callback"}) {
    EXPECT_EQ(allowed(preflight("/oauth/token", origin)), "") << origin;
  }
  for (const char* path : {"/oauth/introspect", "/oauth/par", "/oidc/logout"}) {
    EXPECT_EQ(allowed(preflight(path, "https://spa.example.com")), "") << path;
  }
}

TEST_F(CrossOriginSuite, PublicDocumentsAreForEverybody) {
  for (const char* path : {"/keys", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"}) {
    EXPECT_EQ(allowed(world.get(path, {}, {{"origin", "https://anywhere.test"}})), "*") << path;
  }
}

}  // namespace
}  // namespace doorward::test
