// What others encrypted, by vectors of the standards.
#include <gtest/gtest.h>

#include <string>

#include "crypto/aead.h"
#include "crypto/aes_cbc.h"
#include "crypto/rsa_key.h"

namespace doorward::crypto {
namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

Secret<std::string> key(std::string_view hex) { return Secret<std::string>(from_hex(hex)); }

// NIST SP 800-38A, F.2.2 and F.2.6: the first two blocks.
TEST(AesCbc, DecryptsTheVectorsOfTheStandard) {
  const std::string iv = from_hex("000102030405060708090a0b0c0d0e0f");
  const std::string plaintext = from_hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
  EXPECT_EQ(decrypt_aes_cbc(key("2b7e151628aed2a6abf7158809cf4f3c"), iv,
                            from_hex("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2")),
            plaintext);
  EXPECT_EQ(decrypt_aes_cbc(key("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"), iv,
                            from_hex("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d")),
            plaintext);
}

TEST(AesCbc, RefusesOtherLengths) {
  const auto aes128 = key("2b7e151628aed2a6abf7158809cf4f3c");
  const std::string block(kAesBlockBytes, 'x');
  EXPECT_TRUE(decrypt_aes_cbc(aes128, block, block));
  EXPECT_FALSE(decrypt_aes_cbc(aes128, block, ""));
  EXPECT_FALSE(decrypt_aes_cbc(aes128, block, block + "x"));
  EXPECT_FALSE(decrypt_aes_cbc(aes128, block.substr(1), block));
  EXPECT_FALSE(decrypt_aes_cbc(key("2b7e"), block, block));
}

// The GCM specification's test cases 2 and 14: sixteen zero octets under a key and nonce of zeros.
TEST(AesGcm, OpensWhatWasSealedWithKeysOfOtherSizes) {
  const std::string nonce(kAeadNonceBytes, '\0');
  const Secret<std::string> aes128(std::string(16, '\0'));
  const std::string sealed = from_hex("0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf");
  EXPECT_EQ(open_aes_gcm(aes128, nonce, sealed), std::string(16, '\0'));
  std::string changed = sealed;
  changed[0] = static_cast<char>(changed[0] ^ 1);
  EXPECT_FALSE(open_aes_gcm(aes128, nonce, changed));
  EXPECT_FALSE(open_aes_gcm(aes128, nonce, sealed.substr(0, kAeadTagBytes - 1)));
  EXPECT_FALSE(open_aes_gcm(aes128, nonce + "x", sealed));
  EXPECT_FALSE(open_aes_gcm(Secret<std::string>(std::string(15, '\0')), nonce, sealed));
  EXPECT_EQ(open_aes_gcm(Secret<std::string>(std::string(32, '\0')), nonce,
                         from_hex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")),
            std::string(16, '\0'));
}

// That it opens what OpenSSL sealed to its key, with every digest, is in tests/saml.
TEST(RsaOaep, RefusesWhatWasNotEncryptedToTheKey) {
  const RsaPrivateKey own = RsaPrivateKey::generate();
  for (const std::size_t size : {0U, 1U, 255U, 256U, 257U}) {
    EXPECT_FALSE(own.decrypt_oaep(OaepDigest::kSha1, OaepDigest::kSha1, std::string(size, '\1'))) << size;
  }
}

}  // namespace
}  // namespace doorward::crypto
