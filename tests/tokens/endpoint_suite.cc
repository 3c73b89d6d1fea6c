#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/encoding.h"
#include "server/authorization_server.h"
#include "suite.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

struct EndpointSuite : Suite {
  Installation installation = start().value();
  std::string secret = file.read(installation.environment_id).value()->client_secret.reveal();
  InlineOffload offload;
  ClientStates clients{store(), clock};
  TokenVerifier verifier{*installation.signing_keys, kBaseUrl};
  ApiAuthentication api{clock, verifier, clients};
  server::AuthorizationServer authorization_server{{store(), clock, ids(), random, offload, installation, clients,
                                                    verifier, api, EnvironmentKind::kDevelopment, kBaseUrl,
                                                    [](const auto&...) { return std::string(); }}};

  std::string body() const {
    return "grant_type=client_credentials&client_id=" + installation.client_id.str() + "&client_secret=" + secret;
  }
  net::Response send(const std::string& method, const std::string& path, const std::string& content = "",
                     net::Headers headers = {{"content-type", "application/x-www-form-urlencoded"}}) {
    net::Request request;
    request.method = method;
    request.path = path;
    request.headers = std::move(headers);
    request.headers.push_back({"host", "evil.example"});
    request.body = content;
    request.peer = "192.0.2.1";
    request.deadline = std::chrono::steady_clock::time_point::max();
    net::Router router;
    authorization_server.add_to(router);
    return sync_wait(router(request));
  }
  net::Response post(const std::string& content) { return send("POST", "/oauth/token", content); }

  static std::string error_of(const net::Response& response) {
    return std::string(json::parse(response.body).at("error").as_string());
  }
  static std::string header_of(const net::Response& response, std::string_view name) {
    const std::string* value = net::find_header(response.headers, name);
    return value == nullptr ? "" : *value;
  }
};

TEST_F(EndpointSuite, GrantsATokenThatMayNotBeCached) {
  const net::Response response = post(body());
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(header_of(response, "cache-control"), "no-store");
  EXPECT_EQ(header_of(response, "content-type"), "application/json");
  const json::object answer = json::parse(response.body).as_object();
  EXPECT_EQ(answer.at("token_type"), "Bearer");
  EXPECT_EQ(answer.at("expires_in"), 86399);
  EXPECT_EQ(answer.at("scope"), "openid");
  const std::string token(answer.at("access_token").as_string());
  const auto claims = TokenVerifier(*installation.signing_keys, kBaseUrl).verify_api(token, clock.now());
  ASSERT_TRUE(claims) << claims.error().detail;
  EXPECT_EQ(claims->issuer, kBaseUrl) << "never the Host field";
}

TEST_F(EndpointSuite, TakesBasicAndIgnoresAStaleBearer) {
  const std::string basic = "Basic " + base64_encode(installation.client_id.str() + ":" + secret);
  const net::Header form{"content-type", "application/x-www-form-urlencoded; charset=utf-8"};
  EXPECT_EQ(send("POST", "/oauth/token", "grant_type=client_credentials", {form, {"authorization", basic}}).status,
            200);
  EXPECT_EQ(send("POST", "/oauth/token", body(), {form, {"authorization", "Bearer a.b.c"}}).status, 200);
}

TEST_F(EndpointSuite, RefusesInTheErrorsOfOAuth) {
  const auto expect = [&](const net::Response& response, int status, const char* error) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(error_of(response), error);
    EXPECT_EQ(header_of(response, "cache-control"), "no-store");
    EXPECT_FALSE(json::parse(response.body).at("error_description").as_string().empty());
  };
  expect(send("GET", "/oauth/token"), 405, "invalid_request");
  expect(send("POST", "/oauth/token", "{}", {{"content-type", "application/json"}}), 415, "invalid_request");
  expect(send("POST", "/oauth/token", body(), {}), 415, "invalid_request");
  expect(post(body() + "&x=" + std::string(16 * 1024, 'x')), 413, "invalid_request");
  expect(post(body() + "&grant_type=client_credentials"), 400, "invalid_request");
  expect(post("grant_type=password"), 400, "unsupported_grant_type");
  expect(post(body() + "&scope=admin"), 400, "invalid_scope");
  expect(post(body() + "x"), 401, "invalid_client");
  EXPECT_EQ(header_of(send("GET", "/oauth/token"), "allow"), "POST");
  EXPECT_THAT(header_of(post(body() + "x"), "www-authenticate"), testing::StartsWith("Basic "));
}

TEST_F(EndpointSuite, SaysWhenToComeBack) {
  net::Response response;
  for (int i = 0; i < 100 && response.status != 429; ++i) response = post(body() + "x");
  ASSERT_EQ(response.status, 429);
  EXPECT_EQ(header_of(response, "retry-after"), "1");
  clock.advance(std::chrono::seconds(1));
  offload.full = true;
  const net::Response overloaded = post(body());
  EXPECT_EQ(overloaded.status, 503);
  EXPECT_EQ(header_of(overloaded, "retry-after"), "1");
}

TEST_F(EndpointSuite, ServesKeysAndDiscoveryToAnyone) {
  const net::Response set = send("GET", "/keys", "", {{"authorization", "Bearer stale"}});
  EXPECT_EQ(set.status, 200);
  EXPECT_EQ(json::parse(set.body).at("keys").at(0).at("kid"), json::value(installation.signing_keys->current_key_id()));
  const net::Response document = send("GET", "/.well-known/openid-configuration");
  EXPECT_EQ(document.status, 200);
  EXPECT_EQ(json::parse(document.body).at("issuer"), json::value(kBaseUrl));
  EXPECT_EQ(document.body.find("evil.example"), std::string::npos);
  EXPECT_EQ(send("POST", "/keys").status, 405);
  EXPECT_EQ(send("HEAD", "/keys").status, 200);
}

}  // namespace
}  // namespace doorward::test
