#include "protocol/saml/redaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorward::saml {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kResponse = R"(<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
  xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" InResponseTo="_handle-of-a-login"
  Destination="https://us.test/acs" IssueInstant="2026-11-30T04:00:00Z">
<saml:Issuer>https://idp.test</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>
<samlp:StatusMessage>Welcome, Ann Secret</samlp:StatusMessage></samlp:Status>
<saml:Assertion ID="_a1"><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/></ds:SignedInfo>
<ds:SignatureValue>c2VjcmV0LXNpZw==</ds:SignatureValue>
<ds:KeyInfo><ds:X509Data><ds:X509Certificate>MIIC</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>
<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">ann@corp.test</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData Recipient="https://us.test/acs" Address="192.0.2.77" InResponseTo="_handle-of-a-login"/>
</saml:SubjectConfirmation></saml:Subject>
<saml:AuthnStatement SessionIndex="_session-7"/>
<saml:AttributeStatement><saml:Attribute Name="given&quot;Name"><saml:AttributeValue>Ann</saml:AttributeValue>
</saml:Attribute></saml:AttributeStatement></saml:Assertion>
<x:Extra xmlns:x="urn:x" ID="person-9">hidden text</x:Extra></samlp:Response>)";

TEST(Redaction, KeepsHowAMessageWasMade) {
  const std::string kept = redacted_message(kResponse);
  for (const char* there :
       {"<saml:Issuer>https://idp.test</saml:Issuer>", "Destination=\"https://us.test/acs\"", "ID=\"_a1\"",
        "Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"", "xmldsig-more#rsa-sha256", ">MIIC<",
        "nameid-format:emailAddress\">[13 bytes]</saml:NameID>", "Name=\"given&quot;Name\"",
        "<saml:AttributeValue>[3 bytes]</saml:AttributeValue>", "IssueInstant=\"2026-11-30T04:00:00Z\""}) {
    EXPECT_THAT(kept, HasSubstr(there));
  }
}

TEST(Redaction, G01_NothingThatNamesAPersonOrSignsIn) {
  const std::string kept = redacted_message(kResponse);
  for (const char* gone : {"ann@corp.test", "Ann", "c2VjcmV0", "_handle-of-a-login", "_session-7", "192.0.2.77",
                           "person-9", "hidden text", "Secret"}) {
    EXPECT_THAT(kept, Not(HasSubstr(gone)));
  }
}

TEST(Redaction, WhatIsNoMessageIsItsLengthAndWhy) {
  EXPECT_EQ(redacted_message("<!DOCTYPE a><a>ann@corp.test</a>"), "[32 bytes: dtd_forbidden]\n");
  EXPECT_EQ(redacted_message("ann@corp.test"), "[13 bytes: not_wellformed]\n");
  EXPECT_EQ(redacted_message(""), "[0 bytes: not_wellformed]\n");
}

TEST(Redaction, IsBounded) {
  std::string xml = "<a xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\">";
  for (int i = 0; i < 5'000; ++i) xml += "<Issuer>https://idp.test/\xC3\xA4</Issuer>";
  xml += "</a>";
  const std::string kept = redacted_message(xml);
  EXPECT_LE(kept.size(), kMostRedactedBytes);
  EXPECT_THAT(kept, testing::EndsWith("</Issuer>\n…\n"));
}

}  // namespace
}  // namespace doorward::saml
