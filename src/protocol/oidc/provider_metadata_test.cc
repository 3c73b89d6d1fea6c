#include "protocol/oidc/provider_metadata.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "protocol/oidc/issuer.h"
#include "protocol/oidc/test_tokens.h"

namespace doorward::oidc {
namespace {

using test::reason_of;
using test::text_of;
namespace json = boost::json;

json::object good() {
  return {{"issuer", "https://idp.test"},
          {"authorization_endpoint", "https://idp.test/authorize"},
          {"token_endpoint", "https://tokens.idp.test/token"},
          {"jwks_uri", "https://idp.test/keys"}};
}

Result<ProviderMetadata> read(const json::object& document, std::string_view given = "https://idp.test",
                              PlainHttp plain_http = PlainHttp::kForbidden) {
  DOORWARD_TRY(const DiscoveryLocation location, discovery_location(given, plain_http));
  return read_provider_metadata(json::serialize(document), location, plain_http);
}

TEST(ProviderMetadata, ReadsWhatIsUsed) {
  json::object document = good();
  document["userinfo_endpoint"] = "https://idp.test/userinfo";
  document["end_session_endpoint"] = "https://idp.test/logout";
  document["token_endpoint_auth_methods_supported"] = json::array{"client_secret_post", 7};
  document["authorization_response_iss_parameter_supported"] = true;
  document["something_new"] = json::object{{"deep", json::array{1, 2, 3}}};
  const auto metadata = read(document);
  ASSERT_TRUE(metadata) << metadata.error().message;
  EXPECT_EQ(metadata->token_endpoint, "https://tokens.idp.test/token") << "another host than the issuer's is common";
  EXPECT_EQ(metadata->userinfo_endpoint, "https://idp.test/userinfo");
  EXPECT_EQ(metadata->end_session_endpoint, "https://idp.test/logout");
  EXPECT_EQ(metadata->token_endpoint_auth_methods_supported, std::vector<std::string>{"client_secret_post"});
  EXPECT_TRUE(metadata->authorization_response_iss_parameter_supported);
}

TEST(ProviderMetadata, IsLookedForWhereTheIssuerSays) {
  EXPECT_EQ(discovery_location("https://idp.test", PlainHttp::kForbidden)->url,
            "https://idp.test/.well-known/openid-configuration");
  EXPECT_EQ(discovery_location("https://idp.test/tenant/", PlainHttp::kForbidden)->url,
            "https://idp.test/tenant/.well-known/openid-configuration");
  const auto whole =
      discovery_location("https://idp.test/t/.well-known/openid-configuration?appid=7", PlainHttp::kForbidden);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->url, "https://idp.test/t/.well-known/openid-configuration?appid=7");
  EXPECT_EQ(whole->issuer, "https://idp.test/t");
}

TEST(ProviderMetadata, D12_AnotherIssuerThanTheConfiguredOne) {
  json::object document = good();
  document["issuer"] = "https://evil.test";
  EXPECT_EQ(reason_of(read(document)), text_of(Reason::kDiscoveryFailed));
  document["issuer"] = "https://idp.test/other";
  EXPECT_EQ(reason_of(read(document)), text_of(Reason::kDiscoveryFailed));
  document.erase("issuer");
  EXPECT_EQ(reason_of(read(document)), text_of(Reason::kDiscoveryFailed));
  document["issuer"] = "https://idp.test/";
  const auto slash = read(document);
  ASSERT_TRUE(slash) << "the well-known address cannot tell a '/' at the end";
  EXPECT_EQ(slash->issuer, "https://idp.test/") << "and tokens will name it so";
}

TEST(ProviderMetadata, D12_NoSuitableDocument) {
  const DiscoveryLocation location = *discovery_location("https://idp.test", PlainHttp::kForbidden);
  for (const char* text : {"", "<html>", "[]", R"({"issuer":"https://idp.test","issuer":"https://idp.test"})"}) {
    EXPECT_EQ(reason_of(read_provider_metadata(text, location, PlainHttp::kForbidden)),
              text_of(Reason::kDiscoveryFailed))
        << text;
  }
  json::object large = good();
  large["padding"] = std::string(kMostMetadataBytes, 'x');
  EXPECT_EQ(reason_of(read(large)), text_of(Reason::kDiscoveryFailed));
  for (const char* required : {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
    json::object document = good();
    document.erase(required);
    EXPECT_EQ(reason_of(read(document)), text_of(Reason::kDiscoveryFailed)) << required;
  }
}

TEST(ProviderMetadata, D12_AnIssuerThatIsNoHttpsAddress) {
  for (const char* given :
       {"http://idp.test", "idp.test", "ftp://idp.test", "https://", "https://user@idp.test", "https://idp.test#x",
        "https://idp.test?x=1", "https://idp.test/a b", "https://:443/", "https://idp.test\\@evil.test", ""}) {
    EXPECT_EQ(reason_of(discovery_location(given, PlainHttp::kForbidden)), text_of(Reason::kDiscoveryFailed)) << given;
  }
  EXPECT_EQ(reason_of(discovery_location("https://idp.test/" + std::string(kMostUrlBytes, 'x'), PlainHttp::kForbidden)),
            text_of(Reason::kDiscoveryFailed));
  EXPECT_EQ(reason_of(discovery_location("http://idp.test", PlainHttp::kAllowed)), "none");
}

TEST(ProviderMetadata, D32_AnHttpEndpointBehindAnHttpsIssuer) {
  for (const char* name :
       {"authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"}) {
    json::object document = good();
    document[name] = "http://idp.test/x";
    EXPECT_EQ(reason_of(read(document)), text_of(Reason::kDiscoveryFailed)) << name;
    document[name] = 7;
    EXPECT_EQ(reason_of(read(document)), text_of(Reason::kDiscoveryFailed)) << name;
    document[name] = "http://idp.test/x";
    EXPECT_EQ(reason_of(read(document, "https://idp.test", PlainHttp::kAllowed)), "none") << name;
  }
}

TEST(ProviderMetadata, EntrasSharedAddressesNameATemplate) {
  json::object document = good();
  document["issuer"] = "https://login.microsoftonline.com/{tenantid}/v2.0";
  EXPECT_EQ(reason_of(read(document, "https://login.microsoftonline.com/organizations/v2.0")), "none");
  EXPECT_EQ(reason_of(read(document, "https://login.microsoftonline.com/common/v2.0/")), "none");
  EXPECT_EQ(reason_of(read(document, "https://login.microsoftonline.com/contoso.com/v2.0")),
            text_of(Reason::kDiscoveryFailed));
  EXPECT_EQ(reason_of(read(document, "https://evil.test/common/v2.0")), text_of(Reason::kDiscoveryFailed));
}

TEST(Issuer, KnowsMicrosoftByItsHosts) {
  EXPECT_TRUE(is_entra_issuer("https://login.microsoftonline.com/x/v2.0"));
  EXPECT_TRUE(is_entra_issuer("https://LOGIN.microsoftonline.com:443/x"));
  EXPECT_TRUE(is_entra_issuer("https://sts.windows.net/x/"));
  EXPECT_FALSE(is_entra_issuer("https://login.microsoftonline.com.evil.test/x"));
  EXPECT_FALSE(is_entra_issuer("login.microsoftonline.com"));
}

}  // namespace
}  // namespace doorward::oidc
