#include "app/grants/authorization_check.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

constexpr const char* kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

ApiClient client_of(ClientType type) {
  ApiClient client;
  client.id = ApiClientId("skc_1");
  client.type = type;
  client.redirect_uris = {"https://app.test/cb"};
  return client;
}

oauth::Form form_of(oauth::Form changes = {}) {
  oauth::Form form{{"response_type", "code"}, {"redirect_uri", "https://app.test/cb"}};
  for (auto& [name, value] : changes) form[name] = value;
  return form;
}

std::string_view outcome(const ApiClient& client, oauth::Form changes = {}) {
  const auto checked = check_authorization(client, form_of(std::move(changes)));
  return checked ? "accepted" : reason_name(checked.error().reason);
}

TEST(AuthorizationCheck, KeepsWhatLaterStepsNeed) {
  const auto checked = check_authorization(
      client_of(ClientType::kWebApp),
      form_of({{"state", "s"}, {"nonce", "n"}, {"prompt", "login"}, {"max_age", "9"}, {"login_hint", "ann@a.test"}}));
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->request.client_id, ApiClientId("skc_1"));
  EXPECT_EQ(checked->request.redirect_uri, "https://app.test/cb");
  EXPECT_EQ(checked->request.state, "s");
  EXPECT_EQ(checked->request.nonce, "n");
  EXPECT_EQ(checked->request.prompt, "login");
  EXPECT_EQ(checked->request.max_age, 9);
  EXPECT_EQ(checked->request.login_hint, "ann@a.test");
  EXPECT_EQ(checked->request.scope, "openid profile email") << "what SDKs ask for by default";
}

TEST(AuthorizationCheck, P09_PkceWhereTheClientMustUseIt) {
  const oauth::Form challenged{{"code_challenge", kChallenge}, {"code_challenge_method", "S256"}};
  for (const ClientType type : {ClientType::kSinglePageApp, ClientType::kNative}) {
    EXPECT_EQ(outcome(client_of(type)), "invalid_request");
    EXPECT_EQ(outcome(client_of(type), challenged), "accepted");
  }
  ApiClient strict = client_of(ClientType::kWebApp);
  EXPECT_EQ(outcome(strict), "accepted");
  strict.enforce_pkce = true;
  EXPECT_EQ(outcome(strict), "invalid_request");
  EXPECT_EQ(outcome(strict, challenged), "accepted");
}

TEST(AuthorizationCheck, P32_ScopesOfTheClientOnly) {
  ApiClient client = client_of(ClientType::kWebApp);
  EXPECT_EQ(outcome(client, {{"scope", "openid orders"}}), "invalid_scope");
  EXPECT_EQ(outcome(client, {{"scope", "openid offline_access"}}), "accepted");
  client.scopes = {"orders"};
  EXPECT_EQ(outcome(client, {{"scope", "openid orders"}}), "accepted");
  client.grant_types = {"authorization_code"};
  client.scopes = {"offline_access"};
  EXPECT_EQ(outcome(client, {{"scope", "openid offline_access"}}), "invalid_scope")
      << "no refresh tokens, by whatever name";
}

TEST(AuthorizationCheck, AClientWithoutTheGrantSignsNobodyIn) {
  ApiClient client = client_of(ClientType::kWebApp);
  client.grant_types = {"client_credentials"};
  EXPECT_EQ(outcome(client), "unauthorized_client");
}

TEST(AuthorizationCheck, P29_NobodyIsSignedInAlready) {
  EXPECT_EQ(outcome(client_of(ClientType::kWebApp), {{"prompt", "none"}}), "login_required");
}

TEST(AuthorizationCheck, P01_RedirectUrisMatchExactly) {
  const ApiClient client = client_of(ClientType::kWebApp);
  EXPECT_TRUE(is_registered(client, "https://app.test/cb", EnvironmentKind::kProduction, nullptr));
  for (const char* other : {"", "https://app.test/cb/", "https://app.test/cb?x=1", "https://app.test/c",
                            "HTTPS://app.test/cb", "https://app.test:443/cb", "https://a@app.test/cb"}) {
    EXPECT_FALSE(is_registered(client, other, EnvironmentKind::kProduction, nullptr)) << other;
  }
}

}  // namespace
}  // namespace doorward
