// The seeds of the fuzzer are the generator's messages: each accepted, or refused for the reason in its name.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "saml/generator/answer.h"
#include "saml/generator/check.h"
#include "saml/generator/signing.h"

namespace doorward::saml {
namespace {

using test::answer;
using test::replaced;
using test::signed_assertion;
using test::signed_both;
using test::signed_response;

std::map<std::string, std::string> seeds() {
  const std::string inner = test::sign(replaced(test::assertion(), R"(ID="_a1")", R"(ID="_inner")"), "_inner");
  return {
      {"none-assertion", signed_assertion(answer())},
      {"none-response", signed_response(answer())},
      {"none-both", signed_both(answer())},
      {"none-prefixes", signed_assertion(answer(), {.prefixes = "xs xsi"})},
      {"none-spaced", signed_assertion(test::replaced_all(answer(), "><", ">\n <"))},
      {"alg_forbidden", signed_assertion(answer(), {.algorithm = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"})},
      {"assertion_count", signed_assertion(replaced(answer(), "</saml:Conditions>",
                                                    "</saml:Conditions><saml:Advice>" + inner + "</saml:Advice>"))},
      {"comment_forbidden", replaced(signed_assertion(answer()), "user-1", "user-<!--x-->1")},
      {"signature_invalid", replaced(signed_response(answer()), "user-1", "user-2")},
      {"c14n_failed", replaced(signed_assertion(answer()), R"( ID="_a1")", R"( xmlns:x="../rel" ID="_a1")")},
      {"unsigned", answer()},
  };
}

std::string stored(const std::string& name) {
  std::ifstream file(std::string(DOORWARD_SOURCE_DIR) + "/tests/fuzz/corpus/saml_response_fuzz/" + name + ".xml");
  return {std::istreambuf_iterator<char>(file), {}};
}

// RSA-OAEP encrypts to other octets each time, so these are what they were when they were made.
TEST(SamlCorpus, EncryptedSeedsStillOpen) {
  EXPECT_EQ(test::Check().reason(stored("none-gcm")), "none");
  EXPECT_EQ(test::Check().reason(stored("enc_alg_forbidden-cbc")), "enc_alg_forbidden");
  test::Check lenient;
  lenient.settings.allow_cbc = true;
  EXPECT_EQ(lenient.reason(stored("enc_alg_forbidden-cbc")), "none") << "as the fuzzer reads it, too";
}

TEST(SamlCorpus, SeedsAreWhatTheGeneratorMakes) {
  for (const auto& [name, message] : seeds()) {
    const std::string path =
        std::string(DOORWARD_SOURCE_DIR) + "/tests/fuzz/corpus/saml_response_fuzz/" + name + ".xml";
    if (std::getenv("DOORWARD_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << message;
    EXPECT_EQ(stored(name), message) << name << ": run tools/update-golden and read the diff";
    EXPECT_EQ(test::Check().reason(message), name.substr(0, name.find('-'))) << name;
  }
}

}  // namespace
}  // namespace doorward::saml
