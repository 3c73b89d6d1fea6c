#include "protocol/saml/idp_metadata.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/encoding.h"
#include "crypto/test_certificates.h"
#include "protocol/saml/names.h"
#include "protocol/saml/test_messages.h"
#include "protocol/saml/xml_document.h"
#include "protocol/saml/xml_element.h"

namespace doorward::saml {
namespace {

using test::reason_of;
using test::replaced;
using test::sentence_of;
using testing::HasSubstr;

std::string key_descriptor(std::string_view base64, std::string_view use = R"( use="signing")") {
  return "<KeyDescriptor" + std::string(use) +
         R"(><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>)" + "<ds:X509Certificate>\n" +
         std::string(base64) + "\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>";
}
std::string key_descriptor(const test::Party& party) { return key_descriptor(base64_encode(party.pinned.der)); }

std::string endpoint(std::string_view name, std::string_view binding, std::string_view location) {
  return "<" + std::string(name) + " Binding=\"" + std::string(binding) + "\" Location=\"" + std::string(location) +
         "\"/>";
}

std::string entity(std::string_view id = "https://idp.test/",
                   const std::string& keys = key_descriptor(test::provider())) {
  return R"(<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" ID="_e" entityID=")" + std::string(id) +
         R"("><IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol urn:oasis:names:tc:SAML:2.0:protocol">)" +
         keys + endpoint("SingleLogoutService", kHttpRedirectBinding, "https://idp.test/slo") +
         endpoint("SingleSignOnService", "urn:oasis:names:tc:SAML:2.0:bindings:SOAP", "https://idp.test/soap") +
         endpoint("SingleSignOnService", kHttpPostBinding, "https://idp.test/post") +
         endpoint("SingleSignOnService", kHttpRedirectBinding, "https://idp.test/sso?a=1&amp;b=2") +
         "</IDPSSODescriptor></EntityDescriptor>";
}

std::string group(const std::string& inside, std::string_view attributes = "") {
  return "<EntitiesDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\"" + std::string(attributes) + ">" + inside +
         "</EntitiesDescriptor>";
}

const std::string kServiceProvider =
    R"(<EntityDescriptor entityID="https://sp.test/"><SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/></EntityDescriptor>)";

MetadataRules rules() { return {.now = test::kNow}; }
Result<SamlProviderDescription> read(std::string_view xml, MetadataRules used = rules()) {
  return read_idp_metadata(xml, used);
}

TEST(IdpMetadata, SaysWhatAConnectionNeeds) {
  const auto described = read("\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- by hand -->\n" + entity());
  ASSERT_TRUE(described) << described.error().message << described.error().detail;
  EXPECT_EQ(described->entity_id, "https://idp.test/");
  EXPECT_EQ(described->sso_url, "https://idp.test/sso?a=1&b=2");
  EXPECT_EQ(described->sso_binding, SamlBinding::kHttpRedirect);
  EXPECT_EQ(described->slo_url, "https://idp.test/slo");
  EXPECT_EQ(described->slo_response_url, "");
  EXPECT_EQ(described->slo_binding, SamlBinding::kHttpRedirect);
  EXPECT_TRUE(described->want_requests_signed);
  ASSERT_EQ(described->certificates.size(), 1U);
  EXPECT_EQ(described->certificates[0].id, test::provider().pinned.id);
  EXPECT_EQ(described->certificates[0].create_time, test::kNow);
}

TEST(IdpMetadata, TakesTheBindingThatIsPreferred) {
  MetadataRules used = rules();
  used.sso_binding = SamlBinding::kHttpPost;
  used.slo_binding = SamlBinding::kHttpPost;
  const auto described = read(replaced(entity(), "\"https://idp.test/slo\"",
                                       "\"https://idp.test/slo\" ResponseLocation=\"https://idp.test/slo/end\""),
                              used);
  ASSERT_TRUE(described);
  EXPECT_EQ(described->sso_url, "https://idp.test/post");
  EXPECT_EQ(described->sso_binding, SamlBinding::kHttpPost);
  EXPECT_EQ(described->slo_binding, SamlBinding::kHttpRedirect) << "there is no other";
  EXPECT_EQ(described->slo_response_url, "https://idp.test/slo/end");
  const std::string only_post = replaced(entity(), kHttpRedirectBinding, "urn:none");
  EXPECT_EQ(read(replaced(only_post, kHttpRedirectBinding, "urn:none"))->sso_binding, SamlBinding::kHttpPost);
  EXPECT_EQ(read(only_post)->slo_url, "") << "logout is no must";
}

TEST(IdpMetadata, TakesKeysThatSign) {
  const std::string mine = base64_encode(test::provider().pinned.der);
  const std::string other = base64_encode(test::stranger().pinned.der);
  const auto ids = [](const std::string& keys) {
    std::vector<std::string> found;
    const auto described = read(entity("https://idp.test/", keys));
    if (!described) return std::vector<std::string>{described.error().message};
    for (const PinnedCertificate& certificate : described->certificates) found.push_back(certificate.id);
    return found;
  };
  const std::string& id = test::provider().pinned.id;
  EXPECT_EQ(ids(key_descriptor(mine) + key_descriptor(other, R"( use="encryption")")), std::vector{id});
  EXPECT_EQ(ids(key_descriptor(mine, "") + key_descriptor(mine)), std::vector{id}) << "without use it is for both";
  EXPECT_EQ(ids(key_descriptor(mine) + key_descriptor(other)), (std::vector{id, test::stranger().pinned.id}));
  EXPECT_EQ(ids(key_descriptor(crypto::test::kRsa1024) + key_descriptor(mine)), std::vector{id})
      << "what is weak is left out";
  const std::string chain = replaced(key_descriptor(mine), "</ds:X509Data>",
                                     "<ds:X509Certificate>" + other + "</ds:X509Certificate></ds:X509Data>");
  EXPECT_EQ(ids(chain), std::vector{id}) << "who issued it speaks for nobody";
  EXPECT_THAT(ids(key_descriptor(crypto::test::kRsa1024)).at(0), HasSubstr("2,048"));
  EXPECT_THAT(ids("").at(0), HasSubstr("no certificate for signing"));
  EXPECT_THAT(ids(replaced(key_descriptor(mine), "X509Certificate>\n", "X509Certificate><b/>\n")).at(0),
              HasSubstr("no usable certificate"));
}

TEST(IdpMetadata, S103_TakesFourKeysAndThoseInForceFirst) {
  const auto key = crypto::EcPrivateKey::generate(crypto::Curve::kP256).to_pkcs8();
  std::string keys;
  std::vector<std::string> in_force;
  for (int i = 0; i < 6; ++i) {
    const bool expired = i % 2 == 0;
    const test::Party party = test::make_party(key, "idp" + std::to_string(i),
                                               test::at(expired ? "2021-01-01T00:00:00Z" : "2036-01-01T00:00:00Z"));
    keys += key_descriptor(party);
    if (!expired) in_force.push_back(party.pinned.id);
  }
  const auto described = read(entity("https://idp.test/", keys));
  ASSERT_TRUE(described);
  ASSERT_EQ(described->certificates.size(), kMostPinnedCertificates);
  for (std::size_t i = 0; i < in_force.size(); ++i) EXPECT_EQ(described->certificates[i].id, in_force[i]);
}

TEST(IdpMetadata, S102_TakesExactlyTheEntityThatIsConfigured) {
  MetadataRules named = rules();
  named.entity_id = "https://idp.test/";
  const std::string both =
      group(kServiceProvider + group(entity("https://other.test/", key_descriptor(test::stranger()))) +
            replaced(entity(), "_e", "_f"));
  ASSERT_TRUE(read(both, named));
  EXPECT_EQ(read(both, named)->certificates[0].id, test::provider().pinned.id);
  EXPECT_THAT(sentence_of(read(both)), HasSubstr("several"));
  named.entity_id = "https://idp.test";
  EXPECT_THAT(sentence_of(read(both, named)), HasSubstr("does not describe"));
  named.entity_id = "https://sp.test/";
  EXPECT_THAT(sentence_of(read(both, named)), HasSubstr("no identity provider"));
  named.entity_id = "https://idp.test/";
  EXPECT_THAT(sentence_of(read(group(entity() + entity()), named)), HasSubstr("more than once"));
  EXPECT_EQ(read(group(kServiceProvider + entity()))->entity_id, "https://idp.test/") << "the only one";
  EXPECT_THAT(sentence_of(read(group(kServiceProvider))), HasSubstr("no identity provider"));
  EXPECT_THAT(sentence_of(read(replaced(entity(), " urn:oasis:names:tc:SAML:2.0:protocol\"", "\""))),
              HasSubstr("no identity provider"))
      << "SAML 1.1";
  EXPECT_THAT(sentence_of(read(entity(""))), HasSubstr("entityID"));
  EXPECT_THAT(sentence_of(read(entity(std::string(kMostSamlEntityIdBytes + 1, 'e')))), HasSubstr("entityID"));
}

TEST(IdpMetadata, S101_WhatIsNoMetadataIsRefused) {
  EXPECT_EQ(reason_of(read("<html></html>")), "wrong_root");
  EXPECT_EQ(reason_of(read("not found")), "not_wellformed");
  EXPECT_EQ(reason_of(read("")), "not_wellformed");
  EXPECT_EQ(reason_of(read("<!DOCTYPE a [<!ENTITY x \"y\">]>" + entity())), "dtd_forbidden");
  EXPECT_EQ(reason_of(read(group(std::string(kMostMetadataBytes, ' ') + entity()))), "too_large");
  EXPECT_EQ(reason_of(read(group(std::string(std::size_t{1024} * 1024, ' ') + entity()))), "none")
      << "larger than a message";
  std::string many;
  for (std::size_t i = 0; i < kMostXmlNodes; ++i) many += "<a/>";
  EXPECT_EQ(reason_of(read(group(many + entity()))), "none") << "of more elements than a message";
  std::string deep = entity();
  for (int i = 0; i < 70; ++i) deep = "<a>" + deep + "</a>";
  EXPECT_EQ(reason_of(read(deep)), "too_deep");
}

TEST(IdpMetadata, S101_WhatIsOverIsRefused) {
  const std::string_view mark = "<IDPSSODescriptor";
  const auto until = [](std::string_view time) { return " validUntil=\"" + std::string(time) + "\""; };
  const std::string past = until("2026-11-30T12:00:00Z");
  const std::string next = until("2026-11-30T12:00:01Z");
  EXPECT_THAT(sentence_of(read(replaced(entity(), " ID=\"_e\"", past))), HasSubstr("out of date"));
  EXPECT_THAT(sentence_of(read(replaced(entity(), mark, std::string(mark) + past))), HasSubstr("out of date"));
  EXPECT_THAT(sentence_of(read(group(entity(), past))), HasSubstr("out of date"));
  EXPECT_THAT(sentence_of(read(group(entity(), until("tomorrow")))), HasSubstr("not a time"));
  EXPECT_EQ(reason_of(read(group(replaced(entity(), mark, std::string(mark) + next), next))), "none");
}

TEST(IdpMetadata, S101_EndpointsAreHttps) {
  for (const char* url : {"http://idp.test/sso", "javascript:alert(1)", "//idp.test/sso", "/sso", "",
                          "https://u:p@idp.test/", "https://idp.test/#f"}) {
    EXPECT_THAT(sentence_of(read(replaced(entity(), "https://idp.test/sso?a=1&amp;b=2", url))), HasSubstr("https URL"))
        << url;
    EXPECT_THAT(sentence_of(read(replaced(entity(), "https://idp.test/slo", url))), HasSubstr("https URL")) << url;
  }
  MetadataRules plain = rules();
  plain.allow_http = true;
  EXPECT_EQ(read(replaced(entity(), "https://idp.test/slo", "http://localhost:8080/slo"), plain)->slo_url,
            "http://localhost:8080/slo");
  std::string none = entity();
  for (int i = 0; i < 2; ++i) none = replaced(none, "<SingleSignOnService", "<Other");
  EXPECT_THAT(sentence_of(read(replaced(none, "<SingleSignOnService", "<Other"))), HasSubstr("no SingleSignOnService"));
}

// Metadata that a federation signs, made by our own writer.
XmlElement federation_entity(std::string_view id, const test::Party& speaker) {
  XmlElement certificate("ds:X509Certificate");
  certificate.text(base64_encode(speaker.pinned.der));
  XmlElement data("ds:X509Data");
  data.add(std::move(certificate));
  XmlElement info("ds:KeyInfo");
  info.add(std::move(data));
  XmlElement key("md:KeyDescriptor");
  key.add(std::move(info));
  XmlElement service("md:SingleSignOnService");
  service.set("Binding", kHttpRedirectBinding).set("Location", "https://idp.test/sso");
  XmlElement role("md:IDPSSODescriptor");
  role.set("protocolSupportEnumeration", kProtocolNs).add(std::move(key)).add(std::move(service));
  XmlElement made("md:EntityDescriptor");
  made.set("entityID", id).set("ID", "_" + speaker.pinned.id).add(std::move(role));
  return made;
}

MetadataRules signed_rules(std::string id = "") {
  MetadataRules used = rules();
  used.entity_id = std::move(id);
  used.signer_certificate_der = test::rsa_provider().pinned.der;
  return used;
}

TEST(IdpMetadata, S102_ASignatureIsAMustOnceItIsConfigured) {
  XmlElement made = federation_entity("https://idp.test/", test::provider());
  EXPECT_EQ(reason_of(read(made.to_xml(), signed_rules())), "unsigned");
  XmlElement forged = made;
  sign_enveloped(made, test::rsa_provider().signer);
  EXPECT_EQ(reason_of(read(made.to_xml(), signed_rules())), "none");
  EXPECT_EQ(reason_of(read(replaced(made.to_xml(), "https://idp.test/sso", "https://evil.test/sso"), signed_rules())),
            "signature_invalid");
  sign_enveloped(forged, test::stranger().signer);
  EXPECT_EQ(reason_of(read(forged.to_xml(), signed_rules())), "signature_invalid") << "of another federation";
  EXPECT_EQ(reason_of(read(forged.to_xml())), "none") << "nobody asked for one";
}

TEST(IdpMetadata, S102_TheSignerOfTheWholeSpeaksForItsParts) {
  XmlElement whole("md:EntitiesDescriptor");
  whole.set("ID", "_all")
      .add(federation_entity("https://other.test/", test::stranger()))
      .add(federation_entity("https://idp.test/", test::provider()));
  sign_enveloped(whole, test::rsa_provider().signer);
  const auto described = read(whole.to_xml(), signed_rules("https://idp.test/"));
  ASSERT_TRUE(described) << described.error().message;
  EXPECT_EQ(described->certificates[0].id, test::provider().pinned.id);
}

TEST(IdpMetadata, S101_ASignedPartIsTakenAndNothingBesideIt) {
  XmlElement genuine = federation_entity("https://idp.test/", test::provider());
  sign_enveloped(genuine, test::rsa_provider().signer);
  XmlElement whole("md:EntitiesDescriptor");
  whole.set("ID", "_all").add(federation_entity("https://other.test/", test::stranger())).add(genuine);
  EXPECT_EQ(reason_of(read(whole.to_xml(), signed_rules("https://idp.test/"))), "none");
  EXPECT_EQ(reason_of(read(whole.to_xml(), signed_rules("https://other.test/"))), "unsigned");
  // The signature of the genuine entity, carried by another one around it.
  XmlElement wrapped = federation_entity("https://idp.test/", test::stranger());
  wrapped.insert(0, *genuine.child(0));
  wrapped.add(genuine);
  EXPECT_NE(reason_of(read(wrapped.to_xml(), signed_rules())), "none");
  XmlElement twice("md:EntitiesDescriptor");
  twice.set("ID", "_all").add(federation_entity("https://idp.test/", test::stranger())).add(genuine);
  EXPECT_EQ(reason_of(read(twice.to_xml(), signed_rules("https://idp.test/"))), "metadata_invalid");
}

TEST(DescriptionDiff, TellsWhatChanged) {
  const SamlProviderDescription before = *read(entity());
  EXPECT_FALSE(diff_of(before, before).any());
  SamlProviderDescription after = before;
  after.want_requests_signed = false;
  EXPECT_TRUE(diff_of(before, after).any());
  EXPECT_FALSE(diff_of(before, after).needs_confirmation());
  after.certificates[0].create_time += std::chrono::hours(1);
  after.want_requests_signed = true;
  EXPECT_FALSE(diff_of(before, after).any()) << "the same certificate";
}

TEST(DescriptionDiff, S101_KeysNamesAndAddressesAreForAnAdministrator) {
  const SamlProviderDescription before = *read(entity());
  const auto with = [&](auto change) {
    SamlProviderDescription after = before;
    change(after);
    return diff_of(before, after);
  };
  EXPECT_TRUE(with([](auto& d) { d.entity_id += "x"; }).needs_confirmation());
  EXPECT_TRUE(with([](auto& d) { d.sso_url += "x"; }).needs_confirmation());
  EXPECT_TRUE(with([](auto& d) { d.sso_binding = SamlBinding::kHttpPost; }).needs_confirmation());
  EXPECT_TRUE(with([](auto& d) { d.slo_url += "x"; }).needs_confirmation());
  EXPECT_TRUE(with([](auto& d) { d.slo_response_url += "x"; }).needs_confirmation());
  const auto replaced_key = with([](auto& d) { d.certificates = {test::stranger().pinned}; });
  EXPECT_TRUE(replaced_key.needs_confirmation());
  EXPECT_EQ(replaced_key.certificates_added, std::vector{test::stranger().pinned.id});
  EXPECT_EQ(replaced_key.certificates_removed, std::vector{test::provider().pinned.id});
}

}  // namespace
}  // namespace doorward::saml
