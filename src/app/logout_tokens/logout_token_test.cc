#include "app/logout_tokens/logout_token.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <vector>

#include "app/keys/key_encryption_key.h"
#include "app/keys/key_ring.h"
#include "app/tokens/token_verifier.h"
#include "ports/test_doubles.h"

namespace doorward {
namespace {

namespace json = boost::json;

constexpr const char* kIssuer = "https://auth.example.com";

const EndedLogin kLogin{
    .client_id = ApiClientId("skc_1"), .session_id = SessionId("ses_2"), .subject = "conn_3;ann \"the\" admin"};

// Section 2.4, claim by claim; and nothing else but what keeps our classes of tokens apart.
TEST(LogoutClaims, AreThoseOfTheSpecification) {
  const Timestamp now(std::chrono::seconds(1'800'000'000));
  const json::object claims = logout_claims(kIssuer, kLogin, TokenId("tok_4"), now);
  const json::object expected{{"iss", kIssuer},
                              {"sub", "conn_3;ann \"the\" admin"},
                              {"aud", json::array{"skc_1"}},
                              {"iat", 1'800'000'000},
                              {"exp", 1'800'000'120},
                              {"jti", "tok_4"},
                              {"events", {{"http://schemas.openid.net/event/backchannel-logout", json::object()}}},
                              {"sid", "ses_2"},
                              {"token_use", "logout"}};
  EXPECT_EQ(claims, expected);
  EXPECT_FALSE(claims.contains("nonce")) << "section 2.4: it must not be there";
}

struct LogoutTokensTest : testing::Test {
  test::SystemRandom random;
  test::CountingIds ids;
  test::ManualClock clock;
  std::unique_ptr<KeyRing> box = [this] {
    const KeyEncryptionKey kek = KeyEncryptionKey::generate(random);
    return KeyRing::open(kek, make_protected_keys(kek, EnvironmentId("env_1"), ids, random, clock.now()), random)
        .value();
  }();
  SigningKeys keys = [this] {
    std::vector<SigningKey> made;
    for (const jose::Algorithm algorithm : kSigningAlgorithms) {
      made.push_back(make_signing_key(EnvironmentId("env_1"), ids, *box, clock.now(), algorithm));
    }
    return SigningKeys::load(made, *box).value();
  }();
  LogoutTokens tokens{ids, keys, kIssuer};

  auto verify(const std::string& token, std::string_view type) {
    return jose::verify_compact(token, [&](std::string_view id) { return keys.find(id, clock.now()); }, type);
  }
};

TEST_F(LogoutTokensTest, AreSignedAsTheClientsIdTokensAre) {
  for (const auto& [name, algorithm] :
       {std::pair{"RS256", jose::Algorithm::kRs256}, std::pair{"ES256", jose::Algorithm::kEs256}}) {
    ApiClient client;
    client.id_token_signed_response_alg = name;
    const std::string token = tokens.sign(client, kLogin, clock.now());
    const auto verified = verify(token, "logout+jwt");
    ASSERT_TRUE(verified) << name << verified.error().detail;
    EXPECT_EQ(verified->header().algorithm, algorithm);
    EXPECT_EQ(json::parse(verified->payload()).at("sid"), "ses_2");
    EXPECT_TRUE(std::ranges::all_of(token, [](char c) {
      return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
    })) << "it stands in a form as it is";
  }
}

TEST_F(LogoutTokensTest, EachIsAnother) {
  const ApiClient client;
  const auto id_of = [&] {
    return json::parse(verify(tokens.sign(client, kLogin, clock.now()), "logout+jwt")->payload()).at("jti");
  };
  EXPECT_NE(id_of(), id_of());
}

// RFC 8725 section 3.12. The application has the token; it must open nothing here.
TEST_F(LogoutTokensTest, PassForNoOtherToken) {
  const std::string token = tokens.sign(ApiClient(), kLogin, clock.now());
  const TokenVerifier verifier(keys, kIssuer);
  const auto reason = [](const auto& result) { return result ? "accepted" : reason_name(result.error().reason); };
  EXPECT_EQ(reason(verifier.verify_api(token, clock.now())), "wrong_token_class");
  EXPECT_EQ(reason(verifier.verify_login(token, clock.now())), "wrong_token_class");
  EXPECT_EQ(reason(verifier.verify_hint(token, clock.now())), "wrong_token_class");
  EXPECT_EQ(reason(verifier.verify_directory(token, "skc_1", clock.now())), "wrong_token_class");
}

}  // namespace
}  // namespace doorward
