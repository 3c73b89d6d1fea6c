#include "crypto/ec_key.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/encoding.h"
#include "crypto/rsa_key.h"

namespace doorward::crypto {
namespace {

std::string from_hex(std::string_view hex) {
  std::string escaped;
  for (std::size_t i = 0; i < hex.size(); i += 2) escaped.append("%").append(hex.substr(i, 2));
  return *percent_decode(escaped, false);
}

// The orders of the curves (FIPS 186-4 appendix D.1.2).
const char* const kOrder256 = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const char* const kOrder384 =
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973";

struct Vector {
  Curve curve;
  const char* x;
  const char* y;
  const char* message;
  const char* r;
  const char* s;
};

// RFC 6979 appendices A.2.5 and A.2.6, with the digest of the curve.
const Vector kVectors[] = {
    {Curve::kP256, "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
     "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299", "sample",
     "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
     "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
    {Curve::kP256, "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
     "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299", "test",
     "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
     "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"},
    {Curve::kP384, "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13",
     "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720", "sample",
     "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46",
     "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8"},
};

std::optional<EcPublicKey> key_of(const Vector& vector) {
  return EcPublicKey::from_coordinates(vector.curve, from_hex(vector.x), from_hex(vector.y));
}

TEST(EcKey, VerifiesRfc6979) {
  for (const Vector& vector : kVectors) {
    const auto key = key_of(vector);
    ASSERT_TRUE(key) << vector.message;
    const std::string signature = from_hex(vector.r) + from_hex(vector.s);
    EXPECT_TRUE(key->verify(vector.message, signature)) << vector.message;
    EXPECT_FALSE(key->verify("another message", signature));
    EXPECT_EQ(hex_encode(key->x()), vector.x);
    EXPECT_EQ(hex_encode(key->y()), vector.y);
  }
}

TEST(EcKey, D11_RefusesSignaturesOutsideTheRangeAndInDer) {
  for (const Vector& vector : {kVectors[0], kVectors[2]}) {
    const auto key = key_of(vector);
    ASSERT_TRUE(key);
    const std::size_t half = coordinate_bytes(vector.curve);
    const std::string r = from_hex(vector.r);
    const std::string s = from_hex(vector.s);
    const std::string order = from_hex(vector.curve == Curve::kP256 ? kOrder256 : kOrder384);
    std::string above = order;
    above.back() = static_cast<char>(above.back() + 1);
    const std::string zero(half, '\0');
    const std::string most(half, '\xff');
    for (const std::string& bad : {zero, order, above, most}) {
      EXPECT_FALSE(key->verify(vector.message, bad + s));
      EXPECT_FALSE(key->verify(vector.message, r + bad));
      EXPECT_FALSE(key->verify(vector.message, bad + bad));
    }
    const std::string der = "\x30" + std::string(1, static_cast<char>(2 * half + 6)) + "\x02" +
                            std::string(1, static_cast<char>(half + 1)) + std::string(1, '\0') + r + "\x02" +
                            std::string(1, static_cast<char>(half + 1)) + std::string(1, '\0') + s;
    for (const std::string& other :
         {der, std::string(), r, r + s + "x", std::string(1, '\0') + r + s, (r + s).substr(1), s + r}) {
      EXPECT_FALSE(key->verify(vector.message, other)) << other.size();
    }
  }
}

TEST(EcKey, SignsAndSurvivesPkcs8) {
  for (const Curve curve : {Curve::kP256, Curve::kP384}) {
    const EcPrivateKey key = EcPrivateKey::generate(curve);
    const std::string signature = key.sign("message");
    EXPECT_EQ(signature.size(), 2 * coordinate_bytes(curve));
    const auto copy = EcPrivateKey::from_pkcs8(curve, key.to_pkcs8());
    ASSERT_TRUE(copy);
    const EcPublicKey public_key = copy->public_key();
    EXPECT_TRUE(public_key.verify("message", signature));
    EXPECT_FALSE(public_key.verify("massage", signature));
    EXPECT_FALSE(EcPrivateKey::generate(curve).public_key().verify("message", signature));
    const auto rebuilt = EcPublicKey::from_coordinates(curve, public_key.x(), public_key.y());
    ASSERT_TRUE(rebuilt);
    EXPECT_TRUE(rebuilt->verify("message", key.sign("message")));
  }
}

// One value in 256 has a leading zero byte; each half keeps its length all the same.
TEST(EcKey, EverySignatureHasTheFullLength) {
  const EcPrivateKey key = EcPrivateKey::generate(Curve::kP256);
  const EcPublicKey public_key = key.public_key();
  for (int i = 0; i < 600; ++i) {
    const std::string message = std::to_string(i);
    const std::string signature = key.sign(message);
    ASSERT_EQ(signature.size(), 64U);
    ASSERT_TRUE(public_key.verify(message, signature));
  }
}

TEST(EcKey, RefusesPointsOffTheCurve) {
  const Vector& vector = kVectors[0];
  const std::string x = from_hex(vector.x);
  const std::string y = from_hex(vector.y);
  EXPECT_FALSE(EcPublicKey::from_coordinates(Curve::kP256, y, x));
  EXPECT_FALSE(EcPublicKey::from_coordinates(Curve::kP384, x, y)) << "too short for the curve";
  EXPECT_FALSE(EcPublicKey::from_coordinates(Curve::kP256, x.substr(1), y));
  EXPECT_FALSE(EcPublicKey::from_coordinates(Curve::kP256, std::string(1, '\0') + x, y));
  EXPECT_FALSE(EcPublicKey::from_coordinates(Curve::kP256, std::string(32, '\0'), std::string(32, '\0')));
  EXPECT_FALSE(EcPublicKey::from_coordinates(Curve::kP256, std::string(32, '\xff'), y))
      << "not below the field's prime";
  EXPECT_FALSE(EcPublicKey::from_coordinates(Curve::kP256, "", ""));
}

TEST(EcKey, RefusesForeignPkcs8) {
  const Secret<std::string> der = EcPrivateKey::generate(Curve::kP256).to_pkcs8();
  EXPECT_FALSE(EcPrivateKey::from_pkcs8(Curve::kP384, der));
  EXPECT_FALSE(EcPrivateKey::from_pkcs8(Curve::kP256, RsaPrivateKey::generate().to_pkcs8()));
  EXPECT_FALSE(RsaPrivateKey::from_pkcs8(der));
  EXPECT_FALSE(EcPrivateKey::from_pkcs8(Curve::kP256, Secret<std::string>("")));
  EXPECT_FALSE(EcPrivateKey::from_pkcs8(Curve::kP256, Secret<std::string>(der.reveal() + "x")));
}

TEST(EcKey, OneKeyServesManyThreads) {
  const EcPrivateKey key = EcPrivateKey::generate(Curve::kP256);
  std::vector<int> genuine(4);
  {
    std::vector<std::jthread> threads;
    for (int& mine : genuine) {
      threads.emplace_back([&key, &mine] {
        for (int i = 0; i < 50; ++i) mine += key.public_key().verify("m", key.sign("m")) ? 1 : 0;
      });
    }
  }
  for (const int mine : genuine) EXPECT_EQ(mine, 50);
}

}  // namespace
}  // namespace doorward::crypto
