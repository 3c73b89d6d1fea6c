#include "protocol/oidc/token_answer.h"

#include <gtest/gtest.h>

#include "protocol/oidc/mismatch.h"
#include "protocol/oidc/test_tokens.h"
#include "protocol/oidc/userinfo.h"

namespace doorward::oidc {
namespace {

using test::reason_of;
using test::text_of;

TEST(TokenAnswer, ReadsTheTokens) {
  const auto answer =
      read_token_answer(200, R"({"id_token":"a.b.c","access_token":"at","token_type":"bearer","x":{}})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->id_token.reveal(), "a.b.c");
  EXPECT_EQ(answer->access_token.reveal(), "at");
}

TEST(TokenAnswer, D24_AnswersThatBringNoTokens) {
  const std::string long_token(20'000, 'a');
  const std::string cases[] = {
      R"({"error":"invalid_grant"})",                                           // 200 with an error
      R"({"error":"invalid_grant","id_token":"a.b.c"})",                        // and a token
      R"({"access_token":"at","token_type":"Bearer"})",                         // no ID token
      R"({"id_token":""})",                                                     // an empty one
      R"({"id_token":["a.b.c"]})",                                              // a list
      R"({"id_token":"a.b.c","id_token":"d.e.f"})",                             // two
      R"({"id_token":"a.b.c","access_token":"at"})",                            // of no type
      R"({"id_token":"a.b.c","access_token":"at","token_type":"MAC"})",         // of another type
      R"({"id_token":"a.b.c","access_token":"a\r\nt","token_type":"Bearer"})",  // would split a header
      R"({"id_token":"a.b.c","token_type":"Bearer","access_token":")" + long_token + "\"}",
      "<html>error</html>",
      "",
  };
  for (const std::string& body : cases) {
    EXPECT_EQ(reason_of(read_token_answer(200, body)), text_of(Reason::kTokenExchange)) << body.substr(0, 80);
  }
  for (const int status : {201, 302, 400, 401, 500}) {
    EXPECT_EQ(reason_of(read_token_answer(status, R"({"id_token":"a.b.c"})")), text_of(Reason::kTokenExchange))
        << status;
  }
  const std::string huge = R"({"id_token":"a.b.c","x":")" + std::string(kMostTokenAnswerBytes, 'x') + "\"}";
  EXPECT_EQ(reason_of(read_token_answer(200, huge)), text_of(Reason::kTokenExchange));
}

TEST(TokenAnswer, D26_TellsTheProvidersErrorShortAndWithoutControls) {
  const std::string body =
      R"({"error":"invalid_grant","error_description":"a\r\nb<script>)" + std::string(10'000, 'z') + "\"}";
  const auto answer = read_token_answer(400, body);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message.find("script"), std::string::npos);
  EXPECT_TRUE(answer.error().detail.starts_with("status 400, invalid_grant: a??b<script>zz"));
  EXPECT_LT(answer.error().detail.size(), 400U);
}

TEST(Mismatch, IsTakenApartAgain) {
  const auto [expected, received] = expected_and_received(mismatch("a", "b\n"));
  EXPECT_EQ(expected, "a");
  EXPECT_EQ(received, "b?");
  EXPECT_EQ(expected_and_received("status 400").second, "status 400");
}

IdToken id_token() { return {.issuer = std::string(test::kIssuer), .subject = "u1"}; }

TEST(UserInfo, ReadsClaimsOfTheSamePerson) {
  const auto claims = read_userinfo(R"({"sub":"u1","email":"ann@corp.test"})", id_token());
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->at("email"), "ann@corp.test");
}

TEST(UserInfo, D22_SpeaksOfAnotherPerson) {
  EXPECT_EQ(reason_of(read_userinfo(R"({"sub":"u2","email":"ann@corp.test"})", id_token())),
            text_of(Reason::kSubMismatch));
  EXPECT_EQ(reason_of(read_userinfo(R"({"email":"ann@corp.test"})", id_token())), text_of(Reason::kUserInfoFailed));
  EXPECT_EQ(reason_of(read_userinfo(R"({"sub":7})", id_token())), text_of(Reason::kUserInfoFailed));
}

TEST(UserInfo, D22_HtmlRedirectsAndRefusals) {
  EXPECT_EQ(reason_of(userinfo_form(200, "text/html")), text_of(Reason::kUserInfoFailed));
  EXPECT_EQ(reason_of(userinfo_form(200, "")), text_of(Reason::kUserInfoFailed));
  EXPECT_EQ(reason_of(userinfo_form(302, "application/json")), text_of(Reason::kUserInfoFailed));
  EXPECT_EQ(reason_of(userinfo_form(401, "application/json")), text_of(Reason::kUserInfoFailed));
  EXPECT_EQ(*userinfo_form(200, "application/json; charset=utf-8"), UserInfoForm::kJson);
  EXPECT_EQ(*userinfo_form(200, "Application/JWT"), UserInfoForm::kSigned);
  EXPECT_EQ(reason_of(read_userinfo("<html>", id_token())), text_of(Reason::kUserInfoFailed));
  const std::string huge = R"({"sub":"u1","x":")" + std::string(kMostUserInfoBytes, 'x') + "\"}";
  EXPECT_EQ(reason_of(read_userinfo(huge, id_token())), text_of(Reason::kUserInfoFailed));
}

TEST(UserInfo, SignedAnswersAreMeantForUs) {
  const auto read = [](const boost::json::object& claims) {
    return read_userinfo(test::signed_claims(claims), id_token(), test::kClientId);
  };
  EXPECT_EQ(reason_of(read({{"sub", "u1"}})), "none");
  EXPECT_EQ(reason_of(read({{"sub", "u1"}, {"iss", "https://idp.test"}, {"aud", "client-1"}})), "none");
  EXPECT_EQ(reason_of(read({{"sub", "u1"}, {"iss", "https://evil.test"}})), text_of(Reason::kUserInfoFailed));
  EXPECT_EQ(reason_of(read({{"sub", "u1"}, {"aud", "client-2"}})), text_of(Reason::kUserInfoFailed));
  EXPECT_EQ(reason_of(read({{"sub", "u2"}})), text_of(Reason::kSubMismatch));
}

TEST(UserInfo, FillsWhatTheIdTokenLacks) {
  const auto merged =
      merged_claims({{"sub", "u1"}, {"email", "ann@corp.test"}},
                    {{"sub", "u1"}, {"email", "bob@corp.test"}, {"email_verified", true}, {"name", "A"}});
  EXPECT_EQ(merged.at("email"), "ann@corp.test");
  EXPECT_EQ(merged.at("name"), "A");
  EXPECT_FALSE(merged.contains("email_verified")) << "it speaks of another address";
}

}  // namespace
}  // namespace doorward::oidc
