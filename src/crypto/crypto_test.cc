#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "base/encoding.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/rsa_key.h"

namespace doorward::crypto {
namespace {

std::string from_hex(std::string_view hex) {
  std::string escaped;
  for (std::size_t i = 0; i < hex.size(); i += 2) escaped.append("%").append(hex.substr(i, 2));
  return *percent_decode(escaped, false);
}

const RsaPrivateKey& shared_key() {
  static const RsaPrivateKey key = RsaPrivateKey::generate();
  return key;
}

TEST(Hash, Sha256OfFips180Example) {
  EXPECT_EQ(hex_encode(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_encode(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// The example "abc" of FIPS 180-4 for its longer digests.
TEST(Hash, LongerDigestsOfFips180Example) {
  EXPECT_EQ(hex_encode(digest(Digest::kSha384, "abc")),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(hex_encode(digest(Digest::kSha512, "abc")),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
            "454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Hash, HmacOfRfc4231Cases1And2And6) {
  EXPECT_EQ(hex_encode(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex_encode(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex_encode(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hash, HmacTakesEmptyKeyAndMessage) {
  EXPECT_EQ(hex_encode(hmac_sha256("", "")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hash, K10_ConstantTimeEqualComparesBytes) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("abc", "abc"));
  EXPECT_FALSE(constant_time_equal("abc", "abd"));
  EXPECT_FALSE(constant_time_equal("abc", "abcd"));
}

TEST(Random, GivesAsManyFreshBytesAsAsked) {
  EXPECT_EQ(random_bytes(32).size(), 32U);
  EXPECT_NE(random_bytes(32), random_bytes(32));
  EXPECT_EQ(random_bytes(0), "");
}

// A generator that a fork or two threads share must not repeat itself: nonces and secrets come from it.
TEST(Random, K09_NeverRepeatsAcrossThreadsAndForks) {
  constexpr int kThreads = 4;
  constexpr int kDraws = 50'000;
  std::vector<std::vector<std::string>> drawn(kThreads);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : drawn) {
      threads.emplace_back([&mine] {
        for (int i = 0; i < kDraws; ++i) mine.push_back(random_bytes(16));
      });
    }
  }
  std::unordered_set<std::string> all;
  for (const auto& mine : drawn) all.insert(mine.begin(), mine.end());

  int ends[2] = {};
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string bytes = random_bytes(32);
    _exit(write(ends[1], bytes.data(), bytes.size()) == 32 ? 0 : 1);
  }
  ASSERT_GT(child, 0);
  std::string of_child(32, '\0');
  ASSERT_EQ(read(ends[0], of_child.data(), of_child.size()), 32);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  close(ends[0]);
  close(ends[1]);
  EXPECT_EQ(status, 0);
  EXPECT_NE(of_child, random_bytes(32));
  EXPECT_EQ(all.size(), std::size_t{kThreads} * kDraws);
}

// Test case 16 of the GCM specification by McGrew and Viega.
TEST(Aead, KnownVector) {
  const Aes256Gcm cipher(
      Secret<std::string>(from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")));
  const std::string nonce = from_hex("cafebabefacedbaddecaf888");
  const std::string plain = from_hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
      "ba637b39");
  const std::string aad = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const std::string sealed = cipher.seal(nonce, plain, aad);
  EXPECT_EQ(
      hex_encode(sealed),
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba"
      "7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
  EXPECT_EQ(cipher.open(nonce, sealed, aad), plain);
}

TEST(Aead, K02_RefusesEveryFlippedBitAndForeignData) {
  const Aes256Gcm cipher(Secret<std::string>(std::string(32, 'k')));
  const std::string nonce(12, 'n');
  const std::string sealed = cipher.seal(nonce, "secret", "row 1");
  for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
    std::string bent = sealed;
    bent[i / 8] = static_cast<char>(bent[i / 8] ^ (1 << (i % 8)));
    EXPECT_EQ(cipher.open(nonce, bent, "row 1"), std::nullopt) << "bit " << i;
  }
  EXPECT_EQ(cipher.open(nonce, sealed, "row 2"), std::nullopt);
  EXPECT_EQ(cipher.open(std::string(12, 'm'), sealed, "row 1"), std::nullopt);
  EXPECT_EQ(cipher.open("short", sealed, "row 1"), std::nullopt);
  EXPECT_EQ(cipher.open(nonce, sealed.substr(0, 15), "row 1"), std::nullopt);
  EXPECT_EQ(Aes256Gcm(Secret<std::string>(std::string(32, 'o'))).open(nonce, sealed, "row 1"), std::nullopt);
}

TEST(Aead, TakesEmptyPlaintextAndAssociatedData) {
  const Aes256Gcm cipher(Secret<std::string>(std::string(32, 'k')));
  EXPECT_EQ(cipher.open(std::string(12, 'n'), cipher.seal(std::string(12, 'n'), "", ""), ""), "");
}

TEST(Aead, RefusesKeysAndNoncesOfOtherLengths) {
  EXPECT_THROW(Aes256Gcm(Secret<std::string>(std::string(16, 'k'))), std::invalid_argument);
  const Aes256Gcm cipher(Secret<std::string>(std::string(32, 'k')));
  EXPECT_THROW(cipher.seal("short", "x", ""), std::invalid_argument);
}

TEST(RsaKey, SignsAndVerifies) {
  const std::string signature = shared_key().sign(Digest::kSha256, "message");
  EXPECT_EQ(signature.size(), 256U);
  const RsaPublicKey key = shared_key().public_key();
  EXPECT_TRUE(key.verify(Digest::kSha256, "message", signature));
  EXPECT_FALSE(key.verify(Digest::kSha256, "massage", signature));
  EXPECT_FALSE(key.verify(Digest::kSha256, "message", ""));
  EXPECT_FALSE(key.verify(Digest::kSha256, "message", signature.substr(1)));
  EXPECT_FALSE(RsaPrivateKey::generate().public_key().verify(Digest::kSha256, "message", signature));
}

TEST(RsaKey, VerifiesUnderTheDigestThatSignedAndNoOther) {
  for (const Digest digest : {Digest::kSha256, Digest::kSha384, Digest::kSha512}) {
    const std::string signature = shared_key().sign(digest, "message");
    for (const Digest other : {Digest::kSha256, Digest::kSha384, Digest::kSha512}) {
      EXPECT_EQ(shared_key().public_key().verify(other, "message", signature), other == digest);
    }
  }
}

TEST(RsaKey, SurvivesPkcs8AndComponents) {
  const auto copy = RsaPrivateKey::from_pkcs8(shared_key().to_pkcs8());
  ASSERT_TRUE(copy);
  const RsaPublicKey original = shared_key().public_key();
  const auto rebuilt = RsaPublicKey::from_components(original.modulus(), original.exponent());
  ASSERT_TRUE(rebuilt);
  EXPECT_TRUE(rebuilt->verify(Digest::kSha256, "message", copy->sign(Digest::kSha256, "message")));
}

TEST(RsaKey, RefusesDamagedPkcs8) {
  const std::string der = shared_key().to_pkcs8().reveal();
  EXPECT_FALSE(RsaPrivateKey::from_pkcs8(Secret<std::string>("")));
  EXPECT_FALSE(RsaPrivateKey::from_pkcs8(Secret<std::string>(der.substr(0, der.size() - 1))));
  EXPECT_FALSE(RsaPrivateKey::from_pkcs8(Secret<std::string>(der + "x")));
}

TEST(RsaKey, RefusesWeakAndWastefulPublicKeys) {
  const std::string modulus = shared_key().public_key().modulus();
  const std::string usual("\x01\x00\x01", 3);
  EXPECT_TRUE(RsaPublicKey::from_components(modulus, usual));
  EXPECT_FALSE(RsaPublicKey::from_components(modulus, "\x01")) << "exponent 1";
  EXPECT_FALSE(RsaPublicKey::from_components(modulus, "\x03")) << "exponent 3";
  EXPECT_FALSE(RsaPublicKey::from_components(modulus, std::string("\x01\x00\x02", 3))) << "even exponent";
  EXPECT_FALSE(RsaPublicKey::from_components(modulus, std::string(9, '\xff'))) << "exponent over 64 bits";
  EXPECT_FALSE(RsaPublicKey::from_components(modulus.substr(128), usual)) << "1024 bits";
  EXPECT_FALSE(RsaPublicKey::from_components(std::string(2048, '\xff'), usual)) << "16384 bits";
  EXPECT_FALSE(RsaPublicKey::from_components("", "")) << "nothing";
}

// RFC 7515 appendix A.2: its RSA public key, signing input and signature.
TEST(RsaKey, VerifiesRfc7515AppendixA2) {
  const auto key = RsaPublicKey::from_components(
      *base64url_decode(
          "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-"
          "yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-"
          "KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_"
          "h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"),
      *base64url_decode("AQAB"));
  ASSERT_TRUE(key);
  EXPECT_TRUE(key->verify(
      Digest::kSha256,
      "eyJhbGciOiJSUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
      *base64url_decode(
          "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJ"
          "dbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_e"
          "SN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt"
          "5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw")));
}

TEST(RsaKey, OneKeyServesManyThreads) {
  std::atomic<int> genuine{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&genuine, t] {
      const RsaPublicKey key = shared_key().public_key();
      for (int i = 0; i < 10; ++i) {
        const std::string message = std::to_string(t * 100 + i);
        if (key.verify(Digest::kSha256, message, shared_key().sign(Digest::kSha256, message))) ++genuine;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(genuine, 40);
}

}  // namespace
}  // namespace doorward::crypto
