#include "protocol/oidc/client_authentication.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "protocol/jose/strict_json.h"
#include "protocol/oauth/form.h"
#include "protocol/oidc/authorization_url.h"
#include "protocol/oidc/json_member.h"
#include "protocol/oidc/test_tokens.h"

namespace doorward::oidc {
namespace {

std::string header_of(const AuthenticatedForm& form, std::string_view wanted) {
  for (const auto& [name, value] : form.headers) {
    if (name == wanted) return value;
  }
  return {};
}

AuthenticatedForm form_of(TokenAuthType method, std::string assertion = {}) {
  return authenticate({{"grant_type", "authorization_code"}, {"code", "c&1"}},
                      {.method = method,
                       .client_id = "id:1",
                       .client_secret = Secret<std::string>("s:e c%"),
                       .assertion = std::move(assertion)});
}

TEST(ClientAuthentication, D25_BasicEncodesBothParts) {
  const AuthenticatedForm form = form_of(TokenAuthType::kClientSecretBasic);
  EXPECT_EQ(header_of(form, "authorization"), "Basic " + base64_encode("id%3A1:s%3Ae%20c%25"));
  const auto body = *oauth::parse_form(form.body);
  EXPECT_EQ(oauth::value_of(body, "code"), "c&1");
  EXPECT_FALSE(body.contains("client_secret")) << "one way at a time (RFC 6749 section 2.3)";
  EXPECT_FALSE(body.contains("client_id"));
}

TEST(ClientAuthentication, PostPutsTheSecretIntoTheBody) {
  const AuthenticatedForm form = form_of(TokenAuthType::kClientSecretPost);
  EXPECT_EQ(header_of(form, "authorization"), "");
  const auto body = *oauth::parse_form(form.body);
  EXPECT_EQ(oauth::value_of(body, "client_id"), "id:1");
  EXPECT_EQ(oauth::value_of(body, "client_secret"), "s:e c%");
}

TEST(ClientAuthentication, AssertionsGoWithoutTheSecret) {
  const AuthenticatedForm form = form_of(TokenAuthType::kPrivateKeyJwt, "a.b.c");
  const auto body = *oauth::parse_form(form.body);
  EXPECT_EQ(oauth::value_of(body, "client_assertion"), "a.b.c");
  EXPECT_EQ(oauth::value_of(body, "client_assertion_type"), "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  EXPECT_FALSE(body.contains("client_secret"));
  EXPECT_EQ(header_of(form, "authorization"), "");
}

TEST(ClientAuthentication, PublicClientsNameThemselvesOnly) {
  const AuthenticatedForm form = form_of(TokenAuthType::kNone);
  const auto body = *oauth::parse_form(form.body);
  EXPECT_EQ(oauth::value_of(body, "client_id"), "id:1");
  EXPECT_EQ(body.size(), 3U);
}

TEST(ClientAuthentication, D25_AssertionsLiveAMinuteForOneAudience) {
  const auto claims = jose::parse_strict_object(
      assertion_claims({.client_id = "id", .audience = "https://idp.test/token", .token_id = "t", .now = test::kNow}));
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->at("iss"), "id");
  EXPECT_EQ(claims->at("sub"), "id");
  EXPECT_EQ(claims->at("aud"), "https://idp.test/token");
  EXPECT_EQ(claims->at("jti"), "t");
  EXPECT_EQ(claims->at("exp").as_int64() - claims->at("iat").as_int64(), 60);
}

TEST(ClientAuthentication, SymmetricAssertionsAreHmacs) {
  const std::string assertion = symmetric_assertion(
      {.client_id = "id", .audience = "a", .token_id = "t", .now = test::kNow}, Secret<std::string>("key"));
  const std::size_t dot = assertion.rfind('.');
  EXPECT_EQ(base64url_decode(assertion.substr(0, assertion.find('.'))), R"({"alg":"HS256","typ":"JWT"})");
  EXPECT_EQ(base64url_decode(assertion.substr(dot + 1)), crypto::hmac_sha256("key", assertion.substr(0, dot)));
}

TEST(ClientAuthentication, IsChosenByWhatTheProviderTakes) {
  const auto choose = [](std::vector<std::string> supported, bool secret = true) {
    return authentication_method(TokenAuthType::kUnspecified, supported, secret);
  };
  EXPECT_EQ(choose({}), TokenAuthType::kClientSecretBasic);
  EXPECT_EQ(choose({"client_secret_post", "client_secret_basic"}), TokenAuthType::kClientSecretBasic);
  EXPECT_EQ(choose({"client_secret_post"}), TokenAuthType::kClientSecretPost);
  EXPECT_EQ(choose({"client_secret_jwt"}), TokenAuthType::kClientSecretJwt);
  EXPECT_EQ(choose({"client_secret_basic"}, false), TokenAuthType::kNone);
  EXPECT_EQ(authentication_method(TokenAuthType::kClientSecretPost, {"client_secret_basic"}, true),
            TokenAuthType::kClientSecretPost)
      << "the administrator's choice wins";
}

TEST(ClientAuthentication, AssertionsUseAnAlgorithmThatTheProviderTakes) {
  EXPECT_EQ(*assertion_algorithm({}), jose::Algorithm::kRs256);
  EXPECT_EQ(*assertion_algorithm({"ES256", "RS256"}), jose::Algorithm::kRs256);
  EXPECT_EQ(*assertion_algorithm({"ES256"}), jose::Algorithm::kEs256);
  EXPECT_EQ(test::reason_of(assertion_algorithm({"HS256", "PS256"})), test::text_of(Reason::kTokenExchange));
}

TEST(AuthenticationUrl, D03_AlwaysChallengesWithS256) {
  // Verifier and challenge are those of RFC 7636 appendix B.
  const std::string url = authentication_url({.authorization_endpoint = "https://idp.test/authorize?tenant=7",
                                              .client_id = "client-1",
                                              .redirect_uri = "https://us.test/cb",
                                              .scopes = {"profile", "email"},
                                              .state = "s t",
                                              .nonce = "n",
                                              .code_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                                              .login_hint = "ann@corp.test",
                                              .prompt = "login create none",
                                              .max_age = std::chrono::seconds(0)});
  ASSERT_TRUE(url.starts_with("https://idp.test/authorize?tenant=7&response_type=code&"));
  const auto query = *oauth::parse_form(url.substr(url.find('?') + 1));
  EXPECT_EQ(oauth::value_of(query, "code_challenge"), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  EXPECT_EQ(oauth::value_of(query, "code_challenge_method"), "S256");
  EXPECT_EQ(oauth::value_of(query, "scope"), "openid profile email");
  EXPECT_EQ(oauth::value_of(query, "state"), "s t");
  EXPECT_EQ(oauth::value_of(query, "prompt"), "login");
  EXPECT_EQ(oauth::value_of(query, "max_age"), "0");
  EXPECT_EQ(oauth::value_of(query, "login_hint"), "ann@corp.test");
  EXPECT_FALSE(query.contains("acr_values"));
}

TEST(AuthenticationUrl, SaysNothingOfPkceToAProviderThatChokesOnIt) {
  const std::string url = authentication_url({.authorization_endpoint = "https://idp.test/authorize"});
  EXPECT_EQ(url.find("code_challenge"), std::string::npos);
}

TEST(LogoutUrl, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(logout_url({.end_session_endpoint = "https://idp.test/logout", .client_id = "c", .state = "s"}),
            "https://idp.test/logout?client_id=c&state=s");
}

}  // namespace
}  // namespace doorward::oidc
