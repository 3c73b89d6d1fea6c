#include "protocol/saml/metadata_write.h"

#include <gtest/gtest.h>
#include <libxml/tree.h>

#include <string>
#include <vector>

#include "base/encoding.h"
#include "protocol/saml/names.h"
#include "protocol/saml/signature_check.h"
#include "protocol/saml/test_messages.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

ServiceProviderMetadata metadata() {
  return {.entity_id = "https://sp.test/sso/v1/saml/conn_1",
          .acs_urls = {"https://sp.test/sso/v1/saml/conn_1/callback", "https://old.test/acs"},
          .slo_url = "https://sp.test/sso/v1/saml/conn_1/slo",
          .certificates = {test::provider().pinned.der, test::stranger().pinned.der},
          .name_id_format = NameIdFormat::kEmail,
          .requests_signed = true,
          .want_assertions_signed = true,
          .aes_cbc_allowed = false};
}

struct Read {
  XmlDocument document;
  const _xmlNode& entity() const { return *document.root(); }
  const _xmlNode& role() const { return *find_child(entity(), kMetadataNs, "SPSSODescriptor"); }

  std::vector<const _xmlNode*> all(std::string_view name) const {
    std::vector<const _xmlNode*> found;
    for (const _xmlNode& child : elements_of(role())) {
      if (local_name(child) == name) found.push_back(&child);
    }
    return found;
  }
};

Read read(const ServiceProviderMetadata& of, const MessageSigner* signer = nullptr) {
  return {XmlDocument::parse(write_metadata(of, signer)).value()};
}

std::string certificate_in(const _xmlNode& key) {
  const _xmlNode* data = first_element(*find_child(key, kSignatureNs, "KeyInfo"));
  return *base64_decode(*text_of(*first_element(*data)));
}

TEST(ServiceProviderMetadata, SaysWhatAProviderNeeds) {
  const Read made = read(metadata());
  EXPECT_EQ(attribute(made.entity(), "entityID"), metadata().entity_id);
  EXPECT_EQ(attribute(made.entity(), "validUntil"), std::nullopt);
  EXPECT_EQ(attribute(made.role(), "AuthnRequestsSigned"), "true");
  EXPECT_EQ(attribute(made.role(), "WantAssertionsSigned"), "true");
  EXPECT_EQ(attribute(made.role(), "protocolSupportEnumeration"), kProtocolNs);
  const auto services = made.all("AssertionConsumerService");
  ASSERT_EQ(services.size(), 2U);
  EXPECT_EQ(attribute(*services[0], "Location"), metadata().acs_urls[0]);
  EXPECT_EQ(attribute(*services[0], "Binding"), kHttpPostBinding);
  EXPECT_EQ(attribute(*services[0], "index"), "0");
  EXPECT_EQ(attribute(*services[0], "isDefault"), "true");
  EXPECT_EQ(attribute(*services[1], "Location"), "https://old.test/acs");
  EXPECT_EQ(attribute(*services[1], "isDefault"), "false");
  EXPECT_EQ(made.all("SingleLogoutService").size(), 2U);
  EXPECT_EQ(text_of(*made.all("NameIDFormat").at(0)), kNameIdEmail);
}

TEST(ServiceProviderMetadata, StandsInTheOrderOfTheSchema) {
  std::string order;
  const Read made = read(metadata());
  for (const _xmlNode& child : elements_of(made.role())) order += std::string(local_name(child)) + " ";
  EXPECT_EQ(order,
            "KeyDescriptor KeyDescriptor KeyDescriptor KeyDescriptor SingleLogoutService SingleLogoutService "
            "NameIDFormat AssertionConsumerService AssertionConsumerService ");
}

TEST(ServiceProviderMetadata, K08_ListsEveryKeyForBothUses) {
  const Read made = read(metadata());
  const auto keys = made.all("KeyDescriptor");
  ASSERT_EQ(keys.size(), 4U);
  const std::vector<std::string> uses{"signing", "signing", "encryption", "encryption"};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(attribute(*keys[i], "use"), uses[i]);
    EXPECT_EQ(certificate_in(*keys[i]), metadata().certificates[i % 2]) << "the one in use first";
  }
}

TEST(ServiceProviderMetadata, S62_AsksForEncryptionThatIsReadHere) {
  const auto methods = [](const ServiceProviderMetadata& of) {
    std::string uris;
    const Read made = read(of);
    for (const _xmlNode& child : elements_of(*made.all("KeyDescriptor").back())) {
      if (local_name(child) == "EncryptionMethod") uris += *attribute(child, "Algorithm") + "\n";
    }
    return uris;
  };
  ServiceProviderMetadata with_cbc = metadata();
  with_cbc.aes_cbc_allowed = true;
  const std::string gcm =
      "http://www.w3.org/2009/xmlenc11#aes256-gcm\n"
      "http://www.w3.org/2009/xmlenc11#aes128-gcm\n";
  const std::string cbc =
      "http://www.w3.org/2001/04/xmlenc#aes256-cbc\n"
      "http://www.w3.org/2001/04/xmlenc#aes128-cbc\n";
  const std::string oaep =
      "http://www.w3.org/2009/xmlenc11#rsa-oaep\n"
      "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p\n";
  EXPECT_EQ(methods(metadata()), gcm + oaep);
  EXPECT_EQ(methods(with_cbc), gcm + cbc + oaep) << "what is best first";
}

TEST(ServiceProviderMetadata, LeavesOutWhatThereIsNot) {
  ServiceProviderMetadata least = metadata();
  least.slo_url.clear();
  least.name_id_format = NameIdFormat::kNil;
  least.certificates.clear();
  const std::string xml = write_metadata(least, nullptr);
  for (const char* absent : {"SingleLogoutService", "NameIDFormat", "KeyDescriptor", "Signature", " ID="}) {
    EXPECT_EQ(xml.find(absent), std::string::npos) << absent;
  }
  EXPECT_TRUE(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<md:EntityDescriptor "));
}

TEST(ServiceProviderMetadata, IsSignedWhereThatIsAskedFor) {
  const Read made = read(metadata(), &test::provider().signer);
  const std::vector pins{test::provider().pinned};
  EXPECT_TRUE(check_signature_places(made.document));
  EXPECT_TRUE(check_signature(made.document, *made.document.root(), {.certificates = pins, .now = test::kNow}));
  const Read again = read(metadata(), &test::provider().signer);
  EXPECT_EQ(attribute(again.entity(), "ID"), attribute(made.entity(), "ID")) << "the same document, the same ID";
}

TEST(ServiceProviderMetadata, S104_NamesOfCustomersAreText) {
  ServiceProviderMetadata hostile = metadata();
  hostile.entity_id = R"(https://sp.test/"><md:IDPSSODescriptor a=")";
  hostile.acs_urls = {"https://sp.test/?a=1&b=<script>"};
  const Read made = read(hostile);
  EXPECT_EQ(attribute(made.entity(), "entityID"), hostile.entity_id);
  EXPECT_EQ(attribute(*made.all("AssertionConsumerService").at(0), "Location"), hostile.acs_urls[0]);
  EXPECT_EQ(find_child(made.entity(), kMetadataNs, "IDPSSODescriptor"), nullptr);
}

}  // namespace
}  // namespace doorward::saml
