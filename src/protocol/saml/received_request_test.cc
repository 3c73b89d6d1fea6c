#include "protocol/saml/received_request.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorward::saml {
namespace {

using testing::ElementsAre;

std::string request(std::string_view root, std::string_view attributes, std::string_view inside) {
  return fmt::format(
      R"(<p:{0} xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" {1}>{2}</p:{0}>)",
      root, attributes, inside);
}

constexpr const char* kStart = R"(ID="_1" Version="2.0" IssueInstant="2026-01-01T00:00:00Z")";
constexpr const char* kIssuer = "<a:Issuer>https://sp.test/saml</a:Issuer>";

Reason refusal(const std::string& xml) {
  const auto read = read_authn_request(xml);
  return read ? Reason::kInternal : read.error().reason;
}

TEST(ReceivedRequest, SaysWhatAServiceProviderAsksFor) {
  const auto read = read_authn_request(request(
      "AuthnRequest",
      std::string(kStart) +
          R"( Destination="https://idp.test/sso" AssertionConsumerServiceURL="https://sp.test/acs" ForceAuthn="1" IsPassive="true")",
      std::string(kIssuer) +
          "<a:Subject><a:NameID> ann@example.com\n</a:NameID></a:Subject><p:NameIDPolicy Format=\"f\"/>"
          "<p:RequestedAuthnContext><a:AuthnContextClassRef>one</a:AuthnContextClassRef>"
          "<a:AuthnContextClassRef>two</a:AuthnContextClassRef></p:RequestedAuthnContext>"));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->id, "_1");
  EXPECT_EQ(read->issuer, "https://sp.test/saml");
  EXPECT_EQ(read->destination, "https://idp.test/sso");
  EXPECT_EQ(read->acs_url, "https://sp.test/acs");
  EXPECT_EQ(read->name_id_format, "f");
  EXPECT_TRUE(read->force_authn);
  EXPECT_TRUE(read->is_passive);
  EXPECT_EQ(read->subject, "ann@example.com");
  EXPECT_THAT(read->authn_context_class_refs, ElementsAre("one", "two"));
}

TEST(ReceivedRequest, NeedsNoMoreThanWhoAsks) {
  const auto read = read_authn_request(request("AuthnRequest", kStart, kIssuer));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->acs_url, "");
  EXPECT_FALSE(read->force_authn);
  EXPECT_FALSE(read->is_passive);
  EXPECT_EQ(read_logout_request(request("LogoutRequest", kStart, kIssuer))->issuer, "https://sp.test/saml");
}

TEST(ReceivedRequest, IsRefusedForItsReason) {
  EXPECT_EQ(refusal("no XML"), Reason::kNotWellformed);
  EXPECT_EQ(refusal("<!DOCTYPE a>" + request("AuthnRequest", kStart, kIssuer)), Reason::kDtdForbidden);
  EXPECT_EQ(refusal(request("LogoutRequest", kStart, kIssuer)), Reason::kWrongRoot);
  EXPECT_EQ(read_logout_request(request("AuthnRequest", kStart, kIssuer)).error().reason, Reason::kWrongRoot);
  EXPECT_EQ(refusal(request("AuthnRequest", R"(ID="_1" Version="1.1")", kIssuer)), Reason::kBadVersion);
  EXPECT_EQ(refusal(request("AuthnRequest", R"(Version="2.0")", kIssuer)), Reason::kSamlShape);
  EXPECT_EQ(refusal(request("AuthnRequest", kStart, "")), Reason::kSamlShape);
  EXPECT_EQ(refusal(request("AuthnRequest", kStart, "<a:Issuer><a:X/></a:Issuer>")), Reason::kSamlShape);
  EXPECT_EQ(refusal(request("AuthnRequest", kStart,
                            fmt::format("<a:Issuer>{}</a:Issuer>", std::string(kMostReadRequestText + 1, 'x')))),
            Reason::kSamlShape);
  std::string many;
  for (std::size_t i = 0; i <= kMostReadContextClasses; ++i)
    many += "<a:AuthnContextClassRef>c</a:AuthnContextClassRef>";
  EXPECT_EQ(refusal(request("AuthnRequest", kStart,
                            kIssuer + ("<p:RequestedAuthnContext>" + many + "</p:RequestedAuthnContext>"))),
            Reason::kSamlShape);
}

}  // namespace
}  // namespace doorward::saml
