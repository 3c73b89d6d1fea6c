#include "crypto/stable_certificate.h"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <memory>

#include "crypto/ec_key.h"
#include "crypto/openssl.h"

namespace doorward::crypto {
namespace {

const Secret<std::string> kSeed(std::string(kIssuerSeedBytes, '\x07'));
constexpr Timestamp kBegin = from_micros(1'735'689'600'000'000);  // 2025-01-01
constexpr Timestamp kEnd = from_micros(4'102'444'800'000'000);    // 2100-01-01

std::string make(const Secret<std::string>& key, const Secret<std::string>& seed = kSeed) {
  return make_stable_certificate(key, seed, {"a provider", "who issues", kBegin, kEnd});
}

TEST(StableCertificate, IsTheSameEachTimeForTheSameKey) {
  const Secret<std::string> key = EcPrivateKey::generate(Curve::kP256).to_pkcs8();
  EXPECT_EQ(make(key), make(key));
  EXPECT_NE(make(key), make(EcPrivateKey::generate(Curve::kP256).to_pkcs8()));
  EXPECT_NE(make(key), make(key, Secret<std::string>(std::string(kIssuerSeedBytes, '\x08'))));
}

TEST(StableCertificate, SaysWhatItWasMadeOf) {
  const Secret<std::string> key = EcPrivateKey::generate(Curve::kP256).to_pkcs8();
  const std::string der = make(key);
  const unsigned char* at = bytes_of(der);
  const std::unique_ptr<X509, FreeBy<X509_free>> read(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(X509_get_version(read.get()), 2);
  std::string name(64, '\0');
  name.resize(static_cast<std::size_t>(
      X509_NAME_get_text_by_NID(X509_get_subject_name(read.get()), NID_commonName, name.data(), 64)));
  EXPECT_EQ(name, "a provider");
  EXPECT_GT(BN_num_bits(OwnedNumber(ASN1_INTEGER_to_BN(X509_get0_serialNumber(read.get()), nullptr)).get()), 64);
  std::tm end{};
  ASSERT_EQ(ASN1_TIME_to_tm(X509_get0_notAfter(read.get()), &end), 1);
  EXPECT_EQ(end.tm_year, 200);

  const unsigned char* private_at = bytes_of(key.reveal());
  const std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>> subject(
      d2i_AutoPrivateKey(nullptr, &private_at, static_cast<long>(key.reveal().size())));
  EXPECT_EQ(EVP_PKEY_eq(X509_get0_pubkey(read.get()), subject.get()), 1);
  const std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>> issuer(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(kSeed.reveal()), kIssuerSeedBytes));
  EXPECT_EQ(X509_verify(read.get(), issuer.get()), 1);
}

TEST(StableCertificate, WantsAKeyAndASeed) {
  const Secret<std::string> key = EcPrivateKey::generate(Curve::kP256).to_pkcs8();
  EXPECT_THROW(make(Secret<std::string>("no key")), std::invalid_argument);
  EXPECT_THROW(make(key, Secret<std::string>("short")), std::invalid_argument);
}

}  // namespace
}  // namespace doorward::crypto
