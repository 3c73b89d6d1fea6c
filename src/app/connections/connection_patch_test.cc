#include "app/connections/connection_patch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorward {
namespace {

using oidc::PlainHttp;
using testing::ElementsAre;

#define EXPECT_FIELD(expression, name)                           \
  do {                                                           \
    const auto& refused = (expression);                          \
    ASSERT_FALSE(refused.has_value());                           \
    ASSERT_EQ(refused.error().violations.size(), 1U);            \
    EXPECT_EQ(refused.error().violations[0].field, name);        \
    EXPECT_EQ(refused.error().reason, Reason::kInvalidArgument); \
  } while (false)

// Lets everything out but one host.
class Guard : public HttpClient {
 public:
  task<Result<HttpResponse>> send(HttpRequest) override { co_return HttpResponse{}; }
  Result<void> check_url(std::string_view url) const override {
    if (!url.contains("forbidden")) return {};
    return failure(Reason::kEgressForbidden, "This address is forbidden.");
  }
};

oidc::ProviderMetadata metadata() {
  return {.issuer = "https://idp.example",
          .authorization_endpoint = "https://idp.example/authorize",
          .token_endpoint = "https://idp.example/token",
          .jwks_uri = "https://idp.example/keys",
          .userinfo_endpoint = "https://idp.example/userinfo",
          .end_session_endpoint = "https://idp.example/logout",
          .authorization_response_iss_parameter_supported = true};
}

DiscoveredProvider found_at(const DiscoveryTarget& target) { return {.target = target, .metadata = metadata()}; }

Connection discovered() {
  const ConnectionPatch patch{.oidc = {.issuer = "https://idp.example"}};
  return *patched({}, patch, found_at(*discovery_target({}, patch)));
}

TEST(ConnectionPatch, AnIssuerAloneMeansDiscovery) {
  const ConnectionPatch patch{.oidc = {.issuer = "https://idp.example"}};
  const auto target = discovery_target({}, patch);
  ASSERT_TRUE(target);
  EXPECT_EQ(target->given, "https://idp.example");
  EXPECT_EQ(target->plain_http, PlainHttp::kForbidden);
  const Connection after = discovered();
  EXPECT_EQ(after.configuration, ConfigurationType::kDiscovery);
  EXPECT_EQ(after.oidc.issuer, "https://idp.example");
  EXPECT_EQ(after.oidc.discovery_endpoint, "https://idp.example/.well-known/openid-configuration");
  EXPECT_EQ(after.oidc.authorize_uri, "https://idp.example/authorize");
  EXPECT_EQ(after.oidc.token_uri, "https://idp.example/token");
  EXPECT_EQ(after.oidc.jwks_uri, "https://idp.example/keys");
  EXPECT_EQ(after.oidc.user_info_uri, "https://idp.example/userinfo");
  EXPECT_EQ(after.oidc.end_session_uri, "https://idp.example/logout");
  EXPECT_TRUE(after.oidc.issuer_in_response);
}

TEST(ConnectionPatch, TheAddressOfTheDocumentMayStandForTheIssuer) {
  const ConnectionPatch patch{.oidc = {.issuer = "https://idp.example/.well-known/openid-configuration"}};
  EXPECT_EQ(discovery_target({}, patch)->given, "https://idp.example/.well-known/openid-configuration");
  EXPECT_EQ(discovery_target({}, patch)->issuer, "");
  EXPECT_EQ(patched({}, patch, found_at(*discovery_target({}, patch)))->oidc.issuer, "https://idp.example");
  ConnectionPatch manual = patch;
  manual.configuration = ConfigurationType::kManual;
  EXPECT_FALSE(discovery_target({}, manual));
  EXPECT_EQ(patched({}, manual, std::nullopt)->oidc.issuer, "https://idp.example");
}

TEST(ConnectionPatch, AllAddressesMeanThatNoneIsLookedUp) {
  const ConnectionPatch patch{.oidc = {.issuer = "https://idp.example",
                                       .authorize_uri = "https://a.example",
                                       .token_uri = "https://t.example",
                                       .jwks_uri = "https://j.example"}};
  EXPECT_FALSE(discovery_target({}, patch));
  const auto after = patched({}, patch, std::nullopt);
  EXPECT_EQ(after->configuration, ConfigurationType::kManual);
  EXPECT_EQ(after->oidc.token_uri, "https://t.example");
  EXPECT_EQ(after->oidc.issuer, "https://idp.example");
}

TEST(ConnectionPatch, D12_ADocumentOfAnotherIssuerIsRefused) {
  const ConnectionPatch patch{.oidc = {.issuer = "https://honest.example",
                                       .discovery_endpoint = "https://idp.example/.well-known/openid-configuration"}};
  const auto target = discovery_target({}, patch);
  EXPECT_EQ(target->issuer, "https://honest.example");
  const auto refused = patched({}, patch, found_at(*target));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::kDiscoveryFailed);
}

TEST(ConnectionPatch, WhatTheDocumentContradictsIsRefusedAndWhatItSaysMayBeRepeated) {
  const Connection before = discovered();
  EXPECT_FIELD(patched(before, {.oidc = {.token_uri = "https://elsewhere.example/token"}}, std::nullopt), "token_uri");
  EXPECT_TRUE(patched(before, {.oidc = {.token_uri = "https://idp.example/token"}}, std::nullopt));
  const auto manual = patched(
      before, {.configuration = ConfigurationType::kManual, .oidc = {.token_uri = "https://elsewhere.example/token"}},
      std::nullopt);
  EXPECT_EQ(manual->oidc.token_uri, "https://elsewhere.example/token");
  EXPECT_EQ(manual->oidc.jwks_uri, "https://idp.example/keys");
}

TEST(ConnectionPatch, NothingIsFetchedUnlessThePatchSaysWhere) {
  const Connection before = discovered();
  EXPECT_FALSE(discovery_target(before, {.ui_button_title = "Acme"}));
  EXPECT_TRUE(discovery_target(before, {.oidc = {.issuer = "https://idp.example"}}));
  Connection manual = before;
  manual.configuration = ConfigurationType::kManual;
  const auto target = discovery_target(manual, {.debug_enabled = true, .configuration = ConfigurationType::kDiscovery});
  EXPECT_EQ(target->given, before.oidc.discovery_endpoint);
  EXPECT_EQ(target->plain_http, PlainHttp::kAllowed);
}

TEST(ConnectionPatch, AnEmptyIssuerForgetsTheProvider) {
  const auto after = patched(discovered(), {.oidc = {.issuer = ""}}, std::nullopt);
  EXPECT_EQ(after->oidc.issuer, "");
  EXPECT_EQ(after->oidc.jwks_uri, "");
  EXPECT_EQ(after->oidc.discovery_endpoint, "");
}

TEST(ConnectionPatch, L10_AConnectionWithPeopleKeepsItsIssuer) {
  Connection before = discovered();
  const auto moved = [&](std::string issuer) {
    Connection after = before;
    after.oidc.issuer = std::move(issuer);
    return after;
  };
  Connection after = moved("https://new.example");
  EXPECT_TRUE(take_issuer(before, after)) << "nobody is known by it yet";
  before.first_login_time = Timestamp(std::chrono::seconds(1));
  EXPECT_FIELD(take_issuer(before, after), "issuer");
  after = moved("");  // nor in two steps
  EXPECT_FIELD(take_issuer(before, after), "issuer");
  after = before;
  EXPECT_TRUE(take_issuer(before, after));

  before.accepted_issuer = "https://new.example";
  after = moved("https://other.example");
  EXPECT_FIELD(take_issuer(before, after), "issuer");
  after = moved("https://new.example");
  EXPECT_TRUE(take_issuer(before, after));
  EXPECT_EQ(after.accepted_issuer, "") << "used up";
}

TEST(ConnectionPatch, StandardScopesAreReplacedBesideOthers) {
  Connection before;
  before.oidc.scopes = {"openid", "profile", "groups"};
  EXPECT_THAT(patched(before, {.oidc = {.standard_scopes = {{"email"}}}}, std::nullopt)->oidc.scopes,
              ElementsAre("openid", "email", "groups"));
  EXPECT_THAT(patched(before, {.oidc = {.scopes = {{"openid", "roles"}}}}, std::nullopt)->oidc.scopes,
              ElementsAre("openid", "roles"));
}

TEST(ConnectionPatch, RefusesWhatNoConnectionTakes) {
  EXPECT_TRUE(check_patch({.attribute_mapping = {{{"email", "upn"}, {"department", "org.department"}}}},
                          ConnectionType::kOidc));
  EXPECT_FIELD(check_patch({.attribute_mapping = {{{"sub", "upn"}}}}, ConnectionType::kOidc), "attribute_mapping[sub]");
  EXPECT_FIELD(check_patch({.attribute_mapping = {{{"email_verified", "x"}}}}, ConnectionType::kOidc),
               "attribute_mapping[email_verified]");
  EXPECT_FIELD(check_patch({.ui_button_title = std::string(kMaxButtonTitle + 1, 'x')}, ConnectionType::kOidc),
               "ui_button_title");
  EXPECT_FIELD(check_patch({.ui_button_title = "a\nb"}, ConnectionType::kOidc), "ui_button_title");
  EXPECT_FIELD(check_patch({.oidc = {.client_secret = Secret<std::string>("a\r\nb")}}, ConnectionType::kOidc),
               "client_secret");
  EXPECT_FIELD(check_patch({.oidc = {.client_id = std::string("\xff")}}, ConnectionType::kOidc), "client_id");
  EXPECT_FIELD(check_patch({.oidc = {.scopes = {{"openid", "a b"}}}}, ConnectionType::kOidc), "scopes[1]");
  EXPECT_FIELD(check_patch({.oidc = {.id_token_signed_response_alg = "none"}}, ConnectionType::kOidc),
               "id_token_signed_response_alg");
  EXPECT_FIELD(check_patch({.oidc = {.id_token_signed_response_alg = "HS256"}}, ConnectionType::kOidc),
               "id_token_signed_response_alg");
  EXPECT_TRUE(check_patch({.oidc = {.id_token_signed_response_alg = "ES256"}}, ConnectionType::kOidc));
  EXPECT_FIELD(check_new_connection({.type = ConnectionType::kOidc}), "provider");
  EXPECT_TRUE(check_new_connection({.type = ConnectionType::kOidc, .provider_key = "mine"}));
}

TEST(ConnectionPatch, D32_AddressesAreHttpsUnlessDebuggingIsOn) {
  const Guard guard;
  const Connection before = discovered();
  Connection after = before;
  after.oidc.jwks_uri = "http://idp.example/keys";
  EXPECT_FIELD(check_addresses(guard, before, after), "jwks_uri");
  after.debug_enabled = true;
  EXPECT_TRUE(check_addresses(guard, before, after));
  after.accepted_issuer = "https://new.example?x";
  EXPECT_FIELD(check_addresses(guard, before, after), "accepted_issuer");
  after.accepted_issuer.clear();
  for (const char* bad : {"ftp://idp.example", "idp.example", "https://user@idp.example", "https://idp.example/#x",
                          "javascript:alert(1)", "https:///path"}) {
    after.oidc.token_uri = bad;
    EXPECT_FIELD(check_addresses(guard, before, after), "token_uri");
  }
}

TEST(ConnectionPatch, W01_WhereRequestsMayNotGoIsRefusedWhenItIsSaved) {
  const Guard guard;
  const Connection before = discovered();
  Connection after = before;
  after.oidc.user_info_uri = "https://forbidden.example";
  const auto refused = check_addresses(guard, before, after);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::kEgressForbidden);
  EXPECT_EQ(refused.error().violations.at(0).field, "user_info_uri");
  EXPECT_TRUE(check_addresses(guard, after, after)) << "what was there is judged when it is used";
}

}  // namespace
}  // namespace doorward
