#include "protocol/jose/foreign_jws.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "crypto/test_rsa_forgeries.h"
#include "protocol/jose/claims.h"
#include "protocol/jose/jwk.h"
#include "protocol/jose/test_keys.h"

namespace doorward::jose {
namespace {

namespace json = boost::json;

const ForeignRules kIdToken{.pinned = Algorithm::kRs256, .types = {"JWT"}};

json::object jwk(Algorithm algorithm, std::string key_id = "k1") {
  return to_jwk(test::private_key(algorithm).verification_key(std::move(key_id)));
}
json::object without(json::object object, std::string_view member) {
  object.erase(member);
  return object;
}
std::string set_text(json::array keys) { return json::serialize(json::object{{"keys", std::move(keys)}}); }
ForeignKeySet set_of(json::array keys) { return ForeignKeySet::read(set_text(std::move(keys))).value(); }
ForeignKeySet usual_set() { return set_of({jwk(Algorithm::kRs256), jwk(Algorithm::kEs256, "k2")}); }

std::string token_of(std::string_view header, std::string_view payload = R"({"sub":"s"})",
                     Algorithm signer = Algorithm::kRs256) {
  const std::string input = base64url_encode(header) + '.' + base64url_encode(payload);
  return append_signature(input, test::private_key(signer).sign(input));
}
std::string good_token() { return token_of(R"({"alg":"RS256","kid":"k1"})"); }

std::string_view outcome(std::string_view token, const ForeignKeySet& keys, const ForeignRules& rules = kIdToken) {
  const auto verified = verify_foreign(token, keys, rules);
  return verified ? "accepted" : reason_name(verified.error().reason);
}
std::string_view outcome(std::string_view token) { return outcome(token, usual_set()); }

std::string_view read_outcome(const std::string& text) {
  const auto keys = ForeignKeySet::read(text);
  return keys ? "accepted" : reason_name(keys.error().reason);
}

TEST(ForeignJws, VerifiesEachAlgorithmUnderItsKey) {
  for (const AlgorithmRow& row : kAlgorithms) {
    const ForeignKeySet keys = set_of({jwk(row.algorithm)});
    const std::string token = test::private_key(row.algorithm).sign_compact("k1", "JWT", R"({"sub":"s"})");
    const auto verified = verify_foreign(token, keys, {.pinned = row.algorithm, .types = {"JWT"}});
    ASSERT_TRUE(verified) << row.name << ": " << verified.error().detail;
    EXPECT_EQ(verified->payload(), R"({"sub":"s"})");
    EXPECT_EQ(verified->header().algorithm, row.algorithm);
    EXPECT_EQ(outcome(token, keys, {}), "accepted") << row.name << ", nothing pinned";
    for (const AlgorithmRow& other : kAlgorithms) {
      if (other.algorithm == row.algorithm) continue;
      EXPECT_EQ(outcome(token, keys, {.pinned = other.algorithm}), "alg_forbidden") << row.name << other.name;
    }
  }
}

// RFC 7515 appendix A.2 (RS256) and A.3 (ES256): key, header, payload and signature; neither names its key.
TEST(ForeignJws, VerifiesTheExamplesOfRfc7515) {
  const std::string payload =
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  const ForeignKeySet rsa =
      ForeignKeySet::read(
          R"({"keys":[{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}]})")
          .value();
  EXPECT_EQ(
      outcome(
          "eyJhbGciOiJSUzI1NiJ9." + payload +
              ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds"
              "9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB"
              "_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqV"
              "t5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
          rsa, {.pinned = Algorithm::kRs256}),
      "accepted");
  const ForeignKeySet elliptic =
      ForeignKeySet::read(
          R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})")
          .value();
  const std::string signed_by_curve = "eyJhbGciOiJFUzI1NiJ9." + payload +
                                      ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3"
                                      "-Kg6NU1Q";
  EXPECT_EQ(outcome(signed_by_curve, elliptic, {.pinned = Algorithm::kEs256}), "accepted");
  EXPECT_EQ(outcome(signed_by_curve, rsa, {.pinned = Algorithm::kEs256}), "unknown_kid");
}

TEST(ForeignJws, D06_RefusesNoneAndItsKin) {
  for (const char* alg : {R"("none")", R"("None")", R"("nOnE")", R"("")", "null", "[]", R"("HS256")", R"("HS512")",
                          R"("PS256")", R"("RS256 ")", R"("rs256")", R"("ES256K")", R"("EdDSA")"}) {
    EXPECT_EQ(outcome(token_of(std::string(R"({"kid":"k1","alg":)") + alg + "}")), "alg_forbidden") << alg;
    EXPECT_EQ(outcome(token_of(std::string(R"({"kid":"k1","alg":)") + alg + "}"), usual_set(), {}), "alg_forbidden");
  }
  EXPECT_EQ(outcome(token_of(R"({"kid":"k1"})")), "alg_forbidden");
  EXPECT_EQ(outcome("eyJhbGciOiJub25lIn0.eyJzdWIiOiJzIn0."), "alg_forbidden") << "RFC 7519 section 6.1";
}

TEST(ForeignJws, D07_RefusesAnotherAlgorithmThanTheKeys) {
  // HMAC under the public key, as every form an attacker could have taken it from.
  const json::object published = jwk(Algorithm::kRs256);
  for (const std::string& secret : {json::serialize(published), *base64url_decode(published.at("n").as_string()),
                                    std::string(published.at("n").as_string()), std::string()}) {
    const std::string input =
        base64url_encode(R"({"alg":"HS256","kid":"k1"})") + '.' + base64url_encode(R"({"sub":"s"})");
    EXPECT_EQ(outcome(append_signature(input, crypto::hmac_sha256(secret, input))), "alg_forbidden");
    EXPECT_EQ(outcome(append_signature(input, crypto::hmac_sha256(secret, input)), usual_set(), {}), "alg_forbidden");
  }
  const ForeignRules any{};
  EXPECT_EQ(outcome(token_of(R"({"alg":"ES256","kid":"k1"})"), usual_set(), any), "alg_forbidden") << "an RSA key";
  EXPECT_EQ(outcome(token_of(R"({"alg":"RS256","kid":"k2"})"), usual_set(), any), "alg_forbidden") << "an EC key";
  EXPECT_EQ(outcome(token_of(R"({"alg":"RS512","kid":"k1"})"), usual_set(), any), "alg_forbidden")
      << "the set says RS256 for it";
  json::object encryption = jwk(Algorithm::kRs256, "enc");
  encryption["use"] = "enc";
  const json::object symmetric{{"kty", "oct"}, {"kid", "oct"}, {"k", "c2VjcmV0"}};
  const ForeignKeySet mixed = set_of({encryption, symmetric, jwk(Algorithm::kRs256)});
  EXPECT_EQ(outcome(token_of(R"({"alg":"RS256","kid":"enc"})"), mixed), "alg_forbidden");
  EXPECT_EQ(outcome(token_of(R"({"alg":"RS256","kid":"oct"})"), mixed), "alg_forbidden");
  EXPECT_EQ(outcome(token_of(R"({"alg":"HS256","kid":"oct"})"), mixed), "alg_forbidden");
  EXPECT_EQ(outcome(good_token(), mixed), "accepted");
}

TEST(ForeignJws, D08_RefusesExtensionsAndTrustsNothingInTheHeader) {
  const auto header = [](const char* member) { return std::string(R"({"alg":"RS256","kid":"k1",)") + member + "}"; };
  for (const char* member : {R"("crit":["exp"],"exp":1)", R"("crit":[])", R"("crit":null)", R"("b64":false)",
                             R"("b64":true)", R"("crit":["b64"],"b64":false)"}) {
    EXPECT_EQ(outcome(token_of(header(member))), "jwt_malformed") << member;
  }
  // A stranger's key, offered in the header and named by it, signs nothing.
  const json::object own = jwk(Algorithm::kRs256, "mine");
  const ForeignKeySet others = set_of({jwk(Algorithm::kEs256)});
  const std::string embedded = token_of(R"({"alg":"RS256","kid":"mine","jwk":)" + json::serialize(own) + "}");
  EXPECT_EQ(outcome(embedded, others), "unknown_kid");
  for (const char* member : {R"("jku":"https://evil.test/keys")", R"("x5u":"https://evil.test/c")", R"("x5c":["MIIB"])",
                             R"("jwk":{"kty":"RSA"})", R"("x5t":"abc")"}) {
    EXPECT_EQ(outcome(token_of(header(member))), "accepted") << "ignored: " << member;
    EXPECT_EQ(outcome(token_of(header(member)), others), "alg_forbidden") << member;
  }
}

TEST(ForeignJws, D09_RefusesOtherSerializationsAndParts) {
  const std::string token = good_token();
  const std::size_t first = token.find('.');
  const std::size_t second = token.rfind('.');
  const std::string general = json::serialize(json::object{
      {"payload", token.substr(first + 1, second - first - 1)},
      {"signatures",
       json::array{json::object{{"protected", token.substr(0, first)}, {"signature", token.substr(second + 1)}}}}});
  const std::string flattened = json::serialize(json::object{{"payload", token.substr(first + 1, second - first - 1)},
                                                             {"protected", token.substr(0, first)},
                                                             {"signature", token.substr(second + 1)}});
  for (const std::string& shape : std::vector<std::string>{
           general, flattened, "", ".", "..", "...", token + ".", token + "..", "." + token, token + ".e30",
           token + ".e30.e30", token.substr(0, second), token.substr(0, first), " " + token, token + " ", token + "\n",
           std::string(1, '\0') + token, std::string(kMostForeignTokenBytes + 1, 'a')}) {
    EXPECT_EQ(outcome(shape), "jwt_malformed") << shape.substr(0, 80);
  }
}

// Every way to write a part other than its one text: padding, the other alphabet, white space, trailing bits.
TEST(ForeignJws, D09_EachPartHasOneText) {
  // Payloads of all three lengths modulo 3, so that each part ends once with each number of unused bits.
  for (const char* payload : {R"({"sub":"s"})", R"({"sub":"st"})", R"({"sub":"stu"})"}) {
    const std::string token = token_of(R"({"alg":"RS256","kid":"k1"})", payload);
    ASSERT_EQ(outcome(token), "accepted");
    std::vector<std::size_t> ends{token.find('.'), token.rfind('.'), token.size()};
    int tried = 0;
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      for (const std::string& extra : std::vector<std::string>{"=", "==", "===", "A", " ", "\t", "\r\n", "+", "/",
                                                               "%3D", std::string(1, '\0'), "\xc2\xa0"}) {
        for (const std::size_t at : {begin, begin + 2, end - 1, end}) {
          std::string bent = token;
          bent.insert(at, extra);
          EXPECT_NE(outcome(bent), "accepted") << extra << " at " << at;
          ++tried;
        }
      }
      const std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
      for (const char other : alphabet) {
        std::string bent = token;
        if (bent[end - 1] == other) continue;
        bent[end - 1] = other;
        EXPECT_NE(outcome(bent), "accepted") << "last character of a part";
        ++tried;
      }
      begin = end + 1;
    }
    EXPECT_GT(tried, 213);
  }
}

TEST(ForeignJws, D09_RefusesJsonThatTwoParsersCouldReadDifferently) {
  for (const char* header :
       {R"({"alg":"none","alg":"RS256","kid":"k1"})", R"({"alg":"RS256","kid":"k2","kid":"k1"})",
        R"({"alg":"RS256","k\u0069d":"k2","kid":"k1"})", R"({"alg":"RS256","kid":"k1","x":NaN})",
        R"({"alg":"RS256","kid":"k1","x":1e400})", R"({"alg":"RS256","kid":"k1"}})", R"({"alg":"RS256","kid":"k1",})",
        R"(["RS256"])", R"("RS256")", "null", "", "{'alg':'RS256'}", "\xEF\xBB\xBF{\"alg\":\"RS256\",\"kid\":\"k1\"}",
        R"({"alg":"RS256","kid":7})", R"({"alg":"RS256","kid":""})", R"({"alg":"RS256","kid":"k1","typ":{}})",
        "{\"alg\":\"RS256\",\"kid\":\"\xff\"}"}) {
    EXPECT_EQ(outcome(token_of(header)), "jwt_malformed") << header;
  }
  for (const char* payload :
       {R"({"exp":1,"exp":2})", R"({"iss":"x","exp":NaN})", R"({"iss":"x","exp":1e400})", "[]", ""}) {
    const auto verified = verify_foreign(token_of(R"({"alg":"RS256","kid":"k1"})", payload), usual_set(), kIdToken);
    ASSERT_TRUE(verified) << payload;
    const auto claims = read_claims(*verified);
    ASSERT_FALSE(claims) << payload;
    EXPECT_EQ(reason_name(claims.error().reason), "jwt_malformed") << payload;
  }
}

// RFC 7516 appendix A.1 has five parts; password-based encryption with a huge count has to be refused before it counts.
TEST(ForeignJws, D10_RefusesEncryptionBeforeAnyWork) {
  const std::string jwe_header = base64url_encode(R"({"alg":"RSA-OAEP","enc":"A256GCM","zip":"DEF"})");
  EXPECT_EQ(outcome(jwe_header + ".AAAA.AAAA.AAAA.AAAA"), "jwt_malformed");
  EXPECT_EQ(outcome(jwe_header + ".AAAA.AAAA"), "jwt_malformed");
  EXPECT_EQ(outcome(token_of(R"({"alg":"RS256","kid":"k1","zip":"DEF"})")), "jwt_malformed");
  EXPECT_EQ(outcome(token_of(R"({"alg":"RS256","kid":"k1","enc":"A128CBC-HS256"})")), "jwt_malformed");
  EXPECT_EQ(outcome(token_of(R"({"alg":"PBES2-HS256+A128KW","p2c":2147483647,"p2s":"AAAA","kid":"k1"})")),
            "alg_forbidden");
  const std::string nested = good_token();
  const auto verified =
      verify_foreign(token_of(R"({"alg":"RS256","kid":"k1","cty":"JWT"})", nested), usual_set(), kIdToken);
  ASSERT_TRUE(verified);
  EXPECT_EQ(reason_name(read_claims(*verified).error().reason), "jwt_malformed") << "a token inside is not opened";
}

TEST(ForeignJws, D11_RefusesDamagedEcSignatures) {
  const ForeignRules rules{.pinned = Algorithm::kEs256};
  const std::string input =
      base64url_encode(R"({"alg":"ES256","kid":"k2"})") + '.' + base64url_encode(R"({"sub":"s"})");
  const std::string genuine = test::private_key(Algorithm::kEs256).sign(input);
  EXPECT_EQ(outcome(append_signature(input, genuine), usual_set(), rules), "accepted");
  for (const std::string& bad :
       {std::string(64, '\0'), std::string(32, '\0') + genuine.substr(32),
        genuine.substr(0, 32) + std::string(32, '\0'), std::string(64, '\xff'), genuine.substr(0, 63), genuine + "x",
        std::string(), genuine.substr(32) + genuine.substr(0, 32),
        "\x30\x44\x02\x20" + genuine.substr(0, 32) + "\x02\x20" + genuine.substr(32)}) {
    EXPECT_EQ(outcome(append_signature(input, bad), usual_set(), rules), "signature_invalid") << bad.size();
  }
}

// The orders of the curves (FIPS 186-4 appendix D.1.2), a number above each, and what both algorithms do with them.
TEST(ForeignJws, D11_RefusesEcSignaturesThatAreNotBelowTheOrder) {
  const std::pair<Algorithm, std::string> orders[] = {
      {Algorithm::kEs256, "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE"},
      {Algorithm::kEs384, "________________________________x2NNgfQ3Ld9YGg2ySLCneuzsGWrMxSlz"}};
  for (const auto& [algorithm, text] : orders) {
    const std::string input = signing_input({.algorithm = algorithm, .key_id = "k1"}, R"({"sub":"s"})");
    const ForeignKeySet keys = set_of({jwk(algorithm)});
    const std::string genuine = test::private_key(algorithm).sign(input);
    const std::string r = genuine.substr(0, genuine.size() / 2);
    const std::string s = genuine.substr(genuine.size() / 2);
    const std::string order = base64url_decode(text).value();
    std::string above = order;
    ++above.back();
    ASSERT_EQ(order.size(), r.size());
    EXPECT_EQ(outcome(append_signature(input, genuine), keys, {.pinned = algorithm}), "accepted");
    for (const std::string& bad : {order, above, std::string(r.size(), '\0'), std::string(r.size(), '\xff')}) {
      for (const std::string& pair : {bad + s, r + bad, bad + bad}) {
        EXPECT_EQ(outcome(append_signature(input, pair), keys, {.pinned = algorithm}), "signature_invalid");
      }
    }
  }
}

TEST(ForeignJws, RefusesForgedRsaSignatures) {
  for (const AlgorithmRow& row : kAlgorithms) {
    if (row.key_type != KeyType::kRsa) continue;
    const std::string input = signing_input({.algorithm = row.algorithm, .key_id = "k1"}, R"({"sub":"s"})");
    const ForeignKeySet keys = set_of({jwk(row.algorithm)});
    EXPECT_EQ(outcome(append_signature(input, test::private_key(row.algorithm).sign(input)), keys, {}), "accepted");
    for (const auto& forgery :
         crypto::test::rsa_forgeries(test::private_key(row.algorithm).to_pkcs8(), row.digest, input)) {
      EXPECT_EQ(outcome(append_signature(input, forgery.signature), keys, {}), "signature_invalid")
          << row.name << ": " << forgery.what;
    }
  }
}

TEST(ForeignJws, D14_AnUnknownKeyIsToldApartSoThatTheSetIsFetchedAnew) {
  EXPECT_EQ(outcome(token_of(R"({"alg":"RS256","kid":"k3"})")), "unknown_kid");
  EXPECT_EQ(outcome(good_token(), ForeignKeySet()), "unknown_kid");
  const auto other = PrivateKey::generate(Algorithm::kRs256);
  EXPECT_EQ(outcome(other.sign_compact("k1", "", "{}")), "signature_invalid") << "the key is known, and is another";
}

TEST(ForeignJws, D15_CapsTheSetAndPassesOverBadKeys) {
  json::array many;
  for (std::size_t i = 0; i <= kMostKeysInSet; ++i) many.emplace_back(json::object());
  EXPECT_EQ(read_outcome(set_text(many)), "jwk_invalid");
  json::array thousands;
  for (int i = 0; i < 10'000; ++i) thousands.emplace_back(json::object{{"kty", "RSA"}});
  EXPECT_EQ(read_outcome(set_text(thousands)), "jwk_invalid");
  for (const std::string& text : std::vector<std::string>{R"({"keys":{}})", R"({"keys":[],"keys":[]})", "{}", "[]", "",
                                                          "<html>", std::string(kMostKeySetBytes + 1, ' ')}) {
    EXPECT_EQ(read_outcome(text), "jwk_invalid") << text.substr(0, 40);
  }

  const auto with = [](const char* name, json::value value) {
    json::object one = jwk(Algorithm::kRs256, std::string("bad ") + name);
    one[name] = std::move(value);
    return one;
  };
  const std::string modulus = *base64url_decode(jwk(Algorithm::kRs256).at("n").as_string());
  const ForeignKeySet keys =
      set_of({7, json::array{}, json::object{}, with("use", "enc"), with("key_ops", json::array{"sign"}),
              with("alg", "RSA-OAEP-256"), with("kty", "oct"), with("e", "AQ"), with("e", "Aw"),
              with("n", json::value(base64url_encode(modulus.substr(128)))),
              with("n", json::value(base64url_encode(std::string(2048, '\xff')))), with("n", 7), with("n", "A A"),
              with("kid", 9), jwk(Algorithm::kRs256)});
  ASSERT_EQ(keys.keys().size(), 1U);
  EXPECT_EQ(keys.keys().front().key_id, "k1");
  EXPECT_EQ(outcome(good_token(), keys), "accepted");
}

TEST(ForeignJws, D15_OneNameForTwoKeysIsRefusedWhereItIsAmbiguous) {
  const json::object other = to_jwk(PrivateKey::generate(Algorithm::kRs256).verification_key("k1"));
  EXPECT_EQ(read_outcome(set_text({jwk(Algorithm::kRs256), other})), "jwk_invalid");
  EXPECT_EQ(read_outcome(set_text({without(jwk(Algorithm::kRs512), "alg"), other})), "jwk_invalid");
  // The algorithm tells these apart, and those are one key: nothing is ambiguous.
  const ForeignKeySet by_type = set_of({jwk(Algorithm::kRs256), jwk(Algorithm::kEs256)});
  EXPECT_EQ(outcome(good_token(), by_type), "accepted");
  EXPECT_EQ(outcome(token_of(R"({"alg":"ES256","kid":"k1"})", "{}", Algorithm::kEs256), by_type, {}), "accepted");
  EXPECT_EQ(set_of({jwk(Algorithm::kRs256), jwk(Algorithm::kRs256)}).keys().size(), 1U);
  EXPECT_EQ(set_of({jwk(Algorithm::kRs256), jwk(Algorithm::kRs512)}).keys().size(), 2U);
  json::object encryption = other;
  encryption["use"] = "enc";
  EXPECT_EQ(outcome(good_token(), set_of({encryption, jwk(Algorithm::kRs256)})), "accepted")
      << "a key for encryption does not take the name away";
}

TEST(ForeignJws, D16_WithoutAKeyIdAFewFittingKeysAreTried) {
  const std::string token = token_of(R"({"alg":"RS256"})");
  const json::object ours = jwk(Algorithm::kRs256);
  EXPECT_EQ(outcome(token, set_of({ours})), "accepted");
  EXPECT_EQ(outcome(token, set_of({without(ours, "kid")})), "accepted");
  EXPECT_EQ(outcome(token, set_of({without(without(ours, "kid"), "alg")})), "accepted") << "as Entra ID publishes them";
  EXPECT_EQ(outcome(token, set_of({jwk(Algorithm::kEs256), jwk(Algorithm::kRs512, "k5")})), "unknown_kid");

  json::array keys{jwk(Algorithm::kEs256, "curve")};
  for (std::size_t i = 1; i < kMostKeysTried; ++i) {
    keys.emplace_back(to_jwk(PrivateKey::generate(Algorithm::kRs256).verification_key("other" + std::to_string(i))));
  }
  EXPECT_EQ(outcome(token, set_of(keys)), "unknown_kid") << "none of them has signed it";
  keys.emplace_back(ours);
  EXPECT_EQ(outcome(token, set_of(keys)), "accepted") << "the last of four that fit";
  keys.emplace_back(to_jwk(PrivateKey::generate(Algorithm::kRs256).verification_key("fifth")));
  EXPECT_EQ(outcome(token, set_of(keys)), "unknown_kid");
  EXPECT_EQ(outcome(good_token(), set_of(keys)), "accepted") << "a token that names its key is not touched by that";
}

TEST(ForeignJws, TheTypeIsJudgedWhereItIsSent) {
  const ForeignRules logout{.pinned = Algorithm::kRs256, .types = {"logout+jwt", "JWT"}};
  for (const char* type : {"logout+jwt", "LOGOUT+JWT", "application/logout+jwt", "jwt"}) {
    EXPECT_EQ(
        outcome(token_of(std::string(R"({"alg":"RS256","kid":"k1","typ":")") + type + "\"}"), usual_set(), logout),
        "accepted");
  }
  EXPECT_EQ(outcome(good_token(), usual_set(), logout), "accepted") << "no type";
  const std::string access = token_of(R"({"alg":"RS256","kid":"k1","typ":"at+jwt"})");
  EXPECT_EQ(outcome(access, usual_set(), logout), "type_mismatch");
  EXPECT_EQ(outcome(access), "type_mismatch") << "an access token is no ID token";
  EXPECT_EQ(outcome(access, usual_set(), {}), "accepted") << "nothing agreed";
}

TEST(ForeignJws, TokensWithManyGroupsPass) {
  const std::string payload = R"({"iss":"x","exp":1,"groups":")" + std::string(40'000, 'g') + "\"}";
  const auto verified = verify_foreign(token_of(R"({"alg":"RS256","kid":"k1"})", payload), usual_set(), kIdToken);
  ASSERT_TRUE(verified);
  EXPECT_TRUE(read_claims(*verified));
}

}  // namespace
}  // namespace doorward::jose
