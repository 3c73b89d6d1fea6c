#include "protocol/saml/pinned_keys.h"

#include <gtest/gtest.h>
#include <xmlsec/keys.h>
#include <xmlsec/openssl/crypto.h>

#include "base/encoding.h"
#include "protocol/saml/xmlsec_library.h"

namespace doorward::saml {
namespace {

// CN=a, an RSA key of 2,048 bits, and CN=b, one on P-256: openssl req -x509 -nodes -days 36500.
constexpr const char* kRsa =
    "MIIC+zCCAeOgAwIBAgIUU5h4maP3OFgjAVLlPhsZKtErHdcwDQYJKoZIhvcNAQELBQAwDDEKMAgGA1UEAwwBYTAgFw0yNjExMzAwNTUxNTdaGA"
    "8yMTI2MTEwNjA1NTE1N1owDDEKMAgGA1UEAwwBYTCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAPSVnKtCN3AQd5NugZUFRB2nZ4F3"
    "nooE6ha9GLjJ+X8LRxprOFehujkh8aRs8ygpNVjdme6rWrjMerxZyNljfTI4O8Om3C3Yr2mG47CGBpIr8Y0ZtWXSwdpyFMZKWO/26t8/WVGpjl"
    "aKYewi8ZL4Y2VWAMPPpinDzoKus5SsLGm2L/XKjL1b9Fefv+iEjbI1ryUMG6Ji5U3KFab4V23TrTTS34A5MWupcVh1eDYOzvJ+lRjVMj0bjgMr"
    "bPScuSyPys3dKzGuWEgkpHxN82uPlHxryqta2pdIH6yCtI6VH/dm2FIseQyvQSeuk5yY6LtOoV2hthRBEwu+wE04elmJXQ8CAwEAAaNTMFEwHQ"
    "YDVR0OBBYEFEYSXothqmhVW1ESZae5HnWIbliZMB8GA1UdIwQYMBaAFEYSXothqmhVW1ESZae5HnWIbliZMA8GA1UdEwEB/wQFMAMBAf8wDQYJ"
    "KoZIhvcNAQELBQADggEBALnJ7koj7IUydtLKR8YChL+VayvtmBr5XLjFHB+ubfdtBBFRqh54sWTdXjTwI8Qb4D4Y20VrC7Wxqn0qAildOI6C4k"
    "1anzmDRGaI46Wb59lK7ScsGFqWZ4r++AwVo74LAYUyKwOc1T+vJ43CGbHaivuURFpPaH44SBtD9IMsXF/MfW5LA4BRC34O731J4owjX+TDxM0t"
    "sGYnbP62BOMFTOXSSqAyH/0b9NAMskzwmP2ZIZWvgicTkqkv0CdGhT7NhwAUysayjMdhdFJy+AyaUSLjxO+MQv5CXap7JcIY1R9eDZGBJZ6xS1"
    "S1HS7PF5WA5mBS6H6Vj1CO2GGmKroevHE=";
constexpr const char* kEc =
    "MIIBbzCCARWgAwIBAgIUcoEEnCUiRfbHgTdd4Pkn8FOvWxcwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBYjAgFw0yNjExMzAwNTUxNTdaGA8yMT"
    "I2MTEwNjA1NTE1N1owDDEKMAgGA1UEAwwBYjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCgekrbh6obRNbKl2GNGS5DyATgf6SQjAA1P7GZX"
    "YSP4mkViRZ/CchTf3yk4qSleuYmxdq5QehmZP7W79OV3QvWjUzBRMB0GA1UdDgQWBBRkyLOBoUhwrqDf7x6iFtsosSM67jAfBgNVHSMEGDAWgB"
    "RkyLOBoUhwrqDf7x6iFtsosSM67jAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIFU4uNkdUn+Uvo8dmSK7uW37uUZZHnNZMrRL"
    "B5H3MNsWAiEApLrvhzSb+FOoKQ0cFkg553zcHwTrfG+jSSkhrSjPtzc=";

std::string der(const char* base64) { return base64_decode(base64).value(); }

bool is(const OwnedKey& key, xmlSecKeyDataId id) {
  return key != nullptr && xmlSecKeyDataCheckId(xmlSecKeyGetValue(key.get()), id);
}

TEST(PinnedKeys, AreTheSameWhenTheyAreRemembered) {
  start_xmlsec();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(is(key_of_certificate(der(kRsa)), xmlSecOpenSSLKeyDataRsaId));
    EXPECT_TRUE(is(key_of_certificate(der(kEc)), xmlSecOpenSSLKeyDataEcdsaId));
  }
}

TEST(PinnedKeys, AreOfEveryByteOfTheCertificate) {
  start_xmlsec();
  std::string other = der(kRsa);
  other.back() = static_cast<char>(other.back() ^ 1);  // of its issuer's signature
  EXPECT_NE(key_of_certificate(der(kRsa)), key_of_certificate(der(kRsa))) << "each caller has its own";
  EXPECT_TRUE(is(key_of_certificate(other), xmlSecOpenSSLKeyDataRsaId));
  EXPECT_EQ(key_of_certificate("no certificate"), nullptr);
  EXPECT_EQ(key_of_certificate(""), nullptr);
}

TEST(PinnedKeys, AreForgottenBeyondTheirNumber) {
  start_xmlsec();
  std::string one = der(kEc);
  for (std::size_t i = 0; i < kMostRememberedKeys + 2; ++i) {
    for (std::size_t bit = 0; bit < 16; ++bit) {
      if ((i >> bit & 1U) != 0U) one[one.size() - 1 - bit] = static_cast<char>(one[one.size() - 1 - bit] ^ 1);
    }
    ASSERT_TRUE(is(key_of_certificate(one), xmlSecOpenSSLKeyDataEcdsaId));
    one = der(kEc);
  }
  EXPECT_TRUE(is(key_of_certificate(der(kEc)), xmlSecOpenSSLKeyDataEcdsaId));
}

}  // namespace
}  // namespace doorward::saml
