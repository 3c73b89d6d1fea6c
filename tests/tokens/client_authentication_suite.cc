// How clients prove themselves, at every endpoint alike.
#include <array>
#include <boost/json/serialize.hpp>
#include <string>
#include <vector>

#include "app/tokens/client_assertion.h"
#include "login_world.h"
#include "protocol/jose/jwk.h"
#include "protocol/jose/private_key.h"
#include "protocol/oauth/metadata.h"

namespace doorward::test {
namespace {

namespace json = boost::json;
using oauth::kJwtBearerAssertion;

constexpr const char* kEndpoints[] = {"/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/par"};

struct ClientAuthenticationSuite : LoginSuite {
  static net::Header basic(const std::string& id, const std::string& secret) {
    return {"authorization", "Basic " + base64_encode(id + ":" + secret)};
  }
  static Fields machine() { return {{"grant_type", "client_credentials"}}; }
  std::string token(const Fields& fields, net::Headers headers = {}) {
    return world.outcome_of(world.post("/oauth/token", fields, std::move(headers)));
  }
};

TEST_F(ClientAuthenticationSuite, ASecretIsTakenFromTheBodyOrByBasic) {
  EXPECT_EQ(token(world.proof(app, machine())), "200");
  EXPECT_EQ(token(machine(), {basic(app.row.id.str(), app.secret)}), "200");
  EXPECT_EQ(token(world.proof(app, machine()), {{"authorization", "Bearer stale"}}), "200");
}

TEST_F(ClientAuthenticationSuite, P11_EveryEndpointRefusesWhatProvesNothing) {
  const TestClient spa = world.add_client(ClientType::kSinglePageApp);
  const std::string id = app.row.id.str();
  Fields right = world.proof(app, machine());
  right["token"] = "x";
  const auto with = [&](Fields changes) {
    Fields fields = right;
    for (auto& [name, value] : changes) fields[name] = value;
    return fields;
  };
  const std::pair<Fields, net::Headers> wrong[] = {
      {with({{"client_secret", "wrong"}}), {}},
      {with({{"client_secret", ""}}), {}},   // none on a confidential client
      {with({{"client_id", "skc_1"}}), {}},  // unknown
      {with({{"client_id", ""}}), {}},       // nobody
      {right, {basic(id, app.secret)}},      // two ways
      {with({{"client_secret", ""}}), {basic(id, "wrong")}},
      {with({{"client_secret", ""}}), {{"authorization", "Basic !!"}}},
      {with({{"client_secret", ""}, {"client_assertion", "a.b.c"}, {"client_assertion_type", "saml"}}), {}},
      {with({{"client_id", spa.row.id.str()}, {"client_secret", "made up"}}), {}},  // it has no secret
  };
  for (const char* endpoint : kEndpoints) {
    for (const auto& [fields, headers] : wrong) {
      const net::Response response = world.post(endpoint, fields, headers);
      EXPECT_EQ(world.outcome_of(response), "401 invalid_client invalid_client") << endpoint << form_of(fields);
      EXPECT_THAT(world.header_of(response, "www-authenticate"), testing::StartsWith("Basic "));
      clock.advance(std::chrono::seconds(30));  // not what is tested here: guesses are limited
    }
    net::Request in_query{.method = "POST", .path = endpoint, .query = "client_secret=" + app.secret};
    in_query.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    in_query.body = form_of(right);
    EXPECT_EQ(world.outcome_of(world.send(std::move(in_query))), "401 invalid_client invalid_client") << endpoint;
  }
}

TEST_F(ClientAuthenticationSuite, P34_EveryEndpointTakesFormsByPostOnly) {
  for (const char* endpoint : kEndpoints) {
    const net::Response get = world.get(endpoint, world.proof(app, machine()));
    EXPECT_EQ(world.outcome_of(get), "405 invalid_request method_not_allowed") << endpoint;
    EXPECT_EQ(world.header_of(get, "allow"), "POST");
    net::Request json{.method = "POST", .path = endpoint, .headers = {{"content-type", "application/json"}}};
    json.body = "{}";
    EXPECT_EQ(world.outcome_of(world.send(std::move(json))), "415 invalid_request unsupported_media_type") << endpoint;
    Fields large = world.proof(app, machine());
    large["x"] = std::string(oauth::kMostFormBytes, 'x');
    EXPECT_EQ(world.outcome_of(world.post(endpoint, large)), "413 invalid_request payload_too_large") << endpoint;
  }
  EXPECT_EQ(token(world.proof(app, {{"grant_type", "password"}, {"username", "ann"}, {"password", "x"}})),
            "400 unsupported_grant_type unsupported_grant_type")
      << "P-05";
}

TEST_F(ClientAuthenticationSuite, P12_UnknownAndWrongAreToldAlike) {
  const net::Response unknown = world.post(
      "/oauth/token", {{"grant_type", "client_credentials"}, {"client_id", "skc_1"}, {"client_secret", app.secret}});
  Fields fields = world.proof(app, machine());
  fields["client_secret"] = "wrong";
  const net::Response wrong = world.post("/oauth/token", fields);
  EXPECT_EQ(unknown.body, wrong.body);
  EXPECT_EQ(unknown.status, wrong.status);
}

// What a refusal takes cannot tell how near a secret was: neither text meets the other, only their keyed hashes, which
// a stranger cannot foresee.
TEST_F(ClientAuthenticationSuite, P12_EverySecretIsHashedWhoeverItIsSentFor) {
  struct NotingMac final : Mac {
    explicit NotingMac(const Mac& mac) : mac_(mac) {}
    std::string lookup_hash(std::string_view secret) const override {
      hashed.emplace_back(secret);
      const std::string hash = mac_.lookup_hash(secret);
      EXPECT_EQ(hash.size(), 32U) << secret.size();
      return hash;
    }
    std::string mac(std::string_view purpose, std::string_view bytes) const override {
      return mac_.mac(purpose, bytes);
    }
    mutable std::vector<std::string> hashed;

   private:
    const Mac& mac_;
  };
  const NotingMac mac(*installation.key_ring);
  ClientAuthentication authentication({store(), clock, mac}, world.clients, kBaseUrl);
  const auto told = [&](const std::string& id, const std::string& secret) {
    mac.hashed.clear();
    return std::string(outcome(sync_wait(authentication.authenticate(
        {.method = oauth::ClientAuthMethod::kSecretPost, .client_id = id, .secret = Secret<std::string>(secret)},
        oauth::token_endpoint, "192.0.2.1", std::chrono::steady_clock::time_point::max()))));
  };
  const std::string id = app.row.id.str();
  const std::string near = app.secret.substr(0, app.secret.size() - 1);
  for (const std::string& wrong : {near, near + "~", app.secret + "~", std::string("w"), std::string(1000, 'w')}) {
    EXPECT_EQ(told(id, wrong), "invalid_client");
    EXPECT_THAT(mac.hashed, testing::ElementsAre(wrong));
  }
  EXPECT_EQ(told("skc_1", app.secret), "invalid_client");
  EXPECT_THAT(mac.hashed, testing::ElementsAre(app.secret)) << "for an unknown client too";
  EXPECT_EQ(told(id, app.secret), "accepted");
  EXPECT_THAT(mac.hashed, testing::ElementsAre(app.secret));
}

TEST_F(ClientAuthenticationSuite, P37_GuessingIsLimitedAndLocksNobodyElseOut) {
  Fields wrong = world.proof(app, machine());
  wrong["client_secret"] = "wrong";
  for (int i = 0; i < static_cast<int>(kGuessLimits.burst); ++i)
    EXPECT_EQ(token(wrong), "401 invalid_client invalid_client");
  EXPECT_EQ(token(world.proof(app, machine())), "429 temporarily_unavailable rate_limited");
  const TestClient other = world.add_client(ClientType::kWebApp);
  EXPECT_EQ(token(world.proof(other, machine())), "200") << "another client from the same place";
}

TEST_F(ClientAuthenticationSuite, ADisabledClientIsToldSoOnceItProvedItself) {
  world.write([&](WriteTx& tx) {
    return tx.clients().set_enabled(installation.environment_id, app.row.id, false, clock.now());
  });
  EXPECT_EQ(token(world.proof(app, machine())), "401 invalid_client client_disabled");
}

TEST_F(ClientAuthenticationSuite, TheUseOfASecretIsNotedAtMostOnceAMinute) {
  const auto last_used = [&] {
    return sync_wait(store().read("test.secrets", {},
                                  [&](const ReadTx& tx) {
                                    return tx.clients().secrets(installation.environment_id, app.row.id);
                                  }))
        .value()
        .at(0)
        .last_used_time;
  };
  EXPECT_EQ(last_used(), std::nullopt);
  const Timestamp first = clock.now();
  EXPECT_EQ(token(world.proof(app, machine())), "200");
  EXPECT_EQ(last_used(), first);
  clock.advance(std::chrono::seconds(59));
  EXPECT_EQ(token(world.proof(app, machine())), "200");
  EXPECT_EQ(last_used(), first);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(token(world.proof(app, machine())), "200");
  EXPECT_EQ(last_used(), clock.now());
}

TEST_F(ClientAuthenticationSuite, APublicClientGetsNoTokenOfItsOwn) {
  const TestClient spa = world.add_client(ClientType::kSinglePageApp);
  EXPECT_EQ(token(world.proof(spa, machine())), "400 unauthorized_client unauthorized_client");
}

TEST_F(ClientAuthenticationSuite, P32_AMachineGetsTheScopesItWasGivenOnly) {
  const TestClient reader = world.add_client(ClientType::kWebApp, [](ApiClient& row) { row.scopes = {"report:read"}; });
  Fields fields = world.proof(reader, machine());
  fields["scope"] = "openid report:read";
  EXPECT_EQ(token(fields), "200");
  fields["scope"] = "report:write";
  EXPECT_EQ(token(fields), "400 invalid_scope invalid_scope");
  fields["scope"] = "offline_access";
  EXPECT_EQ(token(fields), "400 invalid_scope invalid_scope");
}

TEST_F(ClientAuthenticationSuite, AClientWithoutApiAccessIsUnauthenticatedThere) {
  const TestClient outside = world.add_client(ClientType::kWebApp, [](ApiClient& row) { row.api_access = false; });
  const json::object answer = world.json_of(world.post("/oauth/token", world.proof(outside, machine())));
  const auto caller =
      sync_wait(world.api.authenticate({.text = world.text(answer, "access_token"), .source = "192.0.2.1"}));
  ASSERT_FALSE(caller);
  EXPECT_EQ(caller.error().reason, Reason::kApiAccessDenied);
  EXPECT_EQ(caller.error().code(), Code::kUnauthenticated);
}

struct AssertionSuite : ClientAuthenticationSuite {
  jose::PrivateKey key = jose::PrivateKey::generate(jose::Algorithm::kEs256);
  TestClient signer = world.add_client(ClientType::kWebApp, [&](ApiClient& row) {
    row.jwks = jose::to_key_set(std::array{key.verification_key("k1")});
  });
  int made = 0;

  json::object claims() {
    const std::int64_t now = to_unix_seconds(clock.now());
    return {{"iss", signer.row.id.str()},
            {"sub", signer.row.id.str()},
            {"aud", std::string(kBaseUrl) + "/oauth/token"},
            {"jti", "jti-" + std::to_string(++made)},
            {"iat", now},
            {"exp", now + 60}};
  }
  std::string assertion(const json::object& object) { return key.sign_compact("k1", "JWT", json::serialize(object)); }
  static Fields proof(const std::string& text, Fields more = machine()) {
    more["client_assertion"] = text;
    more["client_assertion_type"] = kJwtBearerAssertion;
    return more;
  }
  std::string with(const char* name, json::value value) {
    json::object object = claims();
    object[name] = std::move(value);
    return token(proof(assertion(object)));
  }
};

TEST_F(AssertionSuite, AClientProvesItselfByItsKey) {
  EXPECT_EQ(token(proof(assertion(claims()))), "200");
  Fields named = proof(assertion(claims()));
  named["client_id"] = signer.row.id.str();
  EXPECT_EQ(token(named), "200");
  EXPECT_EQ(with("aud", kBaseUrl), "200");
  EXPECT_EQ(with("aud", json::array{"https://other.test", kBaseUrl}), "200");
}

TEST_F(AssertionSuite, P14_AnAssertionCountsOnce) {
  const std::string text = assertion(claims());
  EXPECT_EQ(token(proof(text)), "200");
  EXPECT_EQ(token(proof(text)), "401 invalid_client invalid_client");
  EXPECT_EQ(world.outcome_of(world.post("/oauth/introspect", proof(text, {{"token", "x"}}))),
            "401 invalid_client invalid_client")
      << "nor anywhere else";
}

TEST_F(AssertionSuite, P14_AnAssertionForAnotherEndpointIsWorthNothing) {
  const std::string base = kBaseUrl;
  for (const char* endpoint : kEndpoints) {
    Fields asked = machine();
    asked["token"] = "x";
    asked["response_type"] = "code";
    asked["redirect_uri"] = kCallback;
    asked["organization_id"] = "org_1";
    asked["code_challenge"] = challenge_of(kVerifier);
    asked["code_challenge_method"] = "S256";
    std::vector<std::string> audiences{base, base + "/userinfo", base + "/oauth/authorize"};
    for (const char* path : kEndpoints) audiences.push_back(base + path);
    for (const std::string& audience : audiences) {
      json::object object = claims();
      object["aud"] = audience;
      const std::string outcome = world.outcome_of(world.post(endpoint, proof(assertion(object), asked)));
      const bool is_for_it = audience == base || audience == base + "/oauth/token" || audience == base + endpoint;
      if (is_for_it) {
        EXPECT_TRUE(outcome == "200" || outcome == "201") << audience << " at " << endpoint << ": " << outcome;
      } else {
        EXPECT_EQ(outcome, "401 invalid_client invalid_client") << audience << " at " << endpoint;
      }
      clock.advance(std::chrono::seconds(30));  // not what is tested here: guesses are limited
    }
  }
}

TEST_F(AssertionSuite, P14_AnAssertionIsForUsFromTheClientAndBrief) {
  const std::int64_t now = to_unix_seconds(clock.now());
  const std::array ours{std::string(kBaseUrl), std::string(kBaseUrl) + "/oauth/token"};
  const auto detail = [&](const json::object& object) {
    const auto verified =
        verify_client_assertion(assertion(object), signer.row.id.str(), signer.row.jwks, ours, clock.now());
    return verified ? "accepted" : verified.error().detail;
  };
  const auto changed = [&](const char* name, json::value value) {
    json::object object = claims();
    object[name] = std::move(value);
    return object;
  };
  EXPECT_EQ(detail(claims()), "accepted");
  EXPECT_EQ(detail(changed("aud", "https://other.test/oauth/token")), "assertion: audience");
  EXPECT_EQ(detail(changed("aud", json::value(std::string(kBaseUrl) + "/"))), "assertion: audience");
  EXPECT_EQ(detail(changed("aud", json::value(std::string(kBaseUrl) + "/oauth/par"))), "assertion: audience");
  EXPECT_EQ(detail(changed("iss", "skc_1")), "assertion: issuer_mismatch");
  EXPECT_EQ(detail(changed("sub", "skc_1")), "assertion: subject");
  EXPECT_EQ(detail(changed("exp", now - 10)), "assertion: token_expired");
  EXPECT_EQ(detail(changed("exp", now + 306)), "assertion: lives too long");
  EXPECT_EQ(detail(changed("exp", now + 300)), "accepted");
  EXPECT_EQ(detail(changed("jti", "")), "assertion: jwt_malformed");
  EXPECT_EQ(detail(changed("jti", json::value(std::string(257, 'j')))), "assertion: jti too long");
  EXPECT_EQ(detail(changed("nbf", now + 60)), "assertion: time_window");
  EXPECT_EQ(with("aud", "https://other.test"), "401 invalid_client invalid_client");
}

TEST_F(AssertionSuite, P14_AnAssertionIsSignedByTheClientsKeyWithItsAlgorithm) {
  const auto sent = [&](const std::string& text) { return token(proof(text)); };
  const std::string payload = base64url_encode(json::serialize(claims()));
  EXPECT_EQ(sent(base64url_encode(R"({"alg":"none","kid":"k1"})") + "." + payload + "."),
            "401 invalid_client invalid_client");
  const std::string input = base64url_encode(R"({"alg":"HS256","kid":"k1"})") + "." + payload;
  EXPECT_EQ(sent(input + "." + base64url_encode(crypto::hmac_sha256(signer.row.jwks, input))),
            "401 invalid_client invalid_client");
  const jose::PrivateKey stranger = jose::PrivateKey::generate(jose::Algorithm::kEs256);
  EXPECT_EQ(sent(stranger.sign_compact("k1", "JWT", json::serialize(claims()))), "401 invalid_client invalid_client");
  EXPECT_EQ(sent("x"), "401 invalid_client invalid_client");
  EXPECT_EQ(sent("a.b.c"), "401 invalid_client invalid_client");

  const TestClient spa =
      world.add_client(ClientType::kSinglePageApp, [&](ApiClient& row) { row.jwks = signer.row.jwks; });
  json::object of_public = claims();
  of_public["iss"] = of_public["sub"] = spa.row.id.str();
  EXPECT_EQ(sent(assertion(of_public)), "401 invalid_client invalid_client");
  json::object without_keys = claims();
  without_keys["iss"] = without_keys["sub"] = app.row.id.str();
  EXPECT_EQ(sent(assertion(without_keys)), "401 invalid_client invalid_client") << "not a method of this client";
}

TEST_F(AssertionSuite, ATokenBoughtByKeysDiesWithThem) {
  const json::object answer = world.json_of(world.post("/oauth/token", proof(assertion(claims()))));
  const std::string token = world.text(answer, "access_token");
  const auto caller = [&] {
    return outcome(sync_wait(world.api.authenticate({.text = token, .source = "192.0.2.1"})));
  };
  EXPECT_EQ(caller(), "accepted");
  signer.row.jwks =
      jose::to_key_set(std::array{jose::PrivateKey::generate(jose::Algorithm::kEs256).verification_key("k2")});
  world.write([&](WriteTx& tx) { return tx.clients().update(signer.row); });
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(caller(), "token_revoked");
}

TEST_F(AssertionSuite, ALoginWorksByKeysToo) {
  const std::string code = world.code(signer);
  EXPECT_EQ(token(proof(assertion(claims()), {{"grant_type", "authorization_code"},
                                              {"code", code},
                                              {"redirect_uri", kCallback},
                                              {"code_verifier", kVerifier}})),
            "200");
}

}  // namespace
}  // namespace doorward::test
