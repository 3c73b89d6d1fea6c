// S-60 to S-67: encrypted assertions.
#include "saml/generator/encryption.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/encoding.h"
#include "protocol/saml/decryption.h"
#include "protocol/saml/xml_nodes.h"
#include "saml/generator/answer.h"
#include "saml/generator/check.h"
#include "saml/generator/signing.h"

namespace doorward::saml {
namespace {

using test::answer;
using test::Check;
using test::element_text;
using test::encrypted;
using test::encrypted_answer;
using test::Encrypting;
using test::replaced;
using test::signed_assertion;
using test::signed_response;

constexpr std::string_view kCbc = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";

std::string reason(std::string_view xml) { return Check().reason(xml); }

// The assertion signed, then encrypted.
std::string sealed(const Encrypting& encrypting = {}) {
  return encrypted_answer(signed_assertion(answer()), encrypting);
}

// The octets of the content, changed.
template <class Change>
std::string with_content(std::string_view xml, Change change) {
  const std::string_view data = element_text(xml, "</ds:KeyInfo><xenc:CipherData>", "</xenc:CipherData>");
  const std::string_view value = element_text(data, "<xenc:CipherValue>", "</xenc:CipherValue>");
  constexpr std::size_t kTag = std::string_view("<xenc:CipherValue>").size();
  std::string octets = *base64_decode(value.substr(kTag, value.size() - 2 * kTag - 1));
  change(octets);
  return replaced(xml, value, "<xenc:CipherValue>" + base64_encode(octets) + "</xenc:CipherValue>");
}

// All that anybody could read of a refusal; "none" for a success.
std::string all_told(Check& check, std::string_view xml) {
  const auto outcome = check(xml);
  if (outcome) return "none";
  std::string told =
      std::string(reason_name(outcome.error().reason)) + "|" + outcome.error().message + "|" + outcome.error().detail;
  for (const CheckedFact& fact : check.facts) told += "|" + fact.name + "=" + fact.expected + "/" + fact.received;
  return told;
}

Check allowing_cbc() {
  Check check;
  check.settings.allow_cbc = true;
  return check;
}

TEST(SamlEncryption, IsOpenedInEveryWayThatIsAccepted) {
  for (const char* algorithm : {"aes128-gcm", "aes192-gcm", "aes256-gcm"}) {
    EXPECT_EQ(reason(sealed({.algorithm = "http://www.w3.org/2009/xmlenc11#" + std::string(algorithm)})), "none");
  }
  for (const char* digest : {"sha1", "sha256", "sha384", "sha512"}) {
    EXPECT_EQ(reason(sealed({.key_transport = "http://www.w3.org/2009/xmlenc11#rsa-oaep", .oaep_digest = digest})),
              "none")
        << digest;
  }
  EXPECT_EQ(reason(sealed({.key_beside = true})), "none");
  EXPECT_EQ(reason(sealed({.in_key_info = R"(<ds:RetrievalMethod URI="#_k"/>)", .key_beside = true})), "none");
  EXPECT_EQ(reason(signed_response(encrypted_answer(answer()))), "none") << "signed outside";
  EXPECT_EQ(reason(signed_response(sealed())), "none") << "signed inside and outside";
  Check wanting;
  wanting.settings.assertion_encrypted = true;
  EXPECT_EQ(wanting.reason(sealed()), "none");
  EXPECT_EQ(wanting.reason(signed_assertion(answer())), "not_encrypted");
}

TEST(SamlEncryption, S60_CbcIsNoOracle) {
  const std::string good = sealed({.algorithm = std::string(kCbc)});
  EXPECT_EQ(reason(good), "enc_alg_forbidden") << "by default";
  Check check = allowing_cbc();
  for (const char* algorithm : {"aes128-cbc", "aes192-cbc", "aes256-cbc"}) {
    EXPECT_EQ(check.reason(sealed({.algorithm = "http://www.w3.org/2001/04/xmlenc#" + std::string(algorithm)})),
              "none");
  }
  std::set<std::string> answers;
  for (int value = 1; value < 256; ++value) {
    answers.insert(all_told(check, with_content(good, [&](std::string& octets) {
                              octets[octets.size() - 1] = static_cast<char>(octets[octets.size() - 1] ^ value);
                            })));
  }
  // Any block changes the padding, the text, the markup, or nothing but what was signed: the answer is one.
  for (std::size_t at = 0; at < 640; at += 8) {
    answers.insert(all_told(
        check, with_content(good, [&](std::string& octets) { octets[at] = static_cast<char>(octets[at] ^ 1); })));
  }
  EXPECT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers.begin()->starts_with("decrypt_failed"));
}

TEST(SamlEncryption, S60_NeitherDetailNorFactTellsOfAPlaintextByCbc) {
  const Encrypting cbc{.algorithm = std::string(kCbc)};
  const std::string good = sealed(cbc);
  const std::string text(test::assertion_of(signed_assertion(answer())));
  const std::pair<const char*, std::string> kinds[] = {
      {"padding",
       with_content(good, [](std::string& o) { o[o.size() - 17] = static_cast<char>(o[o.size() - 17] ^ 0x80); })},
      {"changed", with_content(good, [](std::string& o) { o[200] = static_cast<char>(o[200] ^ 1); })},
      {"broken XML", answer(encrypted("<saml:Assertion", cbc))},
      {"not UTF-8", answer(encrypted("\xFF\xFE" + text, cbc))},
      {"DTD", answer(encrypted("<!DOCTYPE x>" + text, cbc))},
      {"two", answer(encrypted(text + text, cbc))},
      {"bad signature", answer(encrypted(replaced(text, "user-1", "admin"), cbc))},
      {"another's signature", encrypted_answer(signed_assertion(answer(), {.key = &test::other_key()}), cbc)},
      {"no signature", answer(encrypted(test::assertion(), cbc))},
      {"nothing", answer(encrypted("", cbc))},
  };
  const std::string only = "decrypt_failed|" + decryption_failed().value().message + "|";
  Check check = allowing_cbc();
  for (const auto& [name, message] : kinds) EXPECT_EQ(all_told(check, message), only) << name;
  EXPECT_EQ(check.reason(good), "none");
  EXPECT_EQ(check.facts.front().name, "assertion_signature") << "a signature that holds is told of";
}

TEST(SamlEncryption, S60_ByGcmEverythingIsTold) {
  Check check;
  EXPECT_EQ(check.reason(encrypted_answer(replaced(signed_assertion(answer()), "user-1", "admin"))),
            "signature_invalid");
  EXPECT_EQ(check.facts.back().name, "assertion_signature");
  EXPECT_FALSE(check.facts.back().ok);
}

TEST(SamlEncryption, S60_SignedOutsideCbcTellsItsReasons) {
  Check check = allowing_cbc();
  const Encrypting cbc{.algorithm = std::string(kCbc)};
  EXPECT_EQ(check.reason(signed_response(answer(encrypted("<!DOCTYPE x>" + test::assertion(), cbc)))), "dtd_forbidden");
  EXPECT_EQ(check.reason(answer(encrypted("<!DOCTYPE x>" + test::assertion(), cbc))), "decrypt_failed");
  EXPECT_EQ(check.reason(answer(encrypted(test::assertion(), cbc))), "decrypt_failed")
      << "unsigned, inside and outside";
}

TEST(SamlEncryption, S61_GcmTag) {
  const std::string good = sealed();
  EXPECT_EQ(reason(with_content(good, [](std::string& o) { o.back() = static_cast<char>(o.back() ^ 1); })),
            "decrypt_failed");
  EXPECT_EQ(reason(with_content(good, [](std::string& o) { o[12] = static_cast<char>(o[12] ^ 1); })), "decrypt_failed");
  EXPECT_EQ(reason(with_content(good, [](std::string& o) { o.pop_back(); })), "decrypt_failed");
  EXPECT_EQ(reason(with_content(good, [](std::string& o) { o.resize(4); })), "decrypt_failed");
  EXPECT_EQ(reason(with_content(good, [](std::string& o) { o.resize(12); })), "decrypt_failed");
  EXPECT_EQ(reason(with_content(good, [](std::string& o) { o.clear(); })), "decrypt_failed");
}

TEST(SamlEncryption, S62_AlgorithmsBeforeAnyPrivateKey) {
  Check without_key;
  without_key.service_provider.decryption_keys = {};
  EXPECT_EQ(without_key.reason(sealed({.key_transport = "http://www.w3.org/2001/04/xmlenc#rsa-1_5"})),
            "enc_alg_forbidden");
  EXPECT_EQ(reason(sealed({.algorithm = "http://www.w3.org/2001/04/xmlenc#tripledes-cbc"})), "enc_alg_forbidden");
  EXPECT_EQ(reason(sealed({.algorithm = "http://www.w3.org/2001/04/xmldsig-more#arcfour"})), "enc_alg_forbidden");
  EXPECT_EQ(reason(sealed({.key_transport = "http://www.w3.org/2001/04/xmlenc#kw-aes256"})), "enc_alg_forbidden");
  EXPECT_EQ(
      reason(sealed({.in_key_info = R"(<xenc:AgreementMethod Algorithm="http://www.w3.org/2009/xmlenc11#ECDH-ES"/>)"})),
      "enc_alg_forbidden");
  EXPECT_EQ(
      reason(replaced(sealed({.key_transport = "http://www.w3.org/2009/xmlenc11#rsa-oaep", .oaep_digest = "sha256"}),
                      "mgf1sha256", "mgf1md5")),
      "enc_alg_forbidden");
}

TEST(SamlEncryption, S63_EncryptedButNotSigned) {
  EXPECT_EQ(reason(encrypted_answer(answer())), "unsigned");
  Check check;
  check.settings.signing_option = SamlSigningOption::kAssertion;
  EXPECT_EQ(check.reason(signed_response(encrypted_answer(answer()))), "unsigned");
  check.settings.signing_option = SamlSigningOption::kResponse;
  EXPECT_EQ(check.reason(sealed()), "unsigned");
}

TEST(SamlEncryption, S63_ASignatureInsideIsChecked) {
  EXPECT_EQ(reason(encrypted_answer(signed_assertion(answer(), {.key = &test::other_key()}))), "signature_invalid");
  EXPECT_EQ(reason(encrypted_answer(replaced(signed_assertion(answer()), "user-1", "admin"))), "signature_invalid");
  EXPECT_EQ(reason(replaced(signed_response(encrypted_answer(answer())), "status:Success", "status:Responder")),
            "signature_invalid");
}

TEST(SamlEncryption, S64_TheSameGatesForWhatWasEncrypted) {
  const std::string good(test::assertion_of(signed_assertion(answer())));
  const auto holding = [](std::string_view plaintext) { return reason(answer(encrypted(plaintext))); };
  EXPECT_EQ(holding("<!DOCTYPE x>" + good), "dtd_forbidden");
  EXPECT_EQ(holding(replaced(good, "user-1", "user-1<!--x-->")), "comment_forbidden");
  EXPECT_EQ(holding(good + good), "assertion_count");
  EXPECT_EQ(holding("text" + good), "assertion_count");
  EXPECT_EQ(holding("<saml:Issuer xmlns:saml='urn:oasis:names:tc:SAML:2.0:assertion'/>"), "assertion_count");
  EXPECT_EQ(holding(answer(good)), "assertion_count");
  EXPECT_EQ(holding(replaced(good, "eng</saml:AttributeValue>",
                             replaced(good, "\"_a1\"", "\"_a2\"") + "</saml:AttributeValue>")),
            "assertion_count");
  EXPECT_EQ(holding(""), "assertion_count");
}

TEST(SamlEncryption, S65_EncryptedKeys) {
  EXPECT_EQ(reason(sealed({.keys = 0})), "enc_shape");
  EXPECT_EQ(reason(sealed({.keys = kMostEncryptedKeys})), "none");
  EXPECT_EQ(reason(sealed({.keys = kMostEncryptedKeys + 1})), "enc_shape");
  EXPECT_EQ(reason(sealed({.keys = 500})), "enc_shape");
  for (const char* uri : {"http://169.254.169.254/", "file:///etc/passwd", ""}) {
    EXPECT_EQ(reason(sealed({.in_key_info = "<ds:RetrievalMethod URI=\"" + std::string(uri) + "\"/>"})), "enc_shape");
  }
  EXPECT_EQ(reason(replaced(sealed(), "xmlenc#Element", "xmlenc#Content")), "enc_shape");
  const std::string data(element_text(sealed(), "</ds:KeyInfo><xenc:CipherData>", "</xenc:CipherData>"));
  EXPECT_EQ(
      reason(replaced(
          sealed(), data,
          R"(</ds:KeyInfo><xenc:CipherData><xenc:CipherReference URI="http://127.0.0.1:9/"/></xenc:CipherData>)")),
      "enc_shape");
  EXPECT_EQ(reason(answer(encrypted(encrypted(test::assertion_of(signed_assertion(answer())))))), "enc_shape")
      << "encrypted twice";
  EXPECT_EQ(reason(answer("<saml:EncryptedAssertion/>")), "enc_shape");
}

TEST(SamlEncryption, S66_RetiredKeyDuringRollover) {
  const std::string to_first = sealed();
  const std::string to_second = sealed({.key = &test::own_key(1)});
  Check check;
  EXPECT_EQ(check.reason(to_second), "decrypt_failed");
  check.service_provider.decryption_keys = {Secret<std::string>(test::own_key(1).pkcs8),
                                            Secret<std::string>(test::own_key(0).pkcs8)};
  EXPECT_EQ(check.reason(to_first), "none");
  EXPECT_EQ(check.reason(to_second), "none");
  check.service_provider.decryption_keys.pop_back();
  EXPECT_EQ(check.reason(to_first), "decrypt_failed") << "after its date the caller no longer gives it";
  check.service_provider.decryption_keys = {};
  EXPECT_EQ(check.reason(to_first), "decrypt_failed");
}

TEST(SamlEncryption, S65_OneMessageCostsFourOperationsOfAPrivateKey) {
  Check check;
  const Secret<std::string> other(test::own_key(1).pkcs8);
  const Secret<std::string> right(test::own_key(0).pkcs8);
  const std::string two = sealed({.keys = 2});
  check.service_provider.decryption_keys = {other, right};
  EXPECT_EQ(check.reason(two), "none") << "two of each is a rollover";
  check.service_provider.decryption_keys = {other, other, right};
  EXPECT_EQ(check.reason(two), "decrypt_failed");
  EXPECT_EQ(check.reason(sealed()), "none");
  check.service_provider.decryption_keys.assign(kMostKeyOperations, other);
  check.service_provider.decryption_keys.push_back(right);
  EXPECT_EQ(check.reason(sealed()), "decrypt_failed");
}

TEST(SamlEncryption, S67_EncryptedIdAndAttribute) {
  const std::string name_id(element_text(answer(), "<saml:NameID ", "</saml:NameID>"));
  EXPECT_EQ(reason(signed_assertion(replaced(answer(), name_id, "<saml:EncryptedID/>"))), "unsupported_encrypted_id");
  EXPECT_EQ(reason(signed_assertion(replaced(answer(), "</saml:AttributeStatement>",
                                             "<saml:EncryptedAttribute/></saml:AttributeStatement>"))),
            "unsupported_encrypted_id");
}

}  // namespace
}  // namespace doorward::saml
