#include "protocol/saml/certificate_text.h"

#include <gtest/gtest.h>

#include <string>

#include "base/encoding.h"
#include "crypto/test_certificates.h"
#include "protocol/saml/test_messages.h"

namespace doorward::saml {
namespace {

using test::sentence_of;

std::string refusal(std::string_view text) {
  const auto read = read_certificate(text, test::kNow);
  EXPECT_EQ(test::reason_of(read), "certificate_invalid") << text;
  return sentence_of(read);
}

std::string block(std::string_view label, std::string_view base64) {
  return "-----BEGIN " + std::string(label) + "-----\n" + std::string(base64) + "\n-----END " + std::string(label) +
         "-----\n";
}

TEST(CertificateText, ReadsPemAndWhatIsInsideIt) {
  const PinnedCertificate& own = test::provider().pinned;
  const std::string pem = to_pem(own.der);
  const std::string base64 = base64_encode(own.der);
  for (const std::string& text :
       {pem, "subject=CN = idp\n" + pem + "\ntrailing words", base64,
        "  \r\n" + base64.substr(0, 40) + "\r\n\t " + base64.substr(40), block("X509 CERTIFICATE", base64),
        "-----BEGIN CERTIFICATE-----" + base64 + "-----END CERTIFICATE-----"}) {
    const auto read = read_certificate(text, test::kNow);
    ASSERT_TRUE(read) << text << read.error().message;
    EXPECT_EQ(read->der, own.der);
    EXPECT_EQ(read->id, own.id);
    EXPECT_EQ(read->id.size(), 16U);
    EXPECT_EQ(read->subject, "CN=idp.test");
    EXPECT_EQ(read->not_after, test::at("2036-11-30T00:00:00Z"));
    EXPECT_EQ(read->create_time, test::kNow);
  }
  EXPECT_NE(pem.find("\n"), std::string::npos);
  EXPECT_EQ(pem.find('\n', 28), 28U + 64U) << "RFC 7468: 64 characters a line";
}

TEST(CertificateText, S54_TheRefusalSaysWhy) {
  const std::string key = base64_encode(crypto::EcPrivateKey::generate(crypto::Curve::kP256).to_pkcs8().reveal());
  EXPECT_THAT(refusal(block("PRIVATE KEY", key)), testing::HasSubstr("private key"));
  EXPECT_THAT(refusal(block("ENCRYPTED PRIVATE KEY", key)), testing::HasSubstr("private key"));
  EXPECT_THAT(refusal(key), testing::HasSubstr("private key")) << "without its lines";
  EXPECT_THAT(refusal(to_pem(test::provider().pinned.der) + block("RSA PRIVATE KEY", key)),
              testing::HasSubstr("private key"));
  EXPECT_THAT(refusal(block("PUBLIC KEY", key)), testing::HasSubstr("public key"));
  EXPECT_THAT(refusal(block("CERTIFICATE REQUEST", key)), testing::HasSubstr("request"));
  EXPECT_THAT(refusal(block("PKCS7", key)), testing::HasSubstr("not an X.509"));
  EXPECT_THAT(refusal(to_pem(test::provider().pinned.der) + to_pem(test::stranger().pinned.der)),
              testing::HasSubstr("more than one"));
  EXPECT_THAT(refusal("-----BEGIN CERTIFICATE-----\nMIIB"), testing::HasSubstr("END line"));
  EXPECT_THAT(refusal(""), testing::HasSubstr("no certificate"));
  EXPECT_THAT(refusal("hello, world"), testing::HasSubstr("PEM"));
  EXPECT_THAT(refusal("aGVsbG8="), testing::HasSubstr("not an X.509"));
  EXPECT_THAT(refusal(std::string(kMostCertificateTextBytes + 1, 'A')), testing::HasSubstr("too long"));
  EXPECT_THAT(refusal(crypto::test::kRsa1024), testing::HasSubstr("2,048"));
  EXPECT_THAT(refusal(crypto::test::kSecp256k1), testing::HasSubstr("P-256"));
  EXPECT_THAT(refusal(crypto::test::kEd25519), testing::HasSubstr("neither RSA"));
  EXPECT_THAT(refusal(crypto::test::kRsaPss), testing::HasSubstr("neither RSA"));
}

TEST(CertificateText, S54_AnExpiredOneIsRead) {
  const auto key = crypto::EcPrivateKey::generate(crypto::Curve::kP256).to_pkcs8();
  const test::Party past = test::make_party(key, "past.test", test::at("2021-01-01T00:00:00Z"));
  EXPECT_EQ(read_certificate(to_pem(past.pinned.der), test::kNow)->not_after, test::at("2021-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace doorward::saml
