#include "protocol/jose/jwk.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "protocol/jose/test_keys.h"

namespace doorward::jose {
namespace {

namespace json = boost::json;

json::object good_jwk(Algorithm algorithm = Algorithm::kRs256) {
  return to_jwk(test::private_key(algorithm).verification_key("snk_1"));
}

void expect_invalid(const json::object& jwk, const char* why) {
  const auto key = from_jwk(jwk);
  ASSERT_FALSE(key) << why;
  EXPECT_EQ(key.error().reason, Reason::kJwkInvalid) << why;
}

TEST(Jwk, P31_HoldsThePublicMembersAndNoOthers) {
  const json::object jwk = good_jwk();
  EXPECT_EQ(jwk.size(), 6U);
  EXPECT_EQ(jwk.at("kty"), "RSA");
  EXPECT_EQ(jwk.at("use"), "sig");
  EXPECT_EQ(jwk.at("alg"), "RS256");
  EXPECT_EQ(jwk.at("kid"), "snk_1");
  EXPECT_EQ(jwk.at("e"), "AQAB");
  EXPECT_EQ(jwk.at("n").as_string().size(), 342U);
}

TEST(Jwk, ReadsWhatItWrote) {
  const auto key = from_jwk(good_jwk());
  ASSERT_TRUE(key);
  EXPECT_EQ(key->key_id, "snk_1");
  EXPECT_TRUE(signature_is_genuine(*key, Algorithm::kRs256, "m", test::private_key().sign("m")));
}

TEST(Jwk, D15_RefusesKeysThatAreNotForVerifying) {
  const auto with = [](const char* name, json::value value) {
    json::object jwk = good_jwk();
    jwk[name] = std::move(value);
    return jwk;
  };
  expect_invalid(with("use", "enc"), "encryption key");
  expect_invalid(with("alg", "RSA-OAEP"), "other algorithm");
  expect_invalid(with("alg", "HS256"), "symmetric algorithm");
  expect_invalid(with("kty", "oct"), "symmetric key");
  expect_invalid(with("key_ops", json::array{"encrypt"}), "other operation");
  expect_invalid(with("key_ops", "verify"), "operations not a list");
  expect_invalid(with("kid", ""), "empty kid");
  expect_invalid(with("kid", 7), "kid not text");
  expect_invalid(with("e", "AQ"), "exponent 1");
  expect_invalid(with("e", "Aw"), "exponent 3: a cube root is a signature");
  expect_invalid(with("e", "EQ"), "exponent 17");
  expect_invalid(with("e", "AP8"), "exponent 255, of two bytes");
  expect_invalid(with("e", "AQAB="), "padding");
  expect_invalid(with("n", "!!"), "not base64url");
  expect_invalid(with("n", json::value()), "null");
  EXPECT_TRUE(from_jwk(with("key_ops", json::array{"verify"})));
}

TEST(Jwk, WithoutAlgTheKeyFitsEachAlgorithmOfItsTypeAndCurve) {
  const auto fitting = [](Algorithm algorithm) {
    json::object jwk = good_jwk(algorithm);
    jwk.erase("alg");
    const auto key = from_jwk(jwk);
    std::string names;
    for (const AlgorithmRow& row : kAlgorithms) {
      if (key && may_verify(*key, row.algorithm)) names += std::string(row.name) + " ";
    }
    return names;
  };
  EXPECT_EQ(fitting(Algorithm::kRs256), "RS256 RS384 RS512 ");
  EXPECT_EQ(fitting(Algorithm::kEs256), "ES256 ");
  EXPECT_EQ(fitting(Algorithm::kEs384), "ES384 ");
}

TEST(Jwk, AKeyIdMayBeAbsent) {
  json::object jwk = good_jwk();
  jwk.erase("kid");
  const auto key = from_jwk(jwk);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->key_id, "");
  EXPECT_FALSE(to_jwk(*key).contains("kid"));
}

TEST(Jwk, EllipticCurveKeysSurviveTheRoundTrip) {
  for (const Algorithm algorithm : {Algorithm::kEs256, Algorithm::kEs384}) {
    const json::object jwk = good_jwk(algorithm);
    EXPECT_EQ(jwk.at("kty"), "EC");
    EXPECT_EQ(jwk.at("crv"), json::string_view(algorithm_row(algorithm).curve));
    EXPECT_EQ(jwk.size(), 7U) << "and no private member";
    const auto key = from_jwk(jwk);
    ASSERT_TRUE(key);
    EXPECT_TRUE(signature_is_genuine(*key, algorithm, "m", test::private_key(algorithm).sign("m")));
  }
}

TEST(Jwk, D07_RefusesAnAlgorithmOfAnotherTypeOfKeys) {
  json::object elliptic = good_jwk(Algorithm::kEs256);
  elliptic["alg"] = "RS256";
  expect_invalid(elliptic, "RS256 on a curve");
  elliptic["alg"] = "ES384";
  expect_invalid(elliptic, "another curve's algorithm");
  elliptic = good_jwk(Algorithm::kEs256);
  elliptic["crv"] = "P-384";
  expect_invalid(elliptic, "coordinates of another curve");
  elliptic["crv"] = "secp256k1";
  expect_invalid(elliptic, "unknown curve");
  json::object rsa = good_jwk();
  rsa["alg"] = "ES256";
  expect_invalid(rsa, "ES256 with RSA");
}

}  // namespace
}  // namespace doorward::jose
