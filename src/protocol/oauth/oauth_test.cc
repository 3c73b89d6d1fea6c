#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "base/encoding.h"
#include "protocol/oauth/bearer.h"
#include "protocol/oauth/form.h"
#include "protocol/oauth/metadata.h"
#include "protocol/oauth/token_request.h"
#include "protocol/oauth/token_response.h"

namespace doorward::oauth {
namespace {

namespace json = boost::json;

template <class T>
std::string_view outcome(const Result<T>& result) {
  return result ? "accepted" : reason_name(result.error().reason);
}

TEST(Form, DecodesNamesAndValues) {
  const auto form = parse_form("a=1+2&b%20c=%C3%A4%26&&empty=&flag");
  ASSERT_TRUE(form);
  EXPECT_EQ(*form, (Form{{"a", "1 2"}, {"b c", "\xC3\xA4&"}}));
  EXPECT_EQ(value_of(*form, "a"), "1 2");
  EXPECT_EQ(value_of(*form, "empty"), "");
}

TEST(Form, RefusesDuplicatesBrokenEscapesAndExcess) {
  EXPECT_EQ(outcome(parse_form("a=1&a=1")), "malformed_request");
  EXPECT_EQ(outcome(parse_form("a=1&%61=2")), "malformed_request");
  EXPECT_EQ(outcome(parse_form("a=%4")), "malformed_request");
  EXPECT_EQ(outcome(parse_form("a=%GG")), "malformed_request");
  EXPECT_EQ(outcome(parse_form("a=%FF")), "malformed_request");
  EXPECT_EQ(outcome(parse_form(std::string(kMostFormBytes + 1, 'a'))), "payload_too_large");
  std::string many;
  for (std::size_t i = 0; i <= kMostParameters; ++i) many += "p" + std::to_string(i) + "=1&";
  EXPECT_EQ(outcome(parse_form(many)), "malformed_request");
}

TEST(Form, KnowsItsMediaType) {
  EXPECT_TRUE(is_form_media_type("application/x-www-form-urlencoded"));
  EXPECT_TRUE(is_form_media_type("Application/X-WWW-Form-URLEncoded ; charset=UTF-8"));
  for (const char* other : {"", "application/json", "application/x-www-form-urlencodedx", "; charset=utf-8"}) {
    EXPECT_FALSE(is_form_media_type(other)) << other;
  }
}

TEST(Bearer, ReadsTheSchemeWithoutCase) {
  EXPECT_EQ(credentials_of("Bearer abc", "bearer"), "abc");
  EXPECT_EQ(credentials_of("bEARER   abc ", "bearer"), "abc");
  for (const char* other : {"", "Bearer", "Bearer ", "Bearer   ", "Bearerabc", "Basic abc", " Bearer abc"}) {
    EXPECT_EQ(credentials_of(other, "bearer"), std::nullopt) << other;
  }
}

TEST(TokenRequest, TakesCredentialsFromTheBody) {
  const auto grant = parse_token_request(
      "grant_type=client_credentials&client_id=skc_1&client_secret=s%2B1&scope=openid+email", "", "");
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->client_id, "skc_1");
  EXPECT_EQ(grant->client_secret.reveal(), "s+1");
  EXPECT_EQ(grant->scope, "openid email");
}

TEST(TokenRequest, TakesBasicCredentialsFormDecoded) {
  const auto grant =
      parse_token_request("grant_type=client_credentials", "", "Basic " + base64_encode("skc%5F1:a%3Ab+c:d"));
  ASSERT_TRUE(grant) << grant.error().message;
  EXPECT_EQ(grant->client_id, "skc_1");
  EXPECT_EQ(grant->client_secret.reveal(), "a:b c:d");
  EXPECT_TRUE(
      parse_token_request("grant_type=client_credentials&client_id=skc_1", "", "basic " + base64_encode("skc_1:s")));
}

TEST(TokenRequest, IgnoresAStaleBearer) {
  EXPECT_EQ(outcome(parse_token_request("grant_type=client_credentials&client_id=a&client_secret=b", "", "Bearer old")),
            "accepted");
}

TEST(TokenRequest, RefusesCredentialsThatAreMissingTwiceOrInTheUrl) {
  const std::string body = "grant_type=client_credentials";
  const std::string basic = "Basic " + base64_encode("skc_1:s");
  EXPECT_EQ(outcome(parse_token_request(body, "", "")), "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body + "&client_id=skc_1", "", "")), "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body + "&client_secret=s", "", "")), "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body, "", "Bearer x")), "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body + "&client_id=skc_1&client_secret=s", "", basic)), "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body + "&client_id=skc_2", "", basic)), "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body + "&client_id=skc_1&client_secret=s", "client_secret=s", "")),
            "invalid_client");
  for (const std::string& credentials :
       {std::string("!!"), base64_encode("no colon"), base64_encode(":s"), base64_encode("skc_1:"),
        base64_encode("skc_1:%G"), base64_encode("skc%00:s"), base64_encode("skc%ff:s")}) {
    EXPECT_EQ(outcome(parse_token_request(body, "", "Basic " + credentials)), "invalid_client") << credentials;
  }
}

TEST(TokenRequest, TakesNoTextThatNoDatabaseHolds) {
  for (const char* id : {"a%00b", "%ff"}) {
    const std::string body = std::string("grant_type=client_credentials&client_secret=b&client_id=") + id;
    EXPECT_EQ(outcome(parse_token_request(body, "", "")), "malformed_request") << id;
  }
}

TEST(TokenRequest, KnowsOneGrantType) {
  const std::string client = "&client_id=a&client_secret=b";
  EXPECT_EQ(outcome(parse_token_request("x=1" + client, "", "")), "malformed_request");
  for (const char* grant : {"password", "authorization_code", "refresh_token", "CLIENT_CREDENTIALS"}) {
    EXPECT_EQ(outcome(parse_token_request(std::string("grant_type=") + grant + client, "", "")),
              "unsupported_grant_type");
  }
  EXPECT_EQ(
      outcome(parse_token_request("grant_type=client_credentials&grant_type=client_credentials" + client, "", "")),
      "malformed_request");
}

TEST(TokenResponse, HoldsWhatSdksRead) {
  EXPECT_EQ(token_response(Secret<std::string>("t"), std::chrono::seconds(86399), "openid"),
            R"({"access_token":"t","token_type":"Bearer","expires_in":86399,"scope":"openid"})");
}

TEST(TokenResponse, MapsEveryReasonOnce) {
  const auto expect = [](Reason reason, int status, std::string_view code, bool challenge) {
    const ErrorAnswer answer = error_answer(reason);
    EXPECT_EQ(answer.status, status) << reason_name(reason);
    EXPECT_EQ(answer.code, code) << reason_name(reason);
    EXPECT_EQ(answer.challenge, challenge) << reason_name(reason);
  };
  expect(Reason::kInvalidClient, 401, "invalid_client", true);
  expect(Reason::kClientDisabled, 401, "invalid_client", true);
  expect(Reason::kUnsupportedGrantType, 400, "unsupported_grant_type", false);
  expect(Reason::kInvalidScope, 400, "invalid_scope", false);
  expect(Reason::kMalformedRequest, 400, "invalid_request", false);
  expect(Reason::kPayloadTooLarge, 413, "invalid_request", false);
  expect(Reason::kMethodNotAllowed, 405, "invalid_request", false);
  expect(Reason::kUnsupportedMediaType, 415, "invalid_request", false);
  expect(Reason::kRateLimited, 429, "temporarily_unavailable", false);
  expect(Reason::kStoreUnavailable, 503, "temporarily_unavailable", false);
  expect(Reason::kOverloaded, 503, "temporarily_unavailable", false);
  expect(Reason::kDeadlineExceeded, 504, "temporarily_unavailable", false);
  expect(Reason::kInternal, 500, "server_error", false);
}

TEST(TokenResponse, DescriptionsKeepToTheirCharacters) {
  EXPECT_EQ(error_response(make_error(Reason::kInvalidScope, "say \"\\x\" \n\xC3\xA4", "log only")),
            R"({"error":"invalid_scope","error_description":"say ''x' '''"})");
}

TEST(Metadata, NamesOnlyWhatExists) {
  const json::object document = json::parse(metadata_document("https://id.test")).as_object();
  EXPECT_EQ(document.at("issuer"), "https://id.test");
  EXPECT_EQ(document.at("token_endpoint"), "https://id.test/oauth/token");
  EXPECT_EQ(document.at("jwks_uri"), "https://id.test/keys");
  EXPECT_EQ(document.at("grant_types_supported"), (json::array{"client_credentials"}));
  for (const char* later : {"authorization_endpoint", "userinfo_endpoint", "end_session_endpoint"}) {
    EXPECT_FALSE(document.contains(later)) << later;
  }
}

}  // namespace
}  // namespace doorward::oauth
