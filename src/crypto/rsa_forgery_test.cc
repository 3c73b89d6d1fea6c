// Forged signatures of RSASSA-PKCS1-v1_5: each is refused, and what they are made with passes where it is right.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "crypto/rsa_key.h"
#include "crypto/test_rsa_forgeries.h"

namespace doorward::crypto {
namespace {

constexpr Digest kDigests[] = {Digest::kSha256, Digest::kSha384, Digest::kSha512};

TEST(RsaForgery, NoneIsASignature) {
  const RsaPrivateKey key = RsaPrivateKey::generate();
  const RsaPublicKey public_key = key.public_key();
  const test::RawRsa raw(key.to_pkcs8());
  for (const Digest digest : kDigests) {
    const std::string genuine = key.sign(digest, "message");
    ASSERT_EQ(raw.sign(test::padded(test::digest_info(digest, "message"), raw.size())), genuine);
    ASSERT_TRUE(public_key.verify(digest, "message", genuine));
    std::set<std::string> different{genuine};
    for (const test::RsaForgery& forgery : test::rsa_forgeries(key.to_pkcs8(), digest, "message")) {
      EXPECT_FALSE(public_key.verify(digest, "message", forgery.signature)) << forgery.what;
      EXPECT_TRUE(different.insert(forgery.signature).second) << forgery.what << ": as another, or genuine";
    }
    EXPECT_TRUE(public_key.verify(digest, "message", genuine)) << "no refusal is remembered";
  }
}

// Section 5.2.2: the representative is out of range, though as long as the modulus and of the same remainder.
TEST(RsaForgery, ASignatureIsBelowTheModulus) {
  // A modulus that leaves room above it, and a signature that fits there.
  RsaPrivateKey key = RsaPrivateKey::generate();
  while (static_cast<unsigned char>(key.public_key().modulus().front()) >= 0xd0) key = RsaPrivateKey::generate();
  const test::RawRsa raw(key.to_pkcs8());
  std::string message = "message";
  std::string signature = key.sign(Digest::kSha256, message);
  while (raw.sum(signature).size() > raw.size()) {
    message += '.';
    signature = key.sign(Digest::kSha256, message);
  }
  EXPECT_TRUE(key.public_key().verify(Digest::kSha256, message, signature));
  EXPECT_FALSE(key.public_key().verify(Digest::kSha256, message, raw.sum(signature)));
}

}  // namespace
}  // namespace doorward::crypto
