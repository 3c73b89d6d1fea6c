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

json::object good_jwk() { return to_jwk(*test::find_key()("snk_1")); }

void expect_invalid(const json::object& jwk, const char* why) {
  const auto key = from_jwk(jwk);
  ASSERT_FALSE(key) << why;
  EXPECT_EQ(key.error().reason, Reason::kJwkInvalid) << why;
}

TEST(Jwk, HoldsThePublicMembersAndNoOthers) {
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
  EXPECT_TRUE(key->key.verify_rs256("m", test::private_key().sign_rs256("m")));
}

TEST(Jwk, RefusesKeysThatAreNotForVerifying) {
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
  expect_invalid(with("e", "AQAB="), "padding");
  expect_invalid(with("n", "!!"), "not base64url");
  expect_invalid(with("n", json::value()), "null");
  EXPECT_TRUE(from_jwk(with("key_ops", json::array{"verify"})));
}

TEST(Jwk, AlgorithmMayBeAbsent) {
  json::object jwk = good_jwk();
  jwk.erase("alg");
  EXPECT_TRUE(from_jwk(jwk));
}

TEST(KeySet, SkipsUnusableKeys) {
  const json::object encryption{{"kty", "RSA"}, {"use", "enc"}, {"kid", "x"}};
  const std::string text = json::serialize(json::object{{"keys", json::array{encryption, 7, good_jwk()}}});
  const auto keys = from_key_set(text);
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 1U);
  EXPECT_EQ(keys->front().key_id, "snk_1");
}

TEST(KeySet, SurvivesTheRoundTrip) {
  const std::vector<VerificationKey> keys{*test::find_key()("snk_1"), *test::find_key()("snk_2")};
  const auto read = from_key_set(to_key_set(keys));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(read->back().key_id, "snk_2");
  EXPECT_EQ(to_key_set({}), R"({"keys":[]})");
}

TEST(KeySet, RefusesAmbiguousAndOversizedSets) {
  const auto reason_of = [](const std::string& text) {
    const auto keys = from_key_set(text);
    return keys ? std::string_view("accepted") : reason_name(keys.error().reason);
  };
  EXPECT_EQ(reason_of(json::serialize(json::object{{"keys", json::array{good_jwk(), good_jwk()}}})), "jwk_invalid");
  json::array many;
  for (std::size_t i = 0; i <= kMostKeysInSet; ++i) many.emplace_back(json::object());
  EXPECT_EQ(reason_of(json::serialize(json::object{{"keys", many}})), "jwk_invalid");
  EXPECT_EQ(reason_of(R"({"keys":{}})"), "jwk_invalid");
  EXPECT_EQ(reason_of(R"({"keys":[],"keys":[]})"), "jwk_invalid");
  EXPECT_EQ(reason_of("{}"), "jwk_invalid");
  EXPECT_EQ(reason_of(std::string(kMostKeySetBytes + 1, ' ')), "jwk_invalid");
}

}  // namespace
}  // namespace doorward::jose
