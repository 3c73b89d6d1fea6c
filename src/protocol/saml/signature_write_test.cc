#include "protocol/saml/signature_write.h"

#include <gtest/gtest.h>
#include <libxml/tree.h>

#include <vector>

#include "protocol/saml/names.h"
#include "protocol/saml/signature_check.h"
#include "protocol/saml/test_messages.h"
#include "protocol/saml/text_element.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

XmlElement assertion() {
  XmlElement element("saml:Assertion");
  element.set("ID", "_a").set("Version", kVersion).add(text_element("saml:Issuer", "https://idp.test/?a=1&b=<2>"));
  return element;
}

Result<std::string> verified_by(const XmlDocument& document, _xmlNode& parent, const test::Party& party) {
  const SignatureTrust trust{.certificates = {&party.pinned, 1}, .now = test::kNow};
  DOORWARD_CHECK(check_signature_places(document));
  DOORWARD_TRY(const SignedElement element, check_signature(document, parent, trust));
  return element.certificate_id();
}

TEST(SignEnveloped, IsWhatTheCheckAccepts) {
  for (const test::Party* party : {&test::provider(), &test::rsa_provider()}) {
    XmlElement element = assertion();
    sign_enveloped(element, party->signer);
    ASSERT_NE(element.child(1), nullptr);
    EXPECT_EQ(element.child(1)->name(), "ds:Signature") << "after the Issuer (SAML core 2.3.3)";
    const auto document = XmlDocument::parse(element.to_xml());
    ASSERT_TRUE(document);
    const auto verified = verified_by(*document, *document->root(), *party);
    ASSERT_TRUE(verified) << verified.error().message << " " << verified.error().detail;
    EXPECT_EQ(*verified, party->pinned.id);
    EXPECT_EQ(test::reason_of(verified_by(*document, *document->root(), test::stranger())), "signature_invalid");
  }
}

TEST(SignEnveloped, OneSignatureMayStandInAnother) {
  XmlElement inner = assertion();
  sign_enveloped(inner, test::provider().signer);
  XmlElement response("samlp:Response");
  response.set("ID", "_r").add(text_element("saml:Issuer", "idp")).add(std::move(inner));
  sign_enveloped(response, test::rsa_provider().signer);
  const auto document = XmlDocument::parse(response.to_xml());
  ASSERT_TRUE(document);
  EXPECT_TRUE(verified_by(*document, *document->root(), test::rsa_provider()));
  _xmlNode* found = find_child(*document->root(), kAssertionNs, "Assertion");
  ASSERT_NE(found, nullptr);
  EXPECT_TRUE(verified_by(*document, *found, test::provider()));
}

TEST(SignEnveloped, ATamperedElementFailsTheCheck) {
  XmlElement element = assertion();
  sign_enveloped(element, test::provider().signer);
  const std::string xml = test::replaced(element.to_xml(), "idp.test", "idp.evil");
  const auto document = XmlDocument::parse(xml);
  ASSERT_TRUE(document);
  EXPECT_EQ(test::reason_of(verified_by(*document, *document->root(), test::provider())), "signature_invalid");
}

TEST(SignEnveloped, StandsFirstWhereThereIsNoIssuer) {
  XmlElement entity("md:EntityDescriptor");
  entity.set("ID", "_m").add(XmlElement("md:SPSSODescriptor"));
  sign_enveloped(entity, test::provider().signer);
  EXPECT_EQ(entity.child(0)->name(), "ds:Signature");
  XmlElement without_id("md:EntityDescriptor");
  EXPECT_THROW(sign_enveloped(without_id, test::provider().signer), std::invalid_argument);
}

TEST(SignEnveloped, TellsTheCertificateOnlyWhereThereIsOne) {
  const Secret<std::string> key = crypto::EcPrivateKey::generate(crypto::Curve::kP256).to_pkcs8();
  XmlElement element = assertion();
  sign_enveloped(element, *MessageSigner::from_pkcs8(key, ""));
  EXPECT_EQ(element.to_xml().find("KeyInfo"), std::string::npos);
  XmlElement other = assertion();
  sign_enveloped(other, test::provider().signer);
  EXPECT_NE(other.to_xml().find("X509Certificate"), std::string::npos);
}

TEST(MessageSigner, TakesOnlyKeysThatItSignsWith) {
  EXPECT_EQ(test::reason_of(MessageSigner::from_pkcs8(Secret<std::string>("no key"), "")), "secret_unreadable");
  const auto p384 = crypto::EcPrivateKey::generate(crypto::Curve::kP384).to_pkcs8();
  EXPECT_EQ(test::reason_of(MessageSigner::from_pkcs8(p384, "")), "secret_unreadable");
}

}  // namespace
}  // namespace doorward::saml
