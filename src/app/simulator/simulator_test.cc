#include "app/simulator/simulator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "app/simulator/test_mac.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "ports/test_doubles.h"
#include "protocol/jose/jws.h"

namespace doorward {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::StartsWith;

using test::TestMac;

constexpr const char* kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";   // RFC 7636 appendix B
constexpr const char* kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";  // the same
constexpr const char* kCallback = "https://id.test/sso/v1/oidc/conn_1/callback";

class SimulatorTest : public testing::Test {
 protected:
  static oauth::Form query() {
    return {{"response_type", "code"},      {"client_id", "client"},           {"redirect_uri", kCallback},
            {"scope", "openid email"},      {"state", "of this browser"},      {"nonce", "of this login"},
            {"code_challenge", kChallenge}, {"code_challenge_method", "S256"}, {"login_hint", "ann@example.com"}};
  }
  std::string answer(const oauth::Form& form) {
    const auto login = read_simulated_login(form, SimulatedProtocol::kOidc);
    EXPECT_TRUE(login);
    const auto request = simulator.read_request(query());
    EXPECT_TRUE(request);
    return simulator.answer(*request, *login);
  }
  static std::string parameter(const std::string& url, const std::string& name) {
    const std::size_t begin = url.find(name + "=");
    EXPECT_NE(begin, std::string::npos) << url;
    const std::size_t from = begin + name.size() + 1;
    return percent_decode(url.substr(from, url.find('&', from) - from), true).value();
  }
  static oauth::Form exchange(const std::string& code) {
    return {{"grant_type", "authorization_code"},
            {"code", code},
            {"redirect_uri", kCallback},
            {"client_id", "client"},
            {"client_secret", "any"},
            {"code_verifier", kVerifier}};
  }
  json::object redeem(const oauth::Form& form) {
    const auto answer = simulator.redeem(form, "", "");
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? json::parse(*answer).as_object() : json::object();
  }
  Reason refusal(const oauth::Form& form) {
    const auto answer = simulator.redeem(form, "", "");
    return answer ? Reason::kInternal : answer.error().reason;
  }
  // The claims of an ID token, and whether its signature is right.
  struct Token {
    json::object claims;
    bool genuine = false;
  };
  Token id_token(const oauth::Form& form) {
    const json::object tokens = redeem(exchange(parameter(answer(form), "code")));
    const std::string text(tokens.at("id_token").as_string());
    const auto parsed = jose::parse_compact(text).value();
    const json::object jwk = json::parse(simulator.key_set()).at("keys").at(0).as_object();
    const auto coordinate = [&](const char* name) {
      return base64url_decode(std::string(jwk.at(name).as_string())).value();
    };
    const auto key = crypto::EcPublicKey::from_coordinates(crypto::Curve::kP256, coordinate("x"), coordinate("y"));
    EXPECT_EQ(parsed.header.key_id, jwk.at("kid").as_string());
    return {json::parse(parsed.payload).as_object(), key->verify(parsed.signing_input, parsed.signature)};
  }
  std::int64_t now() { return to_unix_seconds(clock.now()); }

  test::ManualClock clock;
  test::SystemRandom random;
  TestMac mac;
  Simulator simulator{{clock, random, mac}, "https://id.test"};
};

TEST_F(SimulatorTest, SignsInWhomeverTheFormNames) {
  const std::string location = answer({{"email", "Ann@example.com"},
                                       {"given_name", "Ann"},
                                       {"family_name", "Ames"},
                                       {"groups", "staff, admins,,"},
                                       {"email_verified", "false"},
                                       {"attributes", R"({"department":"Sales","level":3})"}});
  EXPECT_THAT(location, StartsWith(std::string(kCallback) + "?code="));
  EXPECT_EQ(parameter(location, "state"), "of this browser");
  EXPECT_EQ(parameter(location, "iss"), "https://id.test/simulator");

  const json::object tokens = redeem(exchange(parameter(location, "code")));
  EXPECT_EQ(tokens.at("token_type").as_string(), "Bearer");
  const auto user = simulator.user_info("Bearer " + std::string(tokens.at("access_token").as_string()));
  ASSERT_TRUE(user);
  const json::object claims = json::parse(*user).as_object();
  EXPECT_EQ(claims.at("email").as_string(), "Ann@example.com");
  EXPECT_FALSE(claims.at("email_verified").as_bool());
  EXPECT_EQ(claims.at("name").as_string(), "Ann Ames");
  EXPECT_EQ(claims.at("groups"), (json::array{"staff", "admins"}));
  EXPECT_EQ(claims.at("department").as_string(), "Sales");
  EXPECT_EQ(claims.at("level").as_int64(), 3);
}

TEST_F(SimulatorTest, TheIdTokenIsOneThatAnyRelyingPartyAccepts) {
  const Token token = id_token({{"email", "ann@example.com"}});
  EXPECT_TRUE(token.genuine);
  EXPECT_EQ(token.claims.at("iss").as_string(), "https://id.test/simulator");
  EXPECT_EQ(token.claims.at("aud").as_string(), "client");
  EXPECT_EQ(token.claims.at("nonce").as_string(), "of this login");
  EXPECT_EQ(token.claims.at("iat").as_int64(), now());
  EXPECT_EQ(token.claims.at("exp").as_int64(), now() + 3600);
  EXPECT_EQ(token.claims.at("auth_time").as_int64(), now());
  EXPECT_TRUE(token.claims.at("email_verified").as_bool());
  EXPECT_EQ(token.claims.at("sub"), id_token({{"email", "ANN@example.com"}}).claims.at("sub")) << "the same person";
  EXPECT_NE(token.claims.at("sub"), id_token({{"email", "ben@example.com"}}).claims.at("sub"));
  EXPECT_EQ(id_token({{"email", "a@b.test"}, {"subject", "chosen"}}).claims.at("sub").as_string(), "chosen");
}

TEST_F(SimulatorTest, EachOutcomeIsWrongInItsOneWay) {
  const auto of = [&](const char* outcome) { return id_token({{"email", "ann@example.com"}, {"outcome", outcome}}); };
  EXPECT_LT(of("expired").claims.at("exp").as_int64(), now());
  EXPECT_NE(of("wrong_audience").claims.at("aud").as_string(), "client");
  EXPECT_FALSE(of("bad_signature").genuine);
  EXPECT_NE(of("replay").claims.at("nonce").as_string(), "of this login");
  EXPECT_EQ(of("clock_skew").claims.at("iat").as_int64(), now() + 600);
  EXPECT_FALSE(of("missing_email").claims.contains("email"));
  for (const char* outcome : {"expired", "wrong_audience", "replay", "clock_skew", "missing_email"}) {
    EXPECT_TRUE(of(outcome).genuine) << outcome;
  }
}

TEST_F(SimulatorTest, DeniesAccessWithoutACode) {
  const std::string location = answer({{"outcome", "access_denied"}});
  EXPECT_EQ(parameter(location, "error"), "access_denied");
  EXPECT_EQ(parameter(location, "state"), "of this browser");
  EXPECT_EQ(location.find("code="), std::string::npos);
}

TEST_F(SimulatorTest, StartsALoginAtTheProvider) {
  const std::string location = answer({{"outcome", "idp_initiated"}, {"email", "ann@example.com"}});
  EXPECT_THAT(location, StartsWith("https://id.test/sso/v1/oidc/conn_1/initiate?"));
  EXPECT_EQ(parameter(location, "iss"), "https://id.test/simulator");
  EXPECT_EQ(parameter(location, "login_hint"), "ann@example.com");
  EXPECT_EQ(simulator.initiate(ConnectionId("conn_1"), "ann@example.com"), location);
}

TEST_F(SimulatorTest, ACodeIsGoodOnceForAMinuteAndForWhomItWasMade) {
  const auto code = [&] { return parameter(answer({{"email", "ann@example.com"}}), "code"); };
  const std::string once = code();
  redeem(exchange(once));
  EXPECT_EQ(refusal(exchange(once)), Reason::kInvalidGrant);
  const auto changed = [&](const char* name, const char* value) {
    oauth::Form form = exchange(code());
    form[name] = value;
    return refusal(form);
  };
  EXPECT_EQ(changed("client_id", "another"), Reason::kInvalidGrant);
  EXPECT_EQ(changed("redirect_uri", "https://id.test/sso/v1/oidc/conn_2/callback"), Reason::kInvalidGrant);
  EXPECT_EQ(changed("code_verifier", "another-verifier-that-is-as-long-as-it-has-to-be"), Reason::kInvalidGrant);
  EXPECT_EQ(changed("code", "made up"), Reason::kInvalidGrant);
  EXPECT_EQ(changed("grant_type", "password"), Reason::kUnsupportedGrantType);
  oauth::Form nobody = exchange(code());
  nobody.erase("client_id");
  EXPECT_EQ(refusal(nobody), Reason::kInvalidClient);
  oauth::Form without_secret = exchange(code());
  without_secret.erase("client_secret");
  EXPECT_TRUE(simulator.redeem(without_secret, "", "")) << "PKCE binds the code";
  const std::string old = code();
  clock.advance(Simulator::kCodeLife);
  EXPECT_EQ(refusal(exchange(old)), Reason::kInvalidGrant);
}

TEST_F(SimulatorTest, AnotherNodeRedeemsTheCodeAndHasTheSameKey) {
  Simulator other({clock, random, mac}, "https://id.test");
  const std::string code = parameter(answer({{"email", "ann@example.com"}}), "code");
  EXPECT_TRUE(other.redeem(exchange(code), "", ""));
  EXPECT_EQ(other.key_set(), simulator.key_set());
  const TestMac another_root("another root");
  EXPECT_NE(Simulator({clock, random, another_root}, "https://id.test").key_set(), simulator.key_set());
}

TEST_F(SimulatorTest, AnswersToThisServerAndThisMachineOnly) {
  const auto answers = [&](const char* redirect_uri) {
    oauth::Form form = query();
    form["redirect_uri"] = redirect_uri;
    return simulator.read_request(form).has_value();
  };
  EXPECT_TRUE(answers("http://localhost:8080/callback"));
  EXPECT_TRUE(answers("http://127.0.0.1:1/cb"));
  EXPECT_TRUE(answers("http://[::1]:1/cb"));
  for (const char* strange :
       {"https://evil.test/cb", "https://id.test.evil.test/sso/v1/x", "http://localhost.evil.test/cb",
        "http://localhost@evil.test/cb", "http://localhost:1@evil.test/cb", "http://evil.test\\@localhost/cb",
        "javascript:alert(1)", "https://id.test/sso/v1/oidc/conn_1/callback#x", "", "//localhost/cb"}) {
    EXPECT_FALSE(answers(strange)) << strange;
  }
}

TEST_F(SimulatorTest, RefusesWhatAProviderRefuses) {
  const auto refused = [&](const char* name, const char* value) {
    oauth::Form form = query();
    form[name] = value;
    const auto request = simulator.read_request(form);
    return request ? std::string() : request.error().location;
  };
  EXPECT_THAT(refused("response_type", "token"), HasSubstr("error=unsupported_response_type"));
  EXPECT_THAT(refused("scope", "email"), HasSubstr("error=invalid_scope"));
  EXPECT_THAT(refused("code_challenge_method", "plain"), HasSubstr("error=invalid_request"));
  EXPECT_THAT(refused("prompt", "none"), HasSubstr("error=login_required"));
  EXPECT_THAT(refused("prompt", "none"), HasSubstr("state=of%20this%20browser"));
  oauth::Form nobody = query();
  nobody.erase("client_id");
  EXPECT_EQ(simulator.read_request(nobody).error().location, "") << "a page: nothing of it is to be believed";
}

TEST_F(SimulatorTest, UserInfoWantsATokenThatLives) {
  const auto refused = [&](const std::string& authorization) {
    const auto answer = simulator.user_info(authorization);
    return answer ? Reason::kInternal : answer.error().reason;
  };
  EXPECT_EQ(refused(""), Reason::kInvalidToken);
  EXPECT_EQ(refused("Bearer made-up"), Reason::kInvalidToken);
  const std::string code = parameter(answer({{"email", "ann@example.com"}}), "code");
  EXPECT_EQ(refused("Bearer " + code), Reason::kInvalidToken) << "a code is no access token";
  const std::string token(redeem(exchange(code)).at("access_token").as_string());
  clock.advance(Simulator::kTokenLife);
  EXPECT_EQ(refused("Bearer " + token), Reason::kInvalidToken);
}

TEST_F(SimulatorTest, LogoutGoesBackToDoorwardOnly) {
  EXPECT_EQ(simulator.after_logout(
                {{"post_logout_redirect_uri", "https://id.test/sso/v1/oidc/conn_1/logout/callback"}, {"state", "s t"}}),
            "https://id.test/sso/v1/oidc/conn_1/logout/callback?state=s%20t");
  EXPECT_EQ(simulator.after_logout({{"post_logout_redirect_uri", "https://evil.test/"}}), "");
  EXPECT_EQ(simulator.after_logout({}), "");
}

TEST(SimulatedLogin, SaysWhichFieldIsWrong) {
  const auto wrong = [](const oauth::Form& form) {
    const auto login = read_simulated_login(form, SimulatedProtocol::kOidc);
    return login ? std::string() : login.error().violations.at(0).field;
  };
  EXPECT_EQ(wrong({}), "email");
  EXPECT_EQ(wrong({{"email", "a@b.test"}, {"outcome", "unheard-of"}}), "outcome");
  EXPECT_EQ(wrong({{"email", "a@b.test"}, {"given_name", std::string(kMostSimulatedText + 1, 'x')}}), "given_name");
  EXPECT_EQ(wrong({{"email", "a@b.test"}, {"attributes", "[]"}}), "attributes");
  EXPECT_EQ(wrong({{"email", "a@b.test"}, {"attributes", R"({"a":1,"a":2})"}}), "attributes");
  EXPECT_EQ(wrong({{"email", "a@b.test"}, {"attributes", R"({"iss":"https://evil.test"})"}}), "attributes");
  std::string groups;
  for (std::size_t i = 0; i <= kMostSimulatedGroups; ++i) groups += "g,";
  EXPECT_EQ(wrong({{"email", "a@b.test"}, {"groups", groups}}), "groups");
  std::string long_groups;
  for (int i = 0; i < 20; ++i) long_groups += std::string(kMostSimulatedText, 'g') + ",";
  EXPECT_EQ(wrong({{"email", "a@b.test"}, {"groups", long_groups}}), "groups") << "all together";
}

}  // namespace
}  // namespace doorward
