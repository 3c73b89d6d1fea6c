#include "crypto/certificate.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/encoding.h"
#include "crypto/ec_key.h"
#include "crypto/rsa_key.h"
#include "crypto/test_certificates.h"

namespace doorward::crypto {
namespace {

std::string der_of(std::string_view base64) { return *base64_decode(base64); }

std::string fault_of(std::string_view der) {
  const auto parsed = Certificate::parse(der);
  if (parsed) return "accepted";
  switch (parsed.error()) {
    case CertificateFault::kUnreadable:
      return "unreadable";
    case CertificateFault::kKeyKind:
      return "key kind";
    case CertificateFault::kRsaSize:
      return "RSA size";
    case CertificateFault::kRsaExponent:
      return "RSA exponent";
    case CertificateFault::kCurve:
      return "curve";
  }
  return "?";
}

SelfSigned values() {
  return {.common_name = "Doorward",
          .serial = std::string(kCertificateSerialBytes, '\xFF'),
          .not_before = *parse_rfc3339("2026-11-30T00:00:00Z"),
          .not_after = *parse_rfc3339("2036-11-30T00:00:00Z")};
}

TEST(Certificate, SaysWhoseItIsAndHowLong) {
  const auto named = Certificate::parse(der_of(test::kNamed));
  ASSERT_TRUE(named);
  EXPECT_EQ(named->subject(), R"(CN=idp.corp.test,O=Bücher\, \"Söhne\",C=DE)");
  EXPECT_EQ(named->issuer(), named->subject());
  EXPECT_EQ(named->key_kind(), Certificate::KeyKind::kEc);
  EXPECT_EQ(to_rfc3339(named->not_after()).substr(0, 4), "2036");
  EXPECT_EQ(named->der(), der_of(test::kNamed));
}

TEST(Certificate, S54_WeakAndForeignKeysAreRefusedByKind) {
  EXPECT_EQ(fault_of(der_of(test::kRsa1024)), "RSA size");
  EXPECT_EQ(fault_of(der_of(test::kSecp256k1)), "curve");
  EXPECT_EQ(fault_of(der_of(test::kEd25519)), "key kind");
  EXPECT_EQ(fault_of(der_of(test::kRsaPss)), "key kind");
  EXPECT_EQ(fault_of(der_of(test::kP521)), "accepted");
  EXPECT_EQ(fault_of(der_of(test::kRsaExponentThree)), "accepted");
}

TEST(Certificate, S54_AnExponentUnderWhichAnythingIsSignedIsRefused) {
  std::string der = der_of(test::kRsaExponentThree);
  const std::size_t exponent = der.rfind(std::string_view("\x02\x01\x03", 3));
  ASSERT_NE(exponent, std::string::npos);
  for (const char value : {'\x01', '\x02', '\x04'}) {
    der[exponent + 2] = value;
    EXPECT_EQ(fault_of(der), "RSA exponent");
  }
}

TEST(Certificate, S54_OnlyExactlyOneCertificateIsRead) {
  const std::string der = der_of(test::kP521);
  EXPECT_EQ(fault_of(""), "unreadable");
  EXPECT_EQ(fault_of("-----BEGIN CERTIFICATE-----"), "unreadable");
  EXPECT_EQ(fault_of(der.substr(0, der.size() - 1)), "unreadable");
  EXPECT_EQ(fault_of(der + '\0'), "unreadable");
  EXPECT_EQ(fault_of(der + der), "unreadable");
  EXPECT_EQ(fault_of(std::string(kMostCertificateBytes + 1, '\x30')), "unreadable");
}

TEST(Certificate, VerifiesUnderItsKey) {
  const auto rsa = RsaPrivateKey::generate();
  const auto certificate = Certificate::parse(self_signed_certificate(rsa.to_pkcs8(), values()));
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->key_kind(), Certificate::KeyKind::kRsa);
  const std::string signature = rsa.sign(Digest::kSha384, "message");
  EXPECT_TRUE(certificate->verify(Digest::kSha384, "message", signature));
  EXPECT_FALSE(certificate->verify(Digest::kSha256, "message", signature));
  EXPECT_FALSE(certificate->verify(Digest::kSha384, "massage", signature));
  EXPECT_FALSE(certificate->verify(Digest::kSha384, "message", ""));
  EXPECT_FALSE(
      certificate->verify(Digest::kSha384, "message", RsaPrivateKey::generate().sign(Digest::kSha384, "message")));
}

TEST(Certificate, TakesBothFormsOfAnEcdsaSignature) {
  const auto key = EcPrivateKey::generate(Curve::kP256);
  const auto certificate = Certificate::parse(self_signed_certificate(key.to_pkcs8(), values()));
  ASSERT_TRUE(certificate);
  std::string pair = key.sign("sample");
  EXPECT_TRUE(certificate->verify(Digest::kSha256, "sample", pair));
  pair.back() ^= 1;
  EXPECT_FALSE(certificate->verify(Digest::kSha256, "sample", pair));
  EXPECT_FALSE(certificate->verify(Digest::kSha256, "sample", std::string(64, '\0')));
  EXPECT_FALSE(certificate->verify(Digest::kSha256, "sample", std::string(64, '\xFF')));

  const auto p521 = Certificate::parse(der_of(test::kP521));
  ASSERT_TRUE(p521);
  EXPECT_TRUE(p521->verify(Digest::kSha512, "sample", der_of(test::kP521Signature)));
  EXPECT_FALSE(p521->verify(Digest::kSha256, "sample", der_of(test::kP521Signature)));
}

TEST(Certificate, IssuesOneForItself) {
  const auto key = RsaPrivateKey::generate();
  const std::string der = self_signed_certificate(key.to_pkcs8(), values());
  const auto made = Certificate::parse(der);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->subject(), "CN=Doorward");
  EXPECT_EQ(made->issuer(), "CN=Doorward");
  EXPECT_EQ(made->not_before(), values().not_before);
  EXPECT_EQ(made->not_after(), values().not_after);
  EXPECT_EQ(der, self_signed_certificate(key.to_pkcs8(), values())) << "nothing but what is given goes into it";
}

TEST(Certificate, RefusesToMakeNonsense) {
  const Secret<std::string> key = EcPrivateKey::generate(Curve::kP256).to_pkcs8();
  const auto with = [&](auto change) {
    SelfSigned changed = values();
    change(changed);
    return changed;
  };
  EXPECT_THROW(self_signed_certificate(Secret<std::string>("no key"), values()), std::invalid_argument);
  EXPECT_THROW(self_signed_certificate(key, with([](auto& v) { v.common_name = ""; })), std::invalid_argument);
  EXPECT_THROW(self_signed_certificate(key, with([](auto& v) { v.common_name = std::string(65, 'x'); })),
               std::invalid_argument);
  EXPECT_THROW(self_signed_certificate(key, with([](auto& v) { v.serial = "1"; })), std::invalid_argument);
  EXPECT_THROW(self_signed_certificate(key, with([](auto& v) { v.not_after = v.not_before; })), std::invalid_argument);
}

TEST(Certificate, S54_KnowsAPrivateKeyWhenItSeesOne) {
  EXPECT_TRUE(is_private_key(RsaPrivateKey::generate().to_pkcs8().reveal()));
  EXPECT_TRUE(is_private_key(EcPrivateKey::generate(Curve::kP256).to_pkcs8().reveal()));
  EXPECT_FALSE(is_private_key(der_of(test::kP521)));
  EXPECT_FALSE(is_private_key(""));
}

}  // namespace
}  // namespace doorward::crypto
