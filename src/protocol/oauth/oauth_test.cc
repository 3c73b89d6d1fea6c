#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <utility>
#include <variant>

#include "base/encoding.h"
#include "protocol/oauth/bearer.h"
#include "protocol/oauth/form.h"
#include "protocol/oauth/metadata.h"
#include "protocol/oauth/pkce.h"
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

// The client and the grant of a request for client credentials; "secret" and "scope" as text.
struct Read {
  ClientCredential client;
  std::string scope;
};
Result<Read> read(const std::string& body, const std::string& query, const std::string& authorization) {
  DOORWARD_TRY(auto request, parse_token_request(body, query, authorization));
  return Read{std::move(request.client), std::get<ClientCredentialsGrant>(request.grant).scope};
}

TEST(TokenRequest, TakesCredentialsFromTheBody) {
  const auto got = read("grant_type=client_credentials&client_id=skc_1&client_secret=s%2B1&scope=openid+email", "", "");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->client.method, ClientAuthMethod::kSecretPost);
  EXPECT_EQ(got->client.client_id, "skc_1");
  EXPECT_EQ(got->client.secret.reveal(), "s+1");
  EXPECT_EQ(got->scope, "openid email");
}

TEST(TokenRequest, TakesBasicCredentialsFormDecoded) {
  const auto got = read("grant_type=client_credentials", "", "Basic " + base64_encode("skc%5F1:a%3Ab+c:d"));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->client.method, ClientAuthMethod::kSecretBasic);
  EXPECT_EQ(got->client.client_id, "skc_1");
  EXPECT_EQ(got->client.secret.reveal(), "a:b c:d");
  EXPECT_TRUE(read("grant_type=client_credentials&client_id=skc_1", "", "basic " + base64_encode("skc_1:s")));
}

TEST(TokenRequest, TakesAnAssertionThatMayNameTheClientItself) {
  const std::string assertion = "&client_assertion=a.b.c&client_assertion_type=" + percent_encode(kJwtBearerAssertion);
  for (const std::string id : {"", "&client_id=skc_1"}) {
    const auto got = read("grant_type=client_credentials" + assertion + id, "", "");
    ASSERT_TRUE(got) << id;
    EXPECT_EQ(got->client.method, ClientAuthMethod::kPrivateKeyJwt);
    EXPECT_EQ(got->client.assertion.reveal(), "a.b.c");
    EXPECT_EQ(got->client.client_id, id.empty() ? "" : "skc_1");
  }
  for (const char* other : {"&client_assertion=a.b.c", "&client_assertion_type=saml2-bearer&client_assertion=x"}) {
    EXPECT_EQ(outcome(read("grant_type=client_credentials&client_id=skc_1" + std::string(other), "", "")),
              "invalid_client")
        << other;
  }
}

TEST(TokenRequest, APublicClientNamesItself) {
  const auto got = parse_token_request("grant_type=refresh_token&refresh_token=r&client_id=skc_1", "", "");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->client.method, ClientAuthMethod::kNone);
  EXPECT_EQ(got->client.client_id, "skc_1");
}

TEST(TokenRequest, IgnoresAStaleBearer) {
  EXPECT_EQ(outcome(parse_token_request("grant_type=client_credentials&client_id=a&client_secret=b", "", "Bearer old")),
            "accepted");
}

TEST(TokenRequest, P11_RefusesProofsThatAreMissingTwiceOrInTheUrl) {
  const std::string body = "grant_type=client_credentials";
  const std::string basic = "Basic " + base64_encode("skc_1:s");
  const std::string assertion = "&client_assertion=a.b.c&client_assertion_type=" + percent_encode(kJwtBearerAssertion);
  EXPECT_EQ(outcome(parse_token_request(body, "", "")), "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body + "&client_secret=s", "", "")), "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body, "", "Bearer x")), "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body + "&client_id=skc_1&client_secret=s", "", basic)), "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body + "&client_id=skc_1&client_secret=s" + assertion, "", "")),
            "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body + assertion, "", basic)), "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body + "&client_id=skc_2", "", basic)), "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body + "&client_id=skc_1&client_secret=s", "client_secret=s", "")),
            "invalid_client");
  EXPECT_EQ(outcome(parse_token_request(body + "&client_id=skc_1", "client_assertion=a.b.c", "")), "invalid_client");
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

TEST(TokenRequest, KnowsThreeGrantTypes) {
  const std::string client = "&client_id=a&client_secret=b";
  EXPECT_EQ(outcome(parse_token_request("x=1" + client, "", "")), "malformed_request");
  for (const char* grant : {"password", "CLIENT_CREDENTIALS", "implicit", "urn:ietf:params:oauth:grant-type:x"}) {
    EXPECT_EQ(outcome(parse_token_request(std::string("grant_type=") + grant + client, "", "")),
              "unsupported_grant_type");
  }
  EXPECT_EQ(
      outcome(parse_token_request("grant_type=client_credentials&grant_type=client_credentials" + client, "", "")),
      "malformed_request");
  EXPECT_EQ(outcome(parse_token_request("grant_type=authorization_code" + client, "", "")), "malformed_request");
  EXPECT_EQ(outcome(parse_token_request("grant_type=refresh_token" + client, "", "")), "malformed_request");

  const auto code = parse_token_request(
      "grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fa.test%2F&code_verifier=v" + client, "", "");
  ASSERT_TRUE(code);
  const auto& grant = std::get<AuthorizationCodeGrant>(code->grant);
  EXPECT_EQ(grant.code.reveal(), "c");
  EXPECT_EQ(grant.redirect_uri, "https://a.test/");
  EXPECT_EQ(grant.code_verifier.reveal(), "v");
  const auto refresh = parse_token_request("grant_type=refresh_token&refresh_token=r&scope=openid" + client, "", "");
  ASSERT_TRUE(refresh);
  EXPECT_EQ(std::get<RefreshTokenGrant>(refresh->grant).refresh_token.reveal(), "r");
  EXPECT_EQ(std::get<RefreshTokenGrant>(refresh->grant).scope, "openid");
}

TEST(Pkce, P09_TakesVerifiersOfTheirLengthAndAlphabetOnly) {
  EXPECT_TRUE(is_code_verifier(std::string(43, 'a')));
  EXPECT_TRUE(is_code_verifier(std::string(127, 'Z') + "~"));
  EXPECT_FALSE(is_code_verifier(std::string(42, 'a')));
  EXPECT_FALSE(is_code_verifier(std::string(129, 'a')));
  EXPECT_FALSE(is_code_verifier(std::string(43, 'a') + "+"));
}

// The example of RFC 7636 appendix B.
TEST(Pkce, P10_ProvesPossessionByTheVerifierOfTheChallenge) {
  const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const std::string challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  EXPECT_TRUE(proves_possession(verifier, challenge));
  EXPECT_TRUE(proves_possession("", ""));
  EXPECT_FALSE(proves_possession("", challenge)) << "no verifier";
  EXPECT_FALSE(proves_possession(verifier, "")) << "the challenge was taken out on the way";
  EXPECT_FALSE(proves_possession(challenge, challenge)) << "plain is no method";
  EXPECT_FALSE(proves_possession(verifier + "x", challenge));
}

TEST(TokenResponse, HoldsWhatSdksRead) {
  const Secret<std::string> none;
  const Secret<std::string> token("t");
  EXPECT_EQ(token_response({token, std::chrono::seconds(86399), "openid", none, none}),
            R"({"access_token":"t","token_type":"Bearer","expires_in":86399,"scope":"openid"})");
  EXPECT_EQ(
      token_response({token, std::chrono::seconds(899), "openid", Secret<std::string>("i"), Secret<std::string>("r")}),
      R"({"access_token":"t","token_type":"Bearer","expires_in":899,"scope":"openid",)"
      R"("id_token":"i","refresh_token":"r"})");
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
  expect(Reason::kInvalidGrant, 400, "invalid_grant", false);
  expect(Reason::kCodeReuse, 400, "invalid_grant", false);
  expect(Reason::kRefreshReuse, 400, "invalid_grant", false);
  expect(Reason::kUnauthorizedClient, 400, "unauthorized_client", false);
  expect(Reason::kUnsupportedTokenType, 400, "unsupported_token_type", false);
  expect(Reason::kInvalidRedirectUri, 400, "invalid_request", false);
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
  EXPECT_EQ(document.at("authorization_endpoint"), "https://id.test/oauth/authorize");
  EXPECT_EQ(document.at("userinfo_endpoint"), "https://id.test/userinfo");
  EXPECT_EQ(document.at("end_session_endpoint"), "https://id.test/oidc/logout");
  EXPECT_EQ(document.at("response_types_supported"), json::array{"code"});
  EXPECT_EQ(document.at("code_challenge_methods_supported"), json::array{"S256"});
  EXPECT_EQ(document.at("grant_types_supported"),
            (json::array{"authorization_code", "refresh_token", "client_credentials"}));
  EXPECT_EQ(document.at("authorization_response_iss_parameter_supported"), true);
  EXPECT_EQ(document.at("backchannel_logout_supported"), true);
  EXPECT_EQ(document.at("backchannel_logout_session_supported"), true);
  for (const char* refused : {"request_parameter_supported", "request_uri_parameter_supported"}) {
    EXPECT_EQ(document.at(refused), false) << "absent would mean true or nothing: " << refused;
  }
}

}  // namespace
}  // namespace doorward::oauth
