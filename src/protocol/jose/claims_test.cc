#include "protocol/jose/claims.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "protocol/jose/test_keys.h"

namespace doorward::jose {
namespace {

constexpr Timestamp kNow{std::chrono::seconds(1'800'000'000)};

VerifiedJws signed_payload(std::string_view payload) {
  const std::string input = signing_input({.key_id = "snk_1", .type = "JWT"}, payload);
  return verify_compact(append_signature(input, test::private_key().sign(input)), test::find_key(), "JWT").value();
}

Result<void> check(std::string_view payload, ClaimRules rules = {}) {
  rules.issuer = "https://id.test";
  rules.now = kNow;
  DOORWARD_TRY(const Claims claims, read_claims(signed_payload(payload)));
  return check_claims(claims, rules);
}

void expect_refused(const Result<void>& result, Reason reason) {
  ASSERT_FALSE(result);
  EXPECT_EQ(reason_name(result.error().reason), reason_name(reason)) << result.error().detail;
}

TEST(Claims, ReadsTheRegisteredOnes) {
  const auto claims = read_claims(signed_payload(
      R"({"iss":"https://id.test","sub":"s","aud":["a","b"],"exp":1800000060,"iat":1800000000,"nbf":1799999999,)"
      R"("jti":"tkn_1","scope":"openid"})"));
  ASSERT_TRUE(claims) << claims.error().detail;
  EXPECT_EQ(claims->issuer, "https://id.test");
  EXPECT_EQ(claims->subject, "s");
  EXPECT_EQ(claims->audience, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(claims->expires_at, kNow + std::chrono::seconds(60));
  EXPECT_EQ(claims->issued_at, kNow);
  EXPECT_EQ(claims->not_before, kNow - std::chrono::seconds(1));
  EXPECT_EQ(claims->token_id, "tkn_1");
  EXPECT_EQ(claims->members.at("scope"), "openid");
}

TEST(Claims, AcceptsATokenInItsTime) {
  EXPECT_TRUE(check(R"({"iss":"https://id.test","exp":1800000060,"iat":1800000000})"));
}

TEST(Claims, IssuerIsComparedByteForByte) {
  for (const char* issuer : {"https://id.test/", "https://ID.test", "https://id.test.evil", "http://id.test"}) {
    expect_refused(check(std::string(R"({"exp":1800000060,"iat":1800000000,"iss":")") + issuer + "\"}"),
                   Reason::kIssuerMismatch);
  }
  expect_refused(check(R"({"exp":1800000060,"iat":1800000000})"), Reason::kJwtMalformed);
  expect_refused(check(R"({"iss":["https://id.test"],"exp":1800000060,"iat":1800000000})"), Reason::kJwtMalformed);
}

TEST(Claims, AudienceMustHoldTheExpectedOne) {
  const ClaimRules rules{.audience = "app"};
  EXPECT_TRUE(check(R"({"iss":"https://id.test","aud":"app","exp":1800000060,"iat":1800000000})", rules));
  EXPECT_TRUE(check(R"({"iss":"https://id.test","aud":["x","app"],"exp":1800000060,"iat":1800000000})", rules));
  for (const char* audience : {R"("ap")", R"(["x"])", "[]"}) {
    expect_refused(
        check(std::string(R"({"iss":"https://id.test","exp":1800000060,"iat":1800000000,"aud":)") + audience + "}",
              rules),
        Reason::kAudience);
  }
  expect_refused(check(R"({"iss":"https://id.test","exp":1800000060,"iat":1800000000})", rules), Reason::kAudience);
  for (const char* audience : {"7", R"([7])", R"({"app":1})"}) {
    expect_refused(
        check(std::string(R"({"iss":"https://id.test","exp":1800000060,"iat":1800000000,"aud":)") + audience + "}",
              rules),
        Reason::kJwtMalformed);
  }
}

TEST(Claims, ExpiresAtTheSecondNamed) {
  EXPECT_TRUE(check(R"({"iss":"https://id.test","exp":1800000001,"iat":1799999999})"));
  expect_refused(check(R"({"iss":"https://id.test","exp":1800000000,"iat":1799999999})"), Reason::kTokenExpired);
  EXPECT_TRUE(
      check(R"({"iss":"https://id.test","exp":1800000000,"iat":1799999999})", {.skew = std::chrono::seconds(1)}));
}

TEST(Claims, IsNotValidBeforeItsTime) {
  expect_refused(check(R"({"iss":"https://id.test","exp":1800000060,"iat":1800000001})"), Reason::kTimeWindow);
  expect_refused(check(R"({"iss":"https://id.test","exp":1800000060,"iat":1800000000,"nbf":1800000001})"),
                 Reason::kTimeWindow);
  EXPECT_TRUE(check(R"({"iss":"https://id.test","exp":1800000060,"iat":1800000001,"nbf":1800000001})",
                    {.skew = std::chrono::seconds(1)}));
  expect_refused(
      check(R"({"iss":"https://id.test","exp":1800000005,"iat":1800000005})", {.skew = std::chrono::seconds(10)}),
      Reason::kTimeWindow);
}

TEST(Claims, DatesAreWholeSecondsInRange) {
  for (const char* date : {"1800000060.5", "1.80000006e9", "-1", "1e400", "253402300800", "18446744073709551615",
                           R"("1800000060")", "null", "true", "[]"}) {
    const std::string payload = std::string(R"({"iss":"https://id.test","iat":1800000000,"exp":)") + date + "}";
    expect_refused(check(payload), Reason::kJwtMalformed);
  }
  expect_refused(check(R"({"iss":"https://id.test","iat":1800000000})"), Reason::kJwtMalformed);
}

TEST(Claims, RequiredOnesMustBeThere) {
  expect_refused(check(R"({"iss":"https://id.test","exp":1800000060})"), Reason::kJwtMalformed);
  EXPECT_TRUE(check(R"({"iss":"https://id.test","exp":1800000060})", {.require_issued_at = false}));
  expect_refused(check(R"({"iss":"https://id.test","exp":1800000060,"iat":1800000000})", {.require_token_id = true}),
                 Reason::kJwtMalformed);
}

TEST(Claims, PayloadMustBeOneStrictObject) {
  for (const char* payload :
       {"", "null", "[]", R"({"iss":"https://id.test","exp":1800000060,"iat":1800000000}x)",
        R"({"iss":"https://id.test","exp":1,"exp":1800000060,"iat":1800000000})",
        R"({"iss":"https://id.test","exp":1800000060,"iat":1800000000,"a":{"b":1,"b":2}})",
        R"({"iss":"https://id.test","exp":NaN,"iat":1800000000})", "{\"iss\":\"https://id.test\",\"sub\":\"\xff\"}"}) {
    expect_refused(check(payload), Reason::kJwtMalformed);
  }
}

}  // namespace
}  // namespace doorward::jose
