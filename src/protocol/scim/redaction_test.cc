#include "protocol/scim/redaction.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace doorward::scim {
namespace {

constexpr std::size_t kMost = 4096;

std::string kept(std::string_view body, bool patches = false) {
  Redactor redactor;
  const KeptBody out = redactor.request_body(body, true, patches, kMost);
  return out.omitted.empty() ? out.text : std::string(out.omitted);
}

TEST(Redaction, TakesPasswordsOutWhereverABodyHoldsThem) {
  for (const char* body : {
           R"({"userName":"ann","password":"hunter2"})",
           R"({"userName":"ann","PassWord":"hunter2"})",
           R"({"urn:ietf:params:scim:schemas:core:2.0:User:password":"hunter2"})",
           R"({"pass\u0077ord":"hunter2"})",
           R"({"password":["hunter2"]})",
           R"({"password":{"value":"hunter2"}})",
           R"({"Operations":[{"op":"replace","value":{"password":"hunter2"}}]})",
           R"({"Operations":[{"op":"replace","value":"hunter2","path":"password"}]})",
           R"({"Operations":[{"op":"replace","VALUE":"hunter2","Path":"URN:x:password"}]})",
           R"({"Operations":[{"op":"remove","path":"password[value eq \"hunter2\"]"}]})",
           R"({"Operations":[{"method":"POST","path":"/Users","data":{"password":"hunter2"}}]})",
           R"({"filter":"password eq \"hunter2\""})",
           R"({"custom":{"apiToken":"hunter2","clientSecret":"hunter2"}})",
           R"({"entitlements":[{"type":"token","value":"hunter2"}]})",
       }) {
    const std::string text = kept(body, true);
    EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
    EXPECT_NE(text.find(kRedacted), std::string::npos) << text;
  }
}

TEST(Redaction, KeepsNoDuplicateThatHidesASecret) {
  EXPECT_EQ(kept(R"({"password":"hunter2","password":null})"), R"({"password":null})");
}

TEST(Redaction, LeavesWhatIsNoSecretAsItWasSent) {
  const std::string body = R"({ "userName" : "ann",  "active":true, "name":{"givenName":"Ann"} })";
  EXPECT_EQ(kept(body), body);
  EXPECT_EQ(kept(R"({"password":null,"userName":"ann"})"), R"({"password":null,"userName":"ann"})");
}

TEST(Redaction, DropsABrokenBodyThatMayHoldASecret) {
  EXPECT_EQ(kept(R"({"userName":"ann","password":"hunter2)"), kOmittedUnreadable);
  EXPECT_EQ(kept(R"({"userName":"ann","pass\u0077ord":"hunter2)"), kOmittedUnreadable);
  EXPECT_EQ(kept("{\"userName\":\"ann\xff"), kOmittedUnreadable);
  EXPECT_EQ(kept(R"({"Operations":[{"op":"replace","value":"hunter2","pa)", true), kOmittedUnreadable);
  EXPECT_EQ(kept(R"({"userName":"ann",)"), R"({"userName":"ann",)");
  std::string deep(100, '[');
  EXPECT_EQ(kept(deep), deep);
}

TEST(Redaction, CutsLongBodiesBetweenCharacters) {
  Redactor redactor;
  const std::string body = R"({"userName":")" + std::string(50, 'a') + "\xc3\xa9\"}";
  const KeptBody cut = redactor.request_body(body, true, false, 64);
  EXPECT_TRUE(cut.cut);
  EXPECT_TRUE(is_valid_utf8(cut.text));
  EXPECT_EQ(cut.text, body.substr(0, 63));
  EXPECT_FALSE(redactor.request_body("{}", true, false, 64).cut);

  EXPECT_TRUE(redactor.request_body(R"({"members":[)", false, false, 64).cut);
  EXPECT_EQ(redactor.request_body(R"({"Operations":[)", false, true, 64).omitted, kOmittedTooLong);
  EXPECT_EQ(redactor.request_body(R"({"password":"hunt)", false, false, 64).omitted, kOmittedTooLong);
  EXPECT_EQ(
      redactor.request_body("{" + std::string(kMostRedactedBytes, ' ') + R"("password":1})", true, false, 64).omitted,
      kOmittedTooLong);
}

TEST(Redaction, FollowsASecretIntoTheAnswer) {
  Redactor redactor;
  redactor.request_body(R"({"password":"hunter2"})", true, false, kMost);
  const auto answer = [&](std::string_view body) { return redactor.response_body(body, true, kMost).text; };
  EXPECT_EQ(answer(R"({"detail":"hunter2 is too short","status":"400"})"), R"({"detail":"[redacted]","status":"400"})");
  EXPECT_EQ(answer(R"({"detail":"taken","status":"409"})"), R"({"detail":"taken","status":"409"})");
  EXPECT_EQ(redactor.message("not hunter2"), kRedacted);
  EXPECT_EQ(redactor.message("taken"), "taken");
  EXPECT_EQ(redactor.message("password is required"), "password is required");
  EXPECT_EQ(redactor.label("Okta SCIM Client 1.0.0"), "Okta SCIM Client 1.0.0");
  EXPECT_EQ(redactor.label("agent hunter2"), kRedacted);
  EXPECT_EQ(redactor.label("agent token=other"), kRedacted);
}

TEST(Redaction, TrustsNoAnswerToWhatItCouldNotRead) {
  Redactor redactor;
  redactor.request_body(R"({"password":"hunter2)", true, false, kMost);
  EXPECT_EQ(redactor.response_body(R"({"detail":"near hunter2"})", true, kMost).text, R"({"detail":"[redacted]"})");
  EXPECT_EQ(redactor.response_body("plain", true, kMost).omitted, kOmittedUnreadable);
}

TEST(Redaction, TakesSecretsOutOfQueries) {
  const auto query = [](std::string_view text) { return Redactor().query(text, kMost); };
  EXPECT_EQ(query("filter=userName%20eq%20%22ann%22&count=1"), "filter=userName%20eq%20%22ann%22&count=1");
  EXPECT_EQ(query("filter=password+eq+%22hunter2%22&count=1"), "filter=[redacted]&count=1");
  EXPECT_EQ(query("access_token=hunter2"), "[redacted]");
  EXPECT_EQ(query("filter=p%61ssword+eq+1"), "filter=[redacted]");
  EXPECT_EQ(query("x=%zz"), "x=[redacted]");
  EXPECT_EQ(query("attributes=password,userName"), "attributes=password,userName");
  EXPECT_EQ(query("a=" + std::string(100, 'b')).size(), 102U);
  EXPECT_EQ(Redactor().query("a=" + std::string(100, 'b'), 10).size(), 10U);
}

TEST(Redaction, KnowsTheSecretsOfADirectorysOwnSchemas) {
  Attribute pin{.name = "badgePin", .returned = Returned::kNever};
  Attribute box{.name = "safe",
                .type = Type::kComplex,
                .sub_attributes = {{.name = "Combination", .mutability = Mutability::kWriteOnly}}};
  ResourceType type{.name = "Badge",
                    .schema = {.attributes = {pin, {.name = "label"}}},
                    .extensions = {{.schema = {.attributes = {box}}}}};
  EXPECT_EQ(secret_names(type), (std::vector<std::string>{"badgepin", "combination"}));
  Redactor redactor(secret_names(type));
  EXPECT_EQ(
      redactor.request_body(R"({"badgePin":"1234","label":"x","safe":{"combination":"5"}})", true, false, kMost).text,
      R"({"badgePin":"[redacted]","label":"x","safe":{"combination":"[redacted]"}})");
}

}  // namespace
}  // namespace doorward::scim
