#include "protocol/oidc/id_token.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/encoding.h"
#include "protocol/oidc/test_tokens.h"

namespace doorward::oidc {
namespace {

using test::kNow;
using test::reason_of;
using test::text_of;
namespace json = boost::json;

constexpr std::int64_t kSeconds = 1'800'000'000;
constexpr std::string_view kTemplate = "https://login.microsoftonline.com/{tenantid}/v2.0";
constexpr std::string_view kTenant = "9188040d-6c67-4c5b-b112-36a304b66dad";

json::object good() {
  return {{"iss", test::kIssuer}, {"aud", test::kClientId}, {"sub", "u1"},
          {"nonce", "n1"},        {"iat", kSeconds - 200},  {"exp", kSeconds + 300}};
}

IdTokenRules rules() {
  return {.issuer = std::string(test::kIssuer),
          .client_id = std::string(test::kClientId),
          .nonce = "n1",
          .started_at = kNow - std::chrono::seconds(30),
          .now = kNow};
}

Result<IdToken> check(const json::object& claims, const IdTokenRules& with = rules()) {
  return check_id_token(test::signed_claims(claims), with);
}

// The good token with one claim changed; null takes it away.
Result<IdToken> check_with(std::string_view name, json::value value, const IdTokenRules& with = rules()) {
  json::object claims = good();
  if (value.is_null()) {
    claims.erase(name);
  } else {
    claims[name] = std::move(value);
  }
  return check(claims, with);
}

TEST(IdToken, IsReadWithWhatItSaysOfThePerson) {
  json::object claims = good();
  claims["sid"] = "s1";
  claims["acr"] = "loa2";
  claims["auth_time"] = kSeconds - 60;
  claims["email"] = "ann@corp.test";
  const auto token = check(claims);
  ASSERT_TRUE(token) << token.error().detail;
  EXPECT_EQ(token->issuer, test::kIssuer);
  EXPECT_EQ(token->subject, "u1");
  EXPECT_EQ(token->session, "s1");
  EXPECT_EQ(token->acr, "loa2");
  EXPECT_EQ(token->auth_time, kNow - std::chrono::seconds(60));
  EXPECT_EQ(token->claims.at("email"), "ann@corp.test");
}

TEST(IdToken, D02_NonceMissingOrOfAnotherRequest) {
  EXPECT_EQ(reason_of(check_with("nonce", nullptr)), text_of(Reason::kNonce));
  EXPECT_EQ(reason_of(check_with("nonce", "n2")), text_of(Reason::kNonce));
  EXPECT_EQ(reason_of(check_with("nonce", json::array{"n1"})), text_of(Reason::kNonce));
  IdTokenRules without = rules();
  without.nonce.clear();
  EXPECT_EQ(reason_of(check_with("nonce", "", without)), text_of(Reason::kNonce));
}

TEST(IdToken, D17_IssuerMissingOfAnotherTenantOrATemplateLeftAsItIs) {
  EXPECT_EQ(reason_of(check_with("iss", nullptr)), text_of(Reason::kIssuerMismatch));
  EXPECT_EQ(reason_of(check_with("iss", "https://idp.test/")), text_of(Reason::kIssuerMismatch));
  EXPECT_EQ(reason_of(check_with("iss", "https://IDP.test")), text_of(Reason::kIssuerMismatch));
  EXPECT_EQ(reason_of(check_with("iss", "https://other.test")), text_of(Reason::kIssuerMismatch));

  IdTokenRules entra = rules();
  entra.issuer = kTemplate;
  const std::string tenant_issuer = "https://login.microsoftonline.com/" + std::string(kTenant) + "/v2.0";
  json::object claims = good();
  claims["iss"] = tenant_issuer;
  EXPECT_EQ(reason_of(check(claims, entra)), text_of(Reason::kIssuerMismatch)) << "no tid";
  claims["tid"] = "11111111-2222-3333-4444-555555555555";
  EXPECT_EQ(reason_of(check(claims, entra)), text_of(Reason::kIssuerMismatch)) << "tid of another tenant";
  claims["tid"] = "{tenantid}";
  claims["iss"] = kTemplate;
  EXPECT_EQ(reason_of(check(claims, entra)), text_of(Reason::kIssuerMismatch)) << "the template itself";
  claims["tid"] = kTenant;
  EXPECT_EQ(reason_of(check(claims, entra)), text_of(Reason::kIssuerMismatch));
  claims["iss"] = tenant_issuer;
  const auto token = check(claims, entra);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->issuer, tenant_issuer);
}

TEST(IdToken, D18_AudienceIsUsAndNobodyElse) {
  EXPECT_EQ(reason_of(check_with("aud", nullptr)), text_of(Reason::kAudience));
  EXPECT_EQ(reason_of(check_with("aud", "client-2")), text_of(Reason::kAudience));
  EXPECT_EQ(reason_of(check_with("aud", json::array{})), text_of(Reason::kAudience));
  EXPECT_EQ(reason_of(check_with("aud", json::array{"client-2"})), text_of(Reason::kAudience));
  EXPECT_EQ(reason_of(check_with("aud", json::array{"client-1", "client-2"})), text_of(Reason::kAudience));
  EXPECT_EQ(reason_of(check_with("aud", json::array{"client-1"})), "none");
  EXPECT_EQ(reason_of(check_with("azp", "client-2")), text_of(Reason::kAudience));
  EXPECT_EQ(reason_of(check_with("azp", json::array{"client-1"})), text_of(Reason::kAudience));
  EXPECT_EQ(reason_of(check_with("azp", "client-1")), "none");
  json::object both = good();
  both["aud"] = json::array{"client-1", "client-2"};
  both["azp"] = "client-1";
  EXPECT_EQ(reason_of(check(both)), text_of(Reason::kAudience)) << "an audience that is not trusted";
}

TEST(IdToken, D19_ExpiredEarlyOldOrFromTheFuture) {
  EXPECT_EQ(reason_of(check_with("exp", kSeconds - 119)), "none") << "within the skew";
  EXPECT_EQ(reason_of(check_with("exp", kSeconds - 120)), text_of(Reason::kTimeWindow));
  EXPECT_EQ(reason_of(check_with("nbf", kSeconds + 120)), "none");
  EXPECT_EQ(reason_of(check_with("nbf", kSeconds + 121)), text_of(Reason::kTimeWindow));
  EXPECT_EQ(reason_of(check_with("iat", kSeconds + 121)), text_of(Reason::kTimeWindow));
  EXPECT_EQ(reason_of(check_with("iat", kSeconds - 24 * 3600)), "none");
  EXPECT_EQ(reason_of(check_with("iat", kSeconds - 24 * 3600 - 1)), text_of(Reason::kTimeWindow));
  EXPECT_EQ(reason_of(check_with("iat", nullptr)), text_of(Reason::kJwtMalformed));
  EXPECT_EQ(reason_of(check_with("exp", nullptr)), text_of(Reason::kJwtMalformed));
}

TEST(IdToken, D19_DatesThatAreNoWholeSeconds) {
  for (const char* date : {"1800000300.5", "-1", "1e400", "\"1800000300\"", "18000003000000", "null", "true"}) {
    const std::string payload =
        R"({"iss":"https://idp.test","aud":"client-1","sub":"u1","nonce":"n1","iat":1800000000,)"
        R"("exp":)" +
        std::string(date) + "}";
    EXPECT_EQ(reason_of(check_id_token(test::signed_text(payload), rules())), text_of(Reason::kJwtMalformed)) << date;
  }
}

TEST(IdToken, D20_StaleOrUnprovenAuthentication) {
  IdTokenRules fresh = rules();
  fresh.max_age = std::chrono::seconds(0);
  EXPECT_EQ(reason_of(check_with("auth_time", nullptr, fresh)), text_of(Reason::kStaleAuthn));
  EXPECT_EQ(reason_of(check_with("auth_time", kSeconds - 30 - 121, fresh)), text_of(Reason::kStaleAuthn));
  EXPECT_EQ(reason_of(check_with("auth_time", kSeconds - 30 - 120, fresh)), "none") << "within the skew of the request";
  fresh.max_age = std::chrono::seconds(3600);
  EXPECT_EQ(reason_of(check_with("auth_time", kSeconds - 3600, fresh)), "none");
  EXPECT_EQ(reason_of(check_with("auth_time", kSeconds - 3600 - 30 - 121, fresh)), text_of(Reason::kStaleAuthn));
  EXPECT_EQ(reason_of(check_with("auth_time", kSeconds + 121, rules())), text_of(Reason::kTimeWindow));
  EXPECT_EQ(reason_of(check_with("auth_time", "yesterday", rules())), text_of(Reason::kJwtMalformed));

  IdTokenRules strong = rules();
  strong.acr_values = {"phr", "phrh"};
  EXPECT_EQ(reason_of(check_with("acr", nullptr, strong)), text_of(Reason::kAuthnContext));
  EXPECT_EQ(reason_of(check_with("acr", "pwd", strong)), text_of(Reason::kAuthnContext));
  EXPECT_EQ(reason_of(check_with("acr", "phrh", strong)), "none");
}

// Core section 3.1.3.6: the left half of the digest of the signature's algorithm.
json::value left_half(crypto::Digest digest, std::string_view value) {
  const std::string whole = crypto::digest(digest, value);
  return json::value(base64url_encode(std::string_view(whole).substr(0, whole.size() / 2)));
}

TEST(IdToken, D21_HashesOfTheAccessTokenAndTheCode) {
  IdTokenRules with = rules();
  with.access_token = "at";
  with.code = "c";
  EXPECT_EQ(reason_of(check(good(), with)), "none") << "both may be absent in the code flow";
  EXPECT_EQ(reason_of(check_with("at_hash", "AAAAAAAAAAAAAAAAAAAAAA", with)), text_of(Reason::kTokenHash));
  EXPECT_EQ(reason_of(check_with("c_hash", "AAAAAAAAAAAAAAAAAAAAAA", with)), text_of(Reason::kTokenHash));
  EXPECT_EQ(reason_of(check_with("at_hash", 7, with)), text_of(Reason::kTokenHash));
  EXPECT_EQ(reason_of(check_with("at_hash", left_half(crypto::Digest::kSha256, "at"), with)), "none");
  EXPECT_EQ(reason_of(check_with("c_hash", left_half(crypto::Digest::kSha256, "c"), with)), "none");
  EXPECT_EQ(reason_of(check_with("at_hash", left_half(crypto::Digest::kSha384, "at"), with)),
            text_of(Reason::kTokenHash))
      << "RS256 goes with SHA-256";

  json::object claims = good();
  claims["at_hash"] = left_half(crypto::Digest::kSha384, "at");
  EXPECT_EQ(reason_of(check_id_token(test::signed_claims(claims, jose::Algorithm::kEs384), with)), "none");
}

TEST(IdToken, D23_SubjectIsAShortText) {
  EXPECT_EQ(reason_of(check_with("sub", nullptr)), text_of(Reason::kJwtMalformed));
  EXPECT_EQ(reason_of(check_with("sub", "")), text_of(Reason::kJwtMalformed));
  EXPECT_EQ(reason_of(check_with("sub", 7)), text_of(Reason::kJwtMalformed));
  EXPECT_EQ(reason_of(check_with("sub", json::value(std::string(255, 's')))), "none");
  EXPECT_EQ(reason_of(check_with("sub", json::value(std::string(256, 's')))), text_of(Reason::kJwtMalformed));
  EXPECT_EQ(reason_of(check_with("sid", json::value(std::string(256, 's')))), text_of(Reason::kJwtMalformed));
}

}  // namespace
}  // namespace doorward::oidc
