#include "protocol/jose/jws.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "crypto/test_rsa_forgeries.h"
#include "protocol/jose/test_keys.h"

namespace doorward::jose {
namespace {

std::string token_of(std::string_view header, std::string_view payload) {
  const std::string input = base64url_encode(header) + '.' + base64url_encode(payload);
  return append_signature(input, test::private_key().sign(input));
}

Result<VerifiedJws> verify(std::string_view token) { return verify_compact(token, test::find_key(), "JWT"); }

std::string good_token() { return token_of(R"({"alg":"RS256","typ":"JWT","kid":"snk_1"})", R"({"iss":"x"})"); }

void expect_refused(std::string_view token, Reason reason) {
  const auto verified = verify(token);
  ASSERT_FALSE(verified) << token;
  EXPECT_EQ(reason_name(verified.error().reason), reason_name(reason)) << verified.error().detail;
}

TEST(Jws, VerifiesWhatItMade) {
  const std::string input = signing_input({.key_id = "snk_1", .type = "JWT"}, R"({"iss":"x"})");
  const auto verified = verify(append_signature(input, test::private_key().sign(input)));
  ASSERT_TRUE(verified) << verified.error().detail;
  EXPECT_EQ(verified->payload(), R"({"iss":"x"})");
  EXPECT_EQ(verified->header().key_id, "snk_1");
  EXPECT_EQ(verified->header().type, "JWT");
}

TEST(Jws, HeaderHasTheMembersSdksRead) {
  const std::string input = signing_input({.key_id = "snk_1", .type = "JWT"}, "{}");
  EXPECT_EQ(base64url_decode(input.substr(0, input.find('.'))), R"({"alg":"RS256","typ":"JWT","kid":"snk_1"})");
}

// RFC 7515 appendix A.2 is genuine (crypto_test checks its signature) but names no key, so it cannot choose one.
TEST(Jws, RefusesRfc7515AppendixA2ForItsMissingKeyId) {
  expect_refused("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UifQ.c2ln", Reason::kJwtMalformed);
}

// RFC 7515 appendix A.1 (HS256) and A.5 (none).
TEST(Jws, D06_RefusesAlgorithmsOutsideTheTable) {
  expect_refused(
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
      Reason::kAlgForbidden);
  expect_refused("eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ.", Reason::kAlgForbidden);
  for (const char* name : {"none", "None", "NONE", "", "rs256", "RS256 ", "RS512", "PS256", "ES256", "HS256"}) {
    expect_refused(token_of(std::string(R"({"alg":")") + name + R"(","typ":"JWT","kid":"snk_1"})", "{}"),
                   Reason::kAlgForbidden);
  }
  expect_refused(token_of(R"({"typ":"JWT","kid":"snk_1"})", "{}"), Reason::kAlgForbidden);
  expect_refused(token_of(R"({"alg":256,"typ":"JWT","kid":"snk_1"})", "{}"), Reason::kAlgForbidden);
}

TEST(Jws, D07_RefusesAnHmacMadeWithThePublicKey) {
  const std::string input =
      base64url_encode(R"({"alg":"HS256","typ":"JWT","kid":"snk_1"})") + '.' + base64url_encode("{}");
  const std::string public_modulus = std::get<crypto::RsaPublicKey>(test::find_key()("snk_1")->key).modulus();
  expect_refused(append_signature(input, crypto::hmac_sha256(public_modulus, input)), Reason::kAlgForbidden);
}

TEST(Jws, RefusesAnUnknownKeyAndTheKeyOfAnother) {
  expect_refused(token_of(R"({"alg":"RS256","typ":"JWT","kid":"snk_3"})", "{}"), Reason::kUnknownKid);
  expect_refused(token_of(R"({"alg":"RS256","typ":"JWT","kid":"snk_2"})", "{}"), Reason::kSignatureInvalid);
  for (const char* kid : {R"("")", "7", "null", R"(["snk_1"])"}) {
    expect_refused(token_of(std::string(R"({"alg":"RS256","typ":"JWT","kid":)") + kid + "}", "{}"),
                   Reason::kJwtMalformed);
  }
  expect_refused(token_of(R"({"alg":"RS256","kid":")" + std::string(kMostKeyIdBytes + 1, 'k') + "\"}", "{}"),
                 Reason::kJwtMalformed);
}

TEST(Jws, ChecksTheType) {
  for (const char* type : {"JWT", "jwt", "application/jwt"}) {
    EXPECT_TRUE(verify(token_of(std::string(R"({"alg":"RS256","kid":"snk_1","typ":")") + type + "\"}", "{}"))) << type;
  }
  expect_refused(token_of(R"({"alg":"RS256","typ":"at+jwt","kid":"snk_1"})", "{}"), Reason::kTypeMismatch);
  expect_refused(token_of(R"({"alg":"RS256","kid":"snk_1"})", "{}"), Reason::kTypeMismatch);
  expect_refused(token_of(R"({"alg":"RS256","typ":1,"kid":"snk_1"})", "{}"), Reason::kJwtMalformed);
}

TEST(Jws, D08_RefusesExtensionsAndIgnoresKeysInTheHeader) {
  expect_refused(token_of(R"({"alg":"RS256","typ":"JWT","kid":"snk_1","crit":["exp"],"exp":1})", "{}"),
                 Reason::kJwtMalformed);
  expect_refused(token_of(R"({"alg":"RS256","typ":"JWT","kid":"snk_1","b64":false})", "{}"), Reason::kJwtMalformed);
  EXPECT_TRUE(verify(token_of(
      R"({"alg":"RS256","typ":"JWT","kid":"snk_1","jku":"https://evil.test","jwk":{"kty":"RSA"},"x5c":["x"]})", "{}")));
}

TEST(Jws, D09_RefusesDuplicateMembers) {
  expect_refused(token_of(R"({"alg":"none","alg":"RS256","typ":"JWT","kid":"snk_1"})", "{}"), Reason::kJwtMalformed);
  expect_refused(token_of(R"({"alg":"RS256","typ":"JWT","kid":"snk_2","k\u0069d":"snk_1"})", "{}"),
                 Reason::kJwtMalformed);
}

TEST(Jws, D09_RefusesOtherShapes) {
  const std::string token = good_token();
  for (const std::string& shape :
       std::vector<std::string>{"", ".", "..", "...", "a.b", token + ".", "." + token, token + ".e30",
                                token.substr(0, token.rfind('.')), R"({"payload":"e30","signatures":[]})", " " + token,
                                token + "\n", token + "=", std::string(kMostTokenBytes + 1, 'a')}) {
    expect_refused(shape, Reason::kJwtMalformed);
  }
  expect_refused(token_of("[]", "{}"), Reason::kJwtMalformed);
  expect_refused(token_of("", "{}"), Reason::kJwtMalformed);
  expect_refused(
      token_of(R"({"alg":"RS256","kid":"snk_1","x":)" + std::string(64, '[') + std::string(64, ']') + "}", "{}"),
      Reason::kJwtMalformed);
  expect_refused(token_of(R"({"alg":"RS256","kid":"snk_1","x":")" + std::string(kMostHeaderBytes, 'x') + "\"}", "{}"),
                 Reason::kJwtMalformed);
}

// 256 bytes leave one byte in the last group: two characters, of which the second has four bits that must be zero.
TEST(Jws, D09_RefusesTrailingBits) {
  std::string token = good_token();
  const std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  token.back() = alphabet[alphabet.find(token.back()) + 1];
  expect_refused(token, Reason::kJwtMalformed);
}

TEST(Jws, RefusesForgedRsaSignatures) {
  const std::string input = signing_input({.key_id = "snk_1", .type = "JWT"}, R"({"iss":"x"})");
  for (const auto& forgery :
       crypto::test::rsa_forgeries(test::private_key().to_pkcs8(), crypto::Digest::kSha256, input)) {
    SCOPED_TRACE(forgery.what);
    expect_refused(append_signature(input, forgery.signature), Reason::kSignatureInvalid);
  }
}

TEST(Jws, RefusesEveryChangedCharacterOfThePayloadAndAnEmptySignature) {
  const std::string token = good_token();
  const std::size_t first = token.find('.') + 1;
  const std::size_t second = token.rfind('.');
  for (std::size_t i = first; i < second; ++i) {
    std::string bent = token;
    bent[i] = bent[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify(bent)) << i;
  }
  expect_refused(token.substr(0, second + 1), Reason::kSignatureInvalid);
}

}  // namespace
}  // namespace doorward::jose
