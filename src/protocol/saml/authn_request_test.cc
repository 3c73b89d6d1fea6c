#include "protocol/saml/authn_request.h"

#include <gtest/gtest.h>
#include <libxml/tree.h>

#include <string>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "protocol/saml/names.h"
#include "protocol/saml/outgoing_message.h"
#include "protocol/saml/signature_check.h"
#include "protocol/saml/test_messages.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

AuthnRequest request() {
  return {.id = "_state",
          .issue_instant = test::kNow + std::chrono::milliseconds(250),
          .destination = "https://idp.test/sso",
          .issuer = "https://sp.test/sso/v1/saml/conn_1",
          .acs_url = "https://sp.test/sso/v1/saml/conn_1/callback"};
}

TEST(AuthnRequest, SaysWhatEveryProviderNeeds) {
  EXPECT_EQ(to_element(request()).to_xml(),
            R"(<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol")"
            R"( AssertionConsumerServiceURL="https://sp.test/sso/v1/saml/conn_1/callback")"
            R"( Destination="https://idp.test/sso" ID="_state" IssueInstant="2026-11-30T12:00:00Z")"
            R"( ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Version="2.0">)"
            R"(<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://sp.test/sso/v1/saml/conn_1)"
            R"(</saml:Issuer></samlp:AuthnRequest>)");
}

TEST(AuthnRequest, AsksForMoreInTheOrderOfTheSchema) {
  AuthnRequest full = request();
  full.force_authn = true;
  full.is_passive = true;
  full.name_id_format = NameIdFormat::kPersistent;
  full.login_hint = "ann@corp.test";
  full.authn_context_class_refs = {"urn:a", "urn:b"};
  const auto document = XmlDocument::parse(to_element(full).to_xml());
  ASSERT_TRUE(document);
  const _xmlNode& root = *document->root();
  std::string order;
  for (const _xmlNode& child : elements_of(root)) order += std::string(local_name(child)) + " ";
  EXPECT_EQ(order, "Issuer Subject NameIDPolicy RequestedAuthnContext ");
  EXPECT_EQ(attribute(root, "ForceAuthn"), "true");
  EXPECT_EQ(attribute(root, "IsPassive"), "true");
  const _xmlNode& hint = *first_element(*find_child(root, kAssertionNs, "Subject"));
  EXPECT_EQ(text_of(hint), "ann@corp.test");
  EXPECT_EQ(attribute(hint, "Format"), kNameIdEmail);
  const _xmlNode& policy = *find_child(root, kProtocolNs, "NameIDPolicy");
  EXPECT_EQ(attribute(policy, "Format"), kNameIdPersistent);
  EXPECT_EQ(attribute(policy, "AllowCreate"), "true");
  const _xmlNode& context = *find_child(root, kProtocolNs, "RequestedAuthnContext");
  EXPECT_EQ(attribute(context, "Comparison"), "exact");
  EXPECT_EQ(text_of(*first_element(context)), "urn:a");
  EXPECT_EQ(text_of(*next_element(*first_element(context))), "urn:b");
}

TEST(AuthnRequest, ATransientNameIsNotAskedToBeMade) {
  AuthnRequest transient = request();
  transient.name_id_format = NameIdFormat::kTransient;
  EXPECT_EQ(to_element(transient).to_xml().find("AllowCreate"), std::string::npos);
}

TEST(AuthnRequest, AHintThatIsTooLongIsNone) {
  AuthnRequest hinted = request();
  hinted.login_hint = std::string(kMostLoginHintBytes, 'a');
  EXPECT_NE(to_element(hinted).to_xml().find(kNameIdUnspecified), std::string::npos);
  hinted.login_hint += 'a';
  EXPECT_EQ(to_element(hinted).to_xml().find("Subject"), std::string::npos);
}

TEST(AuthnRequest, S104_NamesOfCustomersAreText) {
  AuthnRequest hostile = request();
  hostile.issuer = R"(https://sp.test/"><evil x=")";
  hostile.acs_url = R"(https://sp.test/?a=1&b="><saml:Issuer>)";
  hostile.login_hint = "</saml:NameID></saml:Subject><samlp:Extensions/>@corp.test";
  const auto document = XmlDocument::parse(to_element(hostile).to_xml());
  ASSERT_TRUE(document);
  EXPECT_EQ(attribute(*document->root(), "AssertionConsumerServiceURL"), hostile.acs_url);
  EXPECT_EQ(text_of(*first_element(*document->root())), hostile.issuer);
  EXPECT_EQ(text_of(*first_element(*find_child(*document->root(), kAssertionNs, "Subject"))), hostile.login_hint);
  EXPECT_EQ(find_child(*document->root(), kProtocolNs, "Extensions"), nullptr);
}

TEST(SendMessage, ByRedirectTheQueryIsSigned) {
  for (const SamlBinding binding : {SamlBinding::kHttpRedirect, SamlBinding::kUnspecified}) {
    const auto sent = send_message(to_element(request()), MessageKind::kRequest, "https://idp.test/sso", binding,
                                   "state", &test::provider().signer);
    const auto* redirect = std::get_if<RedirectTo>(&sent);
    ASSERT_NE(redirect, nullptr);
    const std::string query = redirect->url.substr(redirect->url.find('?') + 1);
    EXPECT_EQ(read_redirect(query)->xml, to_element(request()).to_xml()) << "without a signature of its own";
    const std::vector pins{test::provider().pinned};
    EXPECT_TRUE(check_redirect_signature(query, {.certificates = pins, .now = test::kNow}));
  }
}

TEST(SendMessage, ByFormTheMessageIsSigned) {
  const auto sent = send_message(to_element(request()), MessageKind::kRequest, "https://idp.test/sso",
                                 SamlBinding::kHttpPost, "state", &test::provider().signer);
  const auto* post = std::get_if<PostTo>(&sent);
  ASSERT_NE(post, nullptr);
  EXPECT_EQ(post->action, "https://idp.test/sso");
  EXPECT_EQ(post->parameter, "SAMLRequest");
  EXPECT_EQ(post->relay_state, "state");
  const auto document = XmlDocument::parse(*base64_decode(post->message));
  ASSERT_TRUE(document);
  const std::vector pins{test::provider().pinned};
  EXPECT_TRUE(check_signature(*document, *document->root(), {.certificates = pins, .now = test::kNow}));
}

TEST(SendMessage, UnsignedWithoutASigner) {
  const auto post = send_message(to_element(request()), MessageKind::kRequest, "https://idp.test/sso",
                                 SamlBinding::kHttpPost, "", nullptr);
  EXPECT_EQ(*base64_decode(std::get<PostTo>(post).message), to_element(request()).to_xml());
  const auto redirect = send_message(to_element(request()), MessageKind::kRequest, "https://idp.test/sso",
                                     SamlBinding::kHttpRedirect, "", nullptr);
  EXPECT_EQ(std::get<RedirectTo>(redirect).url.find("SigAlg"), std::string::npos);
}

TEST(SendMessage, WhatWouldMakeTooLongAnAddressGoesByForm) {
  AuthnRequest long_one = request();
  std::string noise;  // that does not deflate
  for (int i = 0; noise.size() < 2 * kMostSentUrlBytes; ++i) noise += hex_encode(crypto::sha256(std::to_string(i)));
  long_one.authn_context_class_refs = {noise};
  const auto sent = send_message(to_element(long_one), MessageKind::kRequest, "https://idp.test/sso",
                                 SamlBinding::kHttpRedirect, "state", &test::provider().signer);
  EXPECT_TRUE(std::holds_alternative<PostTo>(sent));
}

}  // namespace
}  // namespace doorward::saml
