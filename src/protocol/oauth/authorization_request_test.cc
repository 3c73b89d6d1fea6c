#include "protocol/oauth/authorization_request.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "protocol/oauth/scope.h"

namespace doorward::oauth {
namespace {

constexpr const char* kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";  // RFC 7636 appendix B

template <class T>
std::string_view outcome(const Result<T>& result) {
  return result ? "accepted" : reason_name(result.error().reason);
}

Result<AuthorizationParameters> read(const std::string& query) {
  auto form = read_authorization_form(query);
  if (!form) return failure(std::move(form).error());
  return read_authorization_parameters(*form);
}

TEST(AuthorizationRequest, ReadsEveryParameter) {
  const auto read_one = read(
      "response_type=code&response_mode=query&client_id=skc_1&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&scope=openid+"
      "email"
      "&state=s%20t&nonce=n&prompt=login%20consent&max_age=60&code_challenge=" +
      std::string(kChallenge) +
      "&code_challenge_method=S256&connection_id=conn_1&organization_id=org_1&domain=a.test&domain_hint=a.test"
      "&login_hint=ann%40a.test&provider=google");
  ASSERT_TRUE(read_one) << read_one.error().message;
  EXPECT_EQ(read_one->scope, "openid email");
  EXPECT_EQ(read_one->state, "s t");
  EXPECT_EQ(read_one->nonce, "n");
  EXPECT_EQ(read_one->prompt, "login consent");
  EXPECT_TRUE(read_one->prompts("login"));
  EXPECT_FALSE(read_one->prompts("none"));
  EXPECT_EQ(read_one->max_age, 60);
  EXPECT_EQ(read_one->code_challenge, kChallenge);
  EXPECT_EQ(read_one->selectors.connection_id, "conn_1");
  EXPECT_EQ(read_one->selectors.organization_id, "org_1");
  EXPECT_EQ(read_one->selectors.domain, "a.test");
  EXPECT_EQ(read_one->selectors.login_hint, "ann@a.test");
  EXPECT_EQ(read_one->selectors.provider, "google");
}

TEST(AuthorizationRequest, NeedsNothingButTheResponseType) {
  const auto read_one = read("response_type=code&domain_hint=a.test");
  ASSERT_TRUE(read_one);
  EXPECT_EQ(read_one->selectors.domain, "a.test");
  EXPECT_EQ(read_one->max_age, std::nullopt);
  EXPECT_EQ(read_one->code_challenge, "");
  EXPECT_EQ(outcome(read("client_id=skc_1")), "invalid_request");
}

TEST(AuthorizationRequest, P05_OnlyTheCodeFlowIsThere) {
  for (const char* type : {"token", "id_token", "code%20id_token", "code+token", "none", "CODE", "password"}) {
    EXPECT_EQ(outcome(read(std::string("response_type=") + type)), "unsupported_response_type") << type;
  }
  for (const char* mode : {"fragment", "form_post", "jwt"}) {
    EXPECT_EQ(outcome(read(std::string("response_type=code&response_mode=") + mode)), "invalid_request") << mode;
  }
}

TEST(AuthorizationRequest, P09_TakesNoChallengeButS256) {
  const std::string begin = "response_type=code&code_challenge=";
  EXPECT_EQ(outcome(read(begin + kChallenge + "&code_challenge_method=plain")), "invalid_request");
  EXPECT_EQ(outcome(read(begin + kChallenge)), "invalid_request");
  EXPECT_EQ(outcome(read("response_type=code&code_challenge_method=S256")), "invalid_request");
  for (const std::string& challenge :
       {std::string("short"), std::string(kChallenge) + "A", std::string(kChallenge).substr(1), std::string(43, '!'),
        std::string(kChallenge) + "%3D"}) {
    EXPECT_EQ(outcome(read(begin + challenge + "&code_challenge_method=S256")), "invalid_request") << challenge;
  }
}

TEST(AuthorizationRequest, P21_TakesNoRequestObject) {
  EXPECT_EQ(outcome(read("response_type=code&request=eyJhbGciOiJub25lIn0.e30.")), "request_not_supported");
}

TEST(AuthorizationRequest, P33_RefusesAParameterThatComesTwice) {
  for (const char* name : {"client_id", "redirect_uri", "scope", "state", "response_type", "nonce", "unknown"}) {
    const std::string twice = std::string(name) + "=a&" + name + "=a";
    EXPECT_EQ(outcome(read_authorization_form("response_type=code&" + twice)), "invalid_request") << name;
  }
  EXPECT_EQ(outcome(read_authorization_form("client_id=a&client%5Fid=b")), "invalid_request");
}

TEST(AuthorizationRequest, BoundsWhatItKeeps) {
  EXPECT_EQ(outcome(read("response_type=code&state=" + std::string(kMostStateBytes, 's'))), "accepted");
  EXPECT_EQ(outcome(read("response_type=code&state=" + std::string(kMostStateBytes + 1, 's'))), "invalid_request");
  EXPECT_EQ(outcome(read("response_type=code&nonce=" + std::string(kMostNonceBytes + 1, 's'))), "invalid_request");
  for (const char* name : {"provider", "connection_id", "organization_id", "domain", "domain_hint", "login_hint"}) {
    const std::string begin = std::string("response_type=code&") + name + "=";
    EXPECT_EQ(outcome(read(begin + std::string(kMostHintBytes, 'x'))), "accepted") << name;
    EXPECT_EQ(outcome(read(begin + std::string(kMostHintBytes + 1, 'x'))), "invalid_request") << name;
  }
  EXPECT_EQ(outcome(read_authorization_form(std::string(kMostFormBytes + 1, 'x'))), "payload_too_large");
}

TEST(AuthorizationRequest, P29_NoneStandsAlone) {
  EXPECT_TRUE(read("response_type=code&prompt=none")->prompts("none"));
  EXPECT_EQ(outcome(read("response_type=code&prompt=none+login")), "invalid_request");
  EXPECT_EQ(outcome(read("response_type=code&prompt=%3Cscript%3E")), "invalid_request");
}

TEST(AuthorizationRequest, MaxAgeIsANumber) {
  EXPECT_EQ(read("response_type=code&max_age=0")->max_age, 0);
  for (const char* age : {"-1", "1.5", "x", "1x", "99999999999999999999", "315576001", "+1"}) {
    EXPECT_EQ(outcome(read(std::string("response_type=code&max_age=") + age)), "invalid_request") << age;
  }
}

TEST(AuthorizationRequest, TheTwoNamesOfTheDomainAgree) {
  EXPECT_EQ(outcome(read("response_type=code&domain=a.test&domain_hint=b.test")), "invalid_request");
}

TEST(Scope, GrantsWhatIsAllowedInItsOrder) {
  constexpr std::array<std::string_view, 3> kAllowed = {"openid", "profile", "email"};
  EXPECT_EQ(*granted_scope("email  openid email", kAllowed), "openid email");
  EXPECT_EQ(*granted_scope("", kAllowed), "");
  EXPECT_EQ(outcome(granted_scope("openid admin", kAllowed)), "invalid_scope");
  EXPECT_EQ(outcome(granted_scope("openid\temail", kAllowed)), "invalid_scope");
  EXPECT_TRUE(has_scope("openid email", "email"));
  EXPECT_FALSE(has_scope("openid emails", "email"));
}

}  // namespace
}  // namespace doorward::oauth
