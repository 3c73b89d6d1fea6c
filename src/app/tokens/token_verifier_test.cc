#include "app/tokens/token_verifier.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "app/keys/key_ring.h"
#include "ports/test_doubles.h"

namespace doorward {
namespace {

namespace json = boost::json;

constexpr const char* kIssuer = "https://id.test";

struct TokenVerifierTest : testing::Test {
  test::ManualClock clock;
  test::CountingIds ids;
  test::SystemRandom random;
  KeyEncryptionKey kek = KeyEncryptionKey::generate(random);
  std::unique_ptr<KeyRing> box =
      KeyRing::open(kek, make_protected_keys(kek, EnvironmentId("env_1"), ids, random, clock.now()), random).value();
  SigningKeys keys =
      SigningKeys::load({make_signing_key(EnvironmentId("env_1"), ids, *box, clock.now())}, *box).value();
  TokenVerifier verifier{keys, kIssuer};

  json::object claims(TokenClass token_class) const {
    const std::int64_t now = to_unix_seconds(clock.now());
    json::object object{{"iss", kIssuer},
                        {"sub", "skc_1"},
                        {"jti", "tkn_1"},
                        {"iat", now},
                        {"nbf", now},
                        {"exp", now + 60},
                        {"aud", json::array{token_class == TokenClass::kApi ? kIssuer : "skc_1"}}};
    object[kTokenClassClaim] = token_class_name(token_class);
    if (token_class == TokenClass::kLogin) object["client_id"] = "skc_1";
    if (token_class == TokenClass::kIdentity) object["azp"] = "skc_1";
    return object;
  }
  std::string token(const json::object& object, std::string_view type = kPlainTokenType) const {
    return keys.sign(jose::Algorithm::kRs256, type, json::serialize(object));
  }
  std::string access_token(const json::object& object) const { return token(object, kAccessTokenType); }
  std::string_view api(const std::string& text) const {
    const auto verified = verifier.verify_api(text, clock.now());
    return verified ? "accepted" : reason_name(verified.error().reason);
  }
  std::string_view login(const std::string& text) const {
    const auto verified = verifier.verify_login(text, clock.now());
    return verified ? "accepted" : reason_name(verified.error().reason);
  }
  std::string_view hint(const std::string& text) const {
    const auto verified = verifier.verify_hint(text, clock.now());
    return verified ? "accepted" : reason_name(verified.error().reason);
  }
};

TEST_F(TokenVerifierTest, EachClassPassesWhereItBelongs) {
  EXPECT_EQ(api(token(claims(TokenClass::kApi))), "accepted");
  EXPECT_EQ(login(access_token(claims(TokenClass::kLogin))), "accepted");
  EXPECT_EQ(hint(token(claims(TokenClass::kIdentity))), "accepted");
}

// The same key signs all, so only the signed type and class keep them apart: even with the audience of the other.
TEST_F(TokenVerifierTest, P18_NoClassPassesForAnother) {
  for (const TokenClass one : {TokenClass::kApi, TokenClass::kLogin, TokenClass::kIdentity, TokenClass::kDirectory}) {
    for (const char* audience : {kIssuer, "skc_1"}) {
      for (const std::string_view type : {kPlainTokenType, kAccessTokenType}) {
        json::object disguised = claims(one);
        disguised["aud"] = audience;
        disguised["azp"] = "skc_1";
        disguised["client_id"] = "skc_1";
        const std::string text = token(disguised, type);
        if (one != TokenClass::kApi) EXPECT_EQ(api(text), "wrong_token_class");
        if (one != TokenClass::kLogin) EXPECT_EQ(login(text), "wrong_token_class");
        if (one != TokenClass::kIdentity) EXPECT_EQ(hint(text), "wrong_token_class");
      }
    }
  }
}

TEST_F(TokenVerifierTest, P17_AnAccessTokenIsForTheClientThatItNames) {
  json::object other = claims(TokenClass::kLogin);
  other["client_id"] = "skc_2";
  EXPECT_EQ(login(access_token(other)), "invalid_token");
  other.erase("client_id");
  EXPECT_EQ(login(access_token(other)), "invalid_token");
}

TEST_F(TokenVerifierTest, P30_AHintCountsLongAfterItsEnd) {
  json::object object = claims(TokenClass::kIdentity);
  object["sid"] = "ses_1";
  const std::string text = token(object);
  clock.advance(std::chrono::days(3));
  const auto verified = verifier.verify_hint(text, clock.now());
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->client_id, ApiClientId("skc_1"));
  EXPECT_EQ(verified->session_id, SessionId("ses_1"));
  object["iss"] = "https://other.test";
  EXPECT_EQ(hint(token(object)), "invalid_token");
}

TEST_F(TokenVerifierTest, ATokenWithoutAClassHasNone) {
  for (const json::value& odd :
       {json::value(), json::value("API"), json::value(""), json::value(1), json::value(json::array{"api"})}) {
    json::object object = claims(TokenClass::kApi);
    object[kTokenClassClaim] = odd;
    EXPECT_EQ(api(token(object)), "wrong_token_class") << json::serialize(odd);
  }
  json::object object = claims(TokenClass::kApi);
  object.erase(kTokenClassClaim);
  EXPECT_EQ(api(token(object)), "wrong_token_class");
  EXPECT_EQ(login(access_token(object)), "wrong_token_class");
}

TEST_F(TokenVerifierTest, RefusesForeignIssuerAudienceAndKeys) {
  const auto changed = [&](const char* name, json::value value) {
    json::object object = claims(TokenClass::kApi);
    object[name] = std::move(value);
    return token(object);
  };
  const auto detail = [&](const std::string& text) {
    const auto verified = verifier.verify_api(text, clock.now());
    EXPECT_FALSE(verified);
    EXPECT_EQ(verified.error().reason, Reason::kInvalidToken);
    return verified.error().detail;
  };
  EXPECT_EQ(detail(changed("iss", "https://other.test")), "issuer_mismatch");
  EXPECT_EQ(detail(changed("aud", "https://other.test")), "audience");
  EXPECT_EQ(detail(changed("iat", to_unix_seconds(clock.now()) + 6)), "time_window");
  EXPECT_EQ(detail(changed("jti", "")), "jwt_malformed: claim is absent: jti");

  const SigningKeys others =
      SigningKeys::load({make_signing_key(EnvironmentId("env_1"), ids, *box, clock.now())}, *box).value();
  EXPECT_EQ(detail(others.sign(jose::Algorithm::kRs256, kPlainTokenType, json::serialize(claims(TokenClass::kApi)))),
            "unknown_kid");
  std::string bent = token(claims(TokenClass::kApi));
  bent[bent.rfind('.') + 5] = bent[bent.rfind('.') + 5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(detail(bent), "signature_invalid");
}

TEST_F(TokenVerifierTest, ExpiresWithALittleRoomForClocks) {
  const std::string text = token(claims(TokenClass::kApi));
  clock.advance(std::chrono::seconds(60) + kClockSkew - std::chrono::microseconds(1));
  EXPECT_EQ(api(text), "accepted");
  clock.advance(std::chrono::microseconds(1));
  EXPECT_EQ(api(text), "token_expired");
}

}  // namespace
}  // namespace doorward
